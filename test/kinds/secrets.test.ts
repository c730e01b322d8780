import { expect, test } from "vitest";
import { compareGraph } from "../../lib/compare/compare-graph.ts";
import { forEachSecret, type ResourceGraph } from "../../lib/model/graph.ts";
import type { JsonObject } from "../../lib/model/json.ts";
import { runsToKeep } from "../../lib/resources/runbook.ts";
import { startCarrying, type Carrying } from "./carry.ts";
import { sentinel, type KindStory } from "./kind-story.ts";
import { makeProject, makeRunbook } from "./make-project.ts";
import { stories as accounts } from "./stories/account.ts";
import { stories as certificates } from "./stories/certificate.ts";
import { stories as feeds } from "./stories/feed.ts";
import { stories as gitCredentials } from "./stories/git-credential.ts";
import { stories as governance } from "./stories/governance.ts";
import { stories as sets } from "./stories/library-variable-set.ts";
import { stories as machines } from "./stories/machine.ts";
import { stories as proxies } from "./stories/proxy.ts";
import { stories as stepTemplates } from "./stories/step-template.ts";

function variablesOf({ nodes }: ResourceGraph): string[] {
  const names: string[] = [];
  for (const { body } of nodes) forEachSecret(body, ({ $secret: { variable } }) => names.push(variable ?? "nobody"));
  return names.toSorted();
}

/** The names that secrets have besides. */
function namedOf({ nodes }: ResourceGraph): string[] {
  const names: string[] = [];
  for (const { body } of nodes) forEachSecret(body, ({ $secret: { named } }) => names.push(named ?? "nobody"));
  return names.toSorted();
}

async function start(stories: readonly (KindStory | undefined)[]): Promise<Carrying> {
  const carrying = await startCarrying({ version: "2026.4" });
  const told = stories.filter((story) => story !== undefined);
  for (const space of [carrying.upstream, carrying.downstream])
    await told.find(({ prepare }) => prepare !== undefined)?.prepare?.(space);
  for (const { seed } of told) await seed(carrying.upstream);
  return carrying;
}

/** Names without what makes them awkward. */
function plain(names: readonly string[]): string[] {
  return names.map((name) => name.replace(/ \/ "ünï" 🐙 #\{x\}( \[1\])?/, ""));
}

test("the variables of secrets are called by what they are secrets of", async () => {
  const { upstream, read } = await start([accounts[0], proxies[0], gitCredentials[0]]);
  expect(plain(variablesOf(await read(upstream)))).toEqual([
    "Account[AmazonWebServicesAccount].SecretKey",
    "Account[AzureServicePrincipal].Password",
    "Account[AzureSubscription].CertificateBytes",
    "Account[GoogleCloudAccount].JsonKey",
    "Account[SshKeyPair].PrivateKeyFile",
    "Account[SshKeyPair].PrivateKeyPassphrase",
    "Account[Token].Token",
    "Account[UsernamePassword].Password",
    "GitCredential[Key].Passphrase",
    "GitCredential[Key].PrivateKey",
    "GitCredential[Pushes].Password",
    "Proxy[Out].Password",
  ]);
});

test("those inside of another thing have its name too, whatever else it has", async () => {
  const { upstream, read } = await start([certificates[0], sets[0], machines[0], stepTemplates[0]]);
  expect(plain(variablesOf(await read(upstream)))).toEqual([
    "Account[Cloud].SecretKey",
    "Account[Login].Password",
    "Certificate[Cluster].CertificateData",
    "Certificate[Public].CertificateData",
    "Certificate[Shared].CertificateData",
    "Certificate[leaf.example].CertificateData",
    "Certificate[leaf.example].Password",
    "DeploymentTarget[Offline drop].SensitiveVariablesEncryptionPassword",
    "DeploymentTarget[Service Fabric].AadClientCredentialSecret",
    "DeploymentTarget[Service Fabric].AadUserCredentialPassword",
    "DeploymentTarget[Service Fabric by a client].AadClientCredentialSecret",
    "GitCredential[Pulls].Password",
    "LibraryVariableSet[Common].Password.DefaultValue",
    "Secret",
    "StepTemplate[Say].Say.Secret.DefaultValue",
  ]);
});

test("the value of a webhook's header, of which no server shows that there is one, is told by the header's name", async () => {
  const { upstream, downstream, read, bring, server, takeWrites } = await start([governance[0]]);
  const graph = await read(upstream);
  const [name = ""] = variablesOf(graph);
  expect(plain([name])).toEqual(["Subscription[Tell us].WebhookHeaderValue"]);
  await bring(graph);

  const [shown] = await downstream.list("/subscriptions");
  expect(shown).toMatchObject({ EventNotificationSubscription: { WebhookHeaderValue: "" } });
  const [kept] = server.model.collection("subscriptions").list((one) => one.Id === shown?.Id);
  expect(JSON.stringify(kept)).toContain("the secret of Subscription[Tell us");
  takeWrites();
  await bring(graph, { isAdopting: true, secrets: { readVariable: () => undefined, missing: "leave" } });
  expect(takeWrites()).toEqual([]);
});

test("those that steps hold are called by the process and the step, and by more only where two would be called the same", async () => {
  const { upstream, read } = await start([]);
  const secret = (text: string) => ({ HasValue: true, NewValue: `${sentinel} ${text}` });
  const action = (Name: string, Properties: JsonObject, Packages: JsonObject[] = []): JsonObject => ({
    Name,
    ActionType: "Octopus.Script",
    Properties,
    Packages,
  });
  const step = (Name: string, Actions: JsonObject[], Properties: JsonObject = {}): JsonObject => ({
    Name,
    Properties,
    Actions,
  });
  const [feed] = await upstream.list("/feeds");
  const pack = (Name: string): JsonObject => ({
    Name,
    PackageId: "Tools",
    FeedId: feed?.Id ?? "",
    AcquisitionLocation: "Server",
    Properties: { Key: secret("of a package") },
  });
  const Steps = [
    step("Mail", [action("Mail", { "Smtp.Password": secret("1"), Bound: "#{Password}" })]),
    step("Both", [
      action("First", { Token: secret("2") }, [pack("Tools"), pack("")]),
      action("Second", { Token: secret("3") }),
    ]),
    step("Twice", [action("Twice", { Key: secret("4") })], { Key: secret("5") }),
  ];
  const project = await makeProject(upstream, { Name: "Web" });
  const runbook = await makeRunbook(upstream, project, "Clean up");
  for (const path of [
    `/projects/${project.Id}/deploymentprocesses`,
    `/runbookProcesses/${String(runbook["RunbookProcessId"])}`,
  ])
    await upstream.put(path, { ...(await upstream.get(path)), Steps });

  const names = (process: string): string[] => [
    `${process}.First.Key`,
    `${process}.First.Token`,
    `${process}.First.Tools.Key`,
    `${process}.Mail.Smtp.Password`,
    `${process}.Second.Token`,
    `${process}.Steps.Twice.Actions.Twice.Properties.Key`,
    `${process}.Steps.Twice.Properties.Key`,
  ];
  expect(plain(namedOf(await read(upstream)))).toEqual([
    ...names("DeploymentProcess[Web]"),
    ...names("RunbookProcess[Web/Clean up]"),
  ]);
});

test("those of two things whose names come out the same are told apart", async () => {
  const { upstream, read, bring, server } = await start([]);
  for (const [project, runbook] of [
    ["A/B", "C"],
    ["A", "B/C"],
  ] as const) {
    const { Id: ProjectId } = await makeProject(upstream, { Name: project });
    const { RunbookProcessId } = await upstream.post("/runbooks", {
      ProjectId,
      Name: runbook,
      RunRetentionPolicy: runsToKeep,
    });
    const path = `/runbookProcesses/${String(RunbookProcessId)}`;
    const Properties = { Token: { HasValue: true, NewValue: `${sentinel} of ${project}` } };
    const Actions = [{ Name: "Call", ActionType: "Octopus.Script", Properties }];
    const Steps = [{ Name: "Call", Properties: {}, Actions }];
    await upstream.put(path, { ...(await upstream.get(path)), Steps });
  }
  const DefaultValue = { HasValue: true, NewValue: `${sentinel} of a template` };
  const template = { Name: "Key", DefaultValue, DisplaySettings: { "Octopus.ControlType": "Sensitive" } };
  const set = await upstream.post("/libraryvariablesets", { Name: "Common", Templates: [template] });
  const variables = `/variables/${String(set["VariableSetId"])}`;
  const variable = {
    Name: "Key.DefaultValue",
    Value: `${sentinel} of a variable`,
    Type: "Sensitive",
    IsSensitive: true,
  };
  await upstream.put(variables, { ...(await upstream.get(variables)), Variables: [{ ...variable, Scope: {} }] });
  const graph = await read(upstream);

  const process = "RunbookProcess[A/B/C].Call.Token";
  const value = "LibraryVariableSet[Common].Key.DefaultValue";
  expect(namedOf(graph)).toEqual([`${value} #2`, process, `${process} #2`, "nobody"]);
  expect(variablesOf(graph)).toContain(value);
  expect(JSON.stringify(graph)).toContain(`give the run the value as the variable \\"${process} #2\\"`);
  await bring(graph);
  const kept = JSON.stringify(server.model.collection("runbookprocesses").list());
  expect(kept).toContain(`the secret of ${process}"`);
  expect(kept).toContain(`the secret of ${process} #2"`);
});

test("all that are missing are told at once, and nothing is written", async () => {
  const { upstream, downstream, read, bring, takeWrites } = await start([accounts[0], feeds[0], gitCredentials[0]]);
  const graph = await read(upstream);
  takeWrites();

  const variables = variablesOf(graph);
  const refusal: unknown = await bring(graph, { secrets: { readVariable: () => undefined, missing: "fail" } }).catch(
    (error: unknown) => error,
  );
  expect(refusal).toBeInstanceOf(Error);
  for (const name of variables) expect(String(refusal)).toContain(`this run has no variable "${name}"`);
  expect(variables.length).toBeGreaterThan(20);
  expect(takeWrites()).toEqual([]);
  expect(await downstream.list("/accounts")).toEqual([]);
});

test("no value of a secret is in a graph, a plan or an answer, and every one arrives", async () => {
  const { upstream, read, bring, server } = await start([accounts[0], feeds[0], stepTemplates[0], certificates[0]]);
  const graph = await read(upstream);
  const plan = await bring(graph, {
    secrets: { readVariable: (name) => `${sentinel} ${name}`, missing: "fail", key: "a key" },
  });
  expect(JSON.stringify([graph, plan])).not.toContain(sentinel);
  const kept = (["accounts", "feeds", "actiontemplates", "gitcredentials", "certificates"] as const)
    .flatMap((kind) => server.model.collection(kind).list((document) => document["SpaceId"] === "Spaces-3"))
    .flatMap((document) => JSON.stringify(document).match(new RegExp(`${sentinel} \\w+\\[`, "g")) ?? []);
  expect(kept).toHaveLength(variablesOf(graph).length);
});

test("a new certificate is sent with its password, replaces the old one, and is not sent again", async () => {
  const { upstream, downstream, read, bring, takeWrites } = await start([certificates[0]]);
  const graph = await read(upstream);
  const values = new Map<string, string>();
  const secrets = {
    readVariable: (name: string) => values.get(name) ?? `first ${name}`,
    missing: "fail",
    key: "a key",
  } as const;
  const { comparison, plans } = await compareGraph({ space: downstream, graph, overwrite: true, secrets });
  expect(comparison.nodes).toHaveLength(graph.nodes.length);
  await bring(graph, { secrets });
  const sent = Object.assign({}, ...plans.map((plan) => plan.secrets.digests));
  const before = await downstream.list("/certificates");

  const [name = ""] = variablesOf(graph).filter((one) => one.includes("leaf") && one.endsWith("Data"));
  values.set(name, "second");
  takeWrites();
  await bring(graph, { secrets: { ...secrets, sent } });

  const leaf = before.find((one) => String(one["Name"]).startsWith("leaf"));
  expect(takeWrites()).toEqual([
    expect.stringMatching(new RegExp(`^POST .*/certificates/${leaf?.Id ?? ""}/replace$`)),
    expect.stringMatching(new RegExp(`^PUT .*/certificates/${leaf?.Id ?? ""}$`)),
  ]);
  const after = await downstream.list("/certificates");
  expect(after.map(({ Id }) => Id)).toEqual(before.map(({ Id }) => Id));
  expect(after.find(({ Id }) => Id === leaf?.Id)).toMatchObject({ Password: { HasValue: true } });
});
