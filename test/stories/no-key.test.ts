import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { projectRoot, readProjectVersion } from "../../build/project.ts";
import { startStateServer } from "../../examples/demo/state-server.ts";
import { signIn, type OctopusUser } from "../../examples/demo/octopus-user.ts";
import { hasProvider } from "../lib/terraform/terraform.ts";
import { createOctopusServer, type OctopusServer } from "../octopus-server/octopus-server.ts";
import { runCommand } from "../run-command.ts";
import { createServiceAccount } from "../steps/service-account.ts";

interface Road {
  barry: OctopusUser;
  management: OctopusServer;
  managed: OctopusServer;
  managedUrl: string;
  /** @returns what the command printed */
  command(argv: string[]): Promise<string>;
}

const audience = "api://octopus";

/** Two servers. Each has a service account that trusts runs in Sync of the first one's space, and no key lies in a variable. */
async function startRoad(install: string[], subject = "space:default:project:*:environment:sync"): Promise<Road> {
  const environment = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", LANG: "C.UTF-8" };
  const management = createOctopusServer({ apiKey: "API-MANAGEMENT0000000000000000", worker: { environment } });
  const managed = createOctopusServer({ apiKey: "API-MANAGED000000000000000000" });
  const [url, managedUrl] = [await management.listen(), await managed.listen()];
  onTestFinished(() => Promise.all([management.close(), managed.close()]).then(() => undefined));
  const trust = { issuer: url, audience };
  const own = await createServiceAccount({ url, apiKey: management.apiKey }, { ...trust, subject: "space:default:*" });
  const other = await createServiceAccount({ url: managedUrl, apiKey: managed.apiKey }, { ...trust, subject });
  const barry = await signIn({ url, apiKey: management.apiKey, spaceName: "Default" });
  const [group] = await barry.list("/projectgroups");
  const [lifecycle] = await barry.list("/lifecycles");
  await barry.create("/projects", { Name: "Hello World", ProjectGroupId: group?.Id, LifecycleId: lifecycle?.Id });
  await barry.create("/accounts", {
    Name: "Managed Spaces",
    AccountType: "GenericOidcAccount",
    Audience: audience,
  });

  async function command(argv: string[]): Promise<string> {
    const signedIn = { OCTOPUS_URL: url, OCTOPUS_API_KEY: management.apiKey, OCTOPUS_SPACE: "Default" };
    const built = {
      workingDirectory: projectRoot,
      dist: join(projectRoot, "dist"),
      version: readProjectVersion(),
      defaultBaseline: "environments:\n  - name: Development\n",
    };
    const { stdout, stderr } = await runCommand(argv, signedIn, built);
    return stdout + stderr;
  }
  const account = ["--service-account", own.serviceAccountId, "--oidc-account", "Managed Spaces"];
  await command(["install", "--inline", "--project", "Hello World", ...account, ...install]);
  await addTenant(barry, { url: managedUrl, serviceAccountId: other.serviceAccountId });
  return { barry, management, managed, managedUrl, command };
}

async function addTenant(barry: OctopusUser, given: { url: string; serviceAccountId: string }): Promise<void> {
  const sync = await barry.find("/environments", "Sync");
  const set = await barry.find("/libraryvariablesets", "Octopus Server");
  const templates: unknown[] = Array.isArray(set?.["Templates"]) ? set["Templates"] : [];
  const idOf = (name: string): unknown => {
    const found = templates.find((one) => JSON.stringify(one).includes(`"Name":"${name}"`));
    return typeof found === "object" && found !== null && "Id" in found ? found.Id : undefined;
  };
  const projects = (await barry.list("/projects")).map(({ Id }) => [Id, [sync?.Id ?? ""]]);
  const tenant = await barry.create("/tenants", { Name: "America", ProjectEnvironments: Object.fromEntries(projects) });
  const value = (name: string, Value: string): Record<string, unknown> => ({
    LibraryVariableSetId: set?.Id,
    TemplateId: idOf(name),
    Value,
    Scope: { EnvironmentIds: [] },
  });
  await barry.update(`/tenants/${tenant.Id}/commonvariables`, {
    Variables: [
      value("ManagedTenant.Octopus.Url", given.url),
      value("ManagedTenant.Octopus.ServiceAccountId", given.serviceAccountId),
    ],
  });
}

/** Everything that the tasks logged, and all variables that are no secrets. */
function textsOf({ management, managed }: Road): string {
  return [management, managed]
    .flatMap(({ model }) => [
      ...[...model.taskLogs.values()].map((log) => JSON.stringify(log)),
      ...model
        .collection("artifacts")
        .list()
        .map((document) => JSON.stringify(document)),
    ])
    .join("\n");
}

const subject = "space:default:project:*:tenant:america:environment:sync";

test.each(["apply", ...(hasProvider ? ["terraform"] : [])])(
  "a space is made and a project deployed into it (%s), and no key is stored anywhere",
  async (engine) => {
    const states = await startStateServer();
    onTestFinished(() => states.close());
    const terraform = [
      "--terraform-backend",
      "http",
      `--terraform-init-parameters=-backend-config="address=${states.url}/{state}"`,
    ];
    const road = await startRoad(["--engine", engine, ...(engine === "terraform" ? terraform : [])], subject);
    const { barry, management, managed } = road;

    await barry.runRunbook("__ Client Space", "__ Create Client Space", "America");
    await barry.runRunbook("Hello World", "__ 1. Serialize Project");
    const { log } = await barry.runRunbook("Hello World", "__ 2. Deploy Project", "America");

    const lisa = await signIn({ url: road.managedUrl, apiKey: managed.apiKey, spaceName: "America" });
    expect(await lisa.find("/projects", "Hello World")).toBeDefined();
    expect(await road.command(["doctor"])).toMatch(
      /ok {2}Sign-in +the service account [-\w]+ for this instance; service accounts for America/,
    );
    const variables = management.model.collection("variablesets").list();
    expect(variables.filter((set) => JSON.stringify(set).includes("ThisInstance.Api.Key"))).toEqual([]);
    const tokens = [management, managed].flatMap(({ model }) => model.collection("accesstokens").list());
    expect(tokens.length).toBeGreaterThan(2);
    for (const { Secret } of tokens) expect(textsOf(road)).not.toContain(String(Secret));
    expect(log).not.toMatch(/eyJ[\w-]+\.eyJ/);
  },
);

test("a run that the service account does not trust says what it would have to", async () => {
  const road = await startRoad([], "space:default:project:*:tenant:europe:environment:sync");

  const failure = await road.barry.runRunbook("__ Client Space", "__ Create Client Space", "America").catch(String);

  expect(failure).toContain("The account needs an OIDC identity with the issuer");
  expect(failure).toContain('the subject "space:default:project:client-space:tenant:america:environment:sync"');
});
