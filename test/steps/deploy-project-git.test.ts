import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { createOctopusClient } from "../../lib/octopus/octopus-client.ts";
import { listReceipts, openReceipts } from "../../lib/receipts/receipts.ts";
import { isJsonObject, objectsOf, textOf, type JsonObject } from "../../lib/model/json.ts";
import type { StepRecording } from "../step/create-step-context.ts";
import { editRepository } from "../git-server/edit-repository.ts";
import { protectBranch } from "../git-server/git-server.ts";
import { copyName, deploy, fork, prepareDeployment, serialize } from "./git-copies.ts";
import { startGitTemplate, type GitTemplate } from "./git-template.ts";

async function readCopy({ downstream }: GitTemplate): Promise<JsonObject> {
  const [project] = await downstream.list("/projects");
  return JSON.parse(JSON.stringify(project ?? {}));
}

/** The process as Octopus reads it from the copy's repository. */
async function readSteps(template: GitTemplate): Promise<JsonObject[]> {
  const copy = await readCopy(template);
  const process = await template.downstream.get(
    `/projects/${textOf(copy, "Id")}/${encodeURIComponent("refs/heads/main")}/deploymentprocesses`,
  );
  return objectsOf(JSON.parse(JSON.stringify(process)), "Steps");
}

async function readReceipt({ url, apiKey, downstreamId }: GitTemplate): Promise<JsonObject> {
  const space = createOctopusClient({ url, apiKey }).inSpace({ Id: downstreamId, Name: "America" });
  const [own] = listReceipts(await openReceipts(space));
  return JSON.parse(JSON.stringify(own?.receipt ?? {}));
}

/** As the files of the copy name it. */
async function findTemplateUse({ downstream }: GitTemplate): Promise<string> {
  const found = (await downstream.list("/actiontemplates")).find(({ Name }) => Name === "Notify");
  return `${found?.Id}/${String(found?.["Version"])}`;
}

/** Has the managed space give its step templates other ids and versions than the management space does. */
async function useOtherIds({ downstream }: GitTemplate): Promise<void> {
  await downstream.post("/actiontemplates", {
    Name: "Other",
    ActionType: "Octopus.Script",
    Properties: {},
    Parameters: [],
  });
}

test("the copy's project points to its fork, with its own credential, channels, secrets and step templates", async () => {
  const template = await startGitTemplate();
  await useOtherIds(template);
  const brought = await serialize(template);
  const gitUrl = await fork(template);

  const { outputs, log } = await deploy(template, brought, { gitUrl });

  const copy = await readCopy(template);
  const [credential] = await template.downstream.list("/git-credentials");
  expect(copy).toMatchObject({
    Name: "Hello World CaC",
    Description: "Greets from Git.",
    IsVersionControlled: true,
    PersistenceSettings: {
      Url: gitUrl,
      DefaultBranch: "main",
      BasePath: ".octopus/hello",
      ProtectedBranchNamePatterns: ["release/*"],
      Credentials: { Type: "Reference", Id: credential?.Id },
    },
  });
  const [approve, hello, notify] = await readSteps(template);
  expect([approve, hello, notify].map((step) => step?.["Name"])).toEqual(["Approve", "Say hello", "Notify"]);
  const [action] = objectsOf(notify ?? {}, "Actions");
  const properties = isJsonObject(action?.["Properties"]) ? action["Properties"] : {};
  expect(
    `${textOf(properties, "Octopus.Action.Template.Id")}/${textOf(properties, "Octopus.Action.Template.Version")}`,
  ).toBe(await findTemplateUse(template));
  expect(properties["Octopus.Action.Script.ScriptBody"]).toBe("echo notify");
  expect(
    (await template.downstream.list(`/projects/${textOf(copy, "Id")}/channels`)).map(({ Name }) => Name),
  ).toContain("Hotfix");
  const variables = await template.downstream.get(`/variables/variableset-${textOf(copy, "Id")}`);
  expect(objectsOf(JSON.parse(JSON.stringify(variables)), "Variables").map(({ Name }) => Name)).toEqual(["Api.Token"]);
  expect(outputs).toMatchObject({ Created: "True", Changed: "True", Conflicts: "0" });
  expect(JSON.stringify(log)).not.toContain("battery staple");
});

test("a step template of people that the files cannot do without is told before anything is written", async () => {
  const template = await startGitTemplate();
  const theirs = { Name: "Notify", ActionType: "Octopus.Script", Properties: {}, Parameters: [] };
  await template.downstream.post("/actiontemplates", theirs);
  const brought = await serialize(template);
  const gitUrl = await fork(template);
  template.takeWrites();

  await expect(deploy(template, brought, { gitUrl })).rejects.toThrow(
    /has a step template "Notify" of its own, which files in Git cannot do without/,
  );

  expect(template.takeWrites()).toEqual([]);
});

test("a second run writes nothing, neither to Octopus nor to Git, and asks Git nothing", async () => {
  const template = await startGitTemplate();
  const brought = await serialize(template);
  const gitUrl = await fork(template);
  await deploy(template, brought, { gitUrl });
  template.takeWrites();
  const requests = template.host.server.requests.length;

  const { outputs } = await deploy(template, brought);

  expect(template.takeWrites()).toEqual([]);
  expect(template.host.server.requests).toHaveLength(requests);
  expect(outputs).toMatchObject({ Created: "False", Changed: "False" });
});

test("the receipt tells the repository, the upstream's commit and the step templates", async () => {
  const template = await startGitTemplate();
  const brought = await serialize(template);
  const gitUrl = await fork(template);

  await deploy(template, brought, { gitUrl });

  const use = `${template.stepTemplate.Id}/${String(template.stepTemplate["Version"])}`;
  expect(await readReceipt(template)).toMatchObject({
    repository: { url: gitUrl, defaultBranch: "main", basePath: ".octopus/hello" },
    upstream: {
      repository: template.upstreamUrl,
      commit: template.head("acme/hello_world_cac"),
      project: "Hello World CaC",
    },
    stepTemplates: { [use]: await findTemplateUse(template) },
  });
});

test("the ids of step templates are one commit on top of the template's", async () => {
  const template = await startGitTemplate();
  await useOtherIds(template);
  const brought = await serialize(template);
  const gitUrl = await fork(template);
  const before = template.read(copyName, ".octopus/hello/deployment_process.ocl");

  await deploy(template, brought, { gitUrl });

  const after = template.read(copyName, ".octopus/hello/deployment_process.ocl");
  const changed = after.split("\n").filter((line, index) => line !== before.split("\n")[index]);
  const [id = "", version = ""] = (await findTemplateUse(template)).split("/");
  expect(changed.map((line) => line.trim())).toEqual([
    `Octopus.Action.Template.Id = "${id}"`,
    `Octopus.Action.Template.Version = "${version}"`,
  ]);
  expect(template.pathOf(copyName)).toSatisfy((path: string) => isChildOf(path, template.head("acme/hello_world_cac")));
});

function isChildOf(path: string, parent: string): boolean {
  return execFileSync("git", ["-C", path, "rev-parse", "refs/heads/main^"]).toString().trim() === parent;
}

test("runs that are killed after each of their writes end in the same state as one that was not", async () => {
  const template = await startGitTemplate();
  await useOtherIds(template);
  const brought = await serialize(template);
  const gitUrl = await fork(template);
  const heads = new Set<string>();

  // A secret is sent until a receipt says that it was, so later runs are killed later.
  for (let at = 1, isDone = false; !isDone; at += 1) {
    isDone = await killAfterWrite(template, at, (signal) => prepareDeployment(template, brought, { gitUrl }, signal));
    heads.add(template.head(copyName));
  }

  expect([...heads]).toHaveLength(2);
  expect((await readSteps(template)).length).toBe(3);
  expect((await template.downstream.list("/projects")).length).toBe(1);
  expect((await template.downstream.list("/actiontemplates")).length).toBe(2);
  template.takeWrites();
  const { outputs } = await deploy(template, brought, { gitUrl });
  expect(template.takeWrites()).toEqual([]);
  expect(outputs["KeptChanges"]).toBe("0");
});

/** @returns whether the run came to its end */
async function killAfterWrite(
  template: GitTemplate,
  at: number,
  prepare: (signal: AbortSignal) => StepRecording,
): Promise<boolean> {
  const death = new AbortController();
  const before = template.server.requests.length;
  template.server.setFaults({ drop: { at, when: "after", counting: "writes", andAllLater: true } });
  let isOver = false;
  const outcome = prepare(death.signal)
    .run()
    .then(
      () => true,
      () => false,
    )
    .finally(() => (isOver = true));
  const isLost = (): boolean => template.server.requests.slice(before).some(({ status }) => status === 0);
  await expect.poll(() => isOver || isLost()).toBe(true);
  death.abort();
  template.server.setFaults({});
  return outcome;
}

test("everything that the files name and the space lacks is told at once, before anything is written", async () => {
  const template = await startGitTemplate();
  const brought = await serialize(template);
  const gitUrl = await fork(template);
  const head = template.head(copyName);
  for (const path of ["/environments", "/feeds"])
    for (const document of await template.downstream.list(path))
      if (["Production", "Docker Hub"].includes(String(document["Name"])))
        await template.downstream.remove(`${path}/${document.Id}`);
  template.takeWrites();

  await expect(deploy(template, brought, { gitUrl })).rejects.toThrow(
    /things are in the way:(?=[^]*no environment with the slug "production", which the step "approve" in deployment_process.ocl)(?=[^]*no feed with the slug "docker-hub", which the step "say-hello")/,
  );
  expect(template.takeWrites()).toEqual([]);
  expect(template.head(copyName)).toBe(head);
});

test("only planning looks at the template's files when there is no fork yet", async () => {
  const template = await startGitTemplate();
  const brought = await serialize(template);
  template.takeWrites();

  const { outputs, log } = await deploy(template, brought, { onlyPlan: "True" });

  expect(template.takeWrites()).toEqual([]);
  expect(outputs).toMatchObject({ ProjectId: "", Created: "False" });
  expect(log.at(-1)?.message).toMatch(/^Would deploy/);
});

test("what people committed to the fork before stays", async () => {
  const template = await startGitTemplate();
  const brought = await serialize(template);
  const gitUrl = await fork(template);
  editRepository(template.pathOf(copyName), { files: { "own.txt": "ours\n" } });

  await deploy(template, brought, { gitUrl });

  expect(template.read(copyName, "own.txt")).toBe("ours\n");
  expect((await readSteps(template)).length).toBe(3);
});

test("another branch and address that people gave the copy stay", async () => {
  const template = await startGitTemplate();
  const brought = await serialize(template);
  const gitUrl = await fork(template);
  await deploy(template, brought, { gitUrl });
  const copy = await readCopy(template);
  editRepository(template.pathOf(copyName), {
    branch: "theirs",
    parents: [template.head(copyName)],
    files: { "a.txt": "1" },
  });
  const settings = isJsonObject(copy["PersistenceSettings"]) ? copy["PersistenceSettings"] : {};
  const { DefaultGuidedFailureMode: _1, VersioningStrategy: _2, ProjectConnectivityPolicy: _3, ...rest } = copy;
  await template.downstream.put(`/projects/${textOf(copy, "Id")}`, {
    ...rest,
    PersistenceSettings: { ...settings, DefaultBranch: "theirs" },
  });
  await template.upstream.put(`/projects/${template.project.Id}`, {
    ...(await upstreamProject(template)),
    Description: "Changed.",
  });

  const { outputs } = await deploy(template, await serialize(template, "2.0.0"));

  expect(await readCopy(template)).toMatchObject({
    Description: "Changed.",
    PersistenceSettings: { DefaultBranch: "theirs", Url: gitUrl },
  });
  expect(outputs["KeptChanges"]).toBe("1");
});

async function upstreamProject({ upstream, project }: GitTemplate): Promise<Record<string, unknown>> {
  const {
    DefaultGuidedFailureMode: _1,
    VersioningStrategy: _2,
    ProjectConnectivityPolicy: _3,
    ...rest
  } = await upstream.get(`/projects/${project.Id}`);
  return rest;
}

test("a repository that did not come from the template is refused", async () => {
  const template = await startGitTemplate();
  const brought = await serialize(template);
  template.host.add("contoso", "other");
  editRepository(template.pathOf("contoso/other"), { files: { "a.txt": "1" } });

  await expect(deploy(template, brought, { gitUrl: `${template.host.server.url}/contoso/other.git` })).rejects.toThrow(
    "has no commit in common with the template's",
  );
  expect(await template.downstream.list("/projects")).toEqual([]);
});

test("a protected branch is told, and nothing was made but the step template", async () => {
  const template = await startGitTemplate();
  await useOtherIds(template);
  const brought = await serialize(template);
  const gitUrl = await fork(template);
  protectBranch(template.pathOf(copyName), "main");

  await expect(deploy(template, brought, { gitUrl })).rejects.toThrow(/protected/);
  expect(await template.downstream.list("/projects")).toEqual([]);
});

test.each<[Record<string, string>, RegExp]>([
  [{}, /needs a repository of its own. Run the step Fork Repository/],
  [{ gitUrl: "upstream" }, /is the template's own/],
  [{ gitUrl: "copy", gitCredential: "Gitt" }, /no Git credential "Gitt"/],
  [{ gitUrl: "copy", gitToken: "wrong" }, /fetch the repository/],
])("bad input is told in one sentence: %j", async (parameters, problem) => {
  const template = await startGitTemplate();
  const brought = await serialize(template);
  const urls: Record<string, string> = { upstream: template.upstreamUrl, copy: await fork(template) };
  const gitUrl = urls[parameters["gitUrl"] ?? ""] ?? "";

  await expect(prepareDeployment(template, brought, { ...parameters, gitUrl }).run()).rejects.toThrow(problem);
});

test("a copy that keeps its process in Octopus is not moved", async () => {
  const template = await startGitTemplate();
  const brought = await serialize(template);
  const gitUrl = await fork(template);
  const [group] = await template.downstream.list("/projectgroups");
  const [lifecycle] = await template.downstream.list("/lifecycles");
  await template.downstream.post("/projects", {
    Name: "Hello World CaC",
    ProjectGroupId: group?.Id,
    LifecycleId: lifecycle?.Id,
  });

  await expect(deploy(template, brought, { gitUrl, adoptExistingProject: "True" })).rejects.toThrow(
    "keeps its process in Octopus, and the package's keeps it in Git",
  );
});
