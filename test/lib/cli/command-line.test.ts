import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { createApi } from "../../api.ts";
import { runCommand as run } from "../../run-command.ts";
import { startOctopus, type TestServer } from "../../steps/managed-tenants.ts";

function environmentOf({ url, apiKey }: TestServer): Record<string, string> {
  return { OCTOPUS_URL: url, OCTOPUS_API_KEY: apiKey, OCTOPUS_SPACE: "Default" };
}

test("tells its version and what it can do", async () => {
  expect(await run(["--version"])).toEqual({ code: 0, stdout: "1.2.3\n", stderr: "" });
  expect((await run([])).stdout).toMatch(/Commands:\n {2}install +Set up a management space/);
});

test("offers the command that was meant", async () => {
  expect(await run(["instal"])).toEqual({
    code: 64,
    stdout: "",
    stderr: 'There is no command "instal". Did you mean "install"? See managed-spaces --help.\n',
  });
});

test("offers the option that was meant", async () => {
  expect(await run(["fleet", "--opem"])).toEqual({
    code: 64,
    stdout: "",
    stderr: `Unknown option '--opem'. Did you mean "--open"? See managed-spaces fleet --help.\n`,
  });
  expect((await run(["deploy", "--tenant", "Asia"])).stderr).toBe(
    `Unknown option '--tenant'. Did you mean "--tenants"? See managed-spaces deploy --help.\n`,
  );
});

test.each([
  [["fleet", "--help"], "managed-spaces fleet ", "--budget <number>"],
  [["help", "fleet"], "managed-spaces fleet ", "--budget <number>"],
  [["install", "--plan", "-h"], "managed-spaces install ", "--golden-space"],
  [["merge", "--help"], "managed-spaces merge ", "--at-once <number>"],
  [["run", "--help"], "managed-spaces run <runbook>", "--at-once <number>"],
])("tells of one command alone: %j", async (argv, first, option) => {
  const { code, stdout } = await run(argv);

  expect(code).toBe(0);
  expect(stdout).toContain(first);
  expect(stdout).toContain(option);
  expect(stdout).toContain("--api-key-file");
  expect(stdout).not.toContain("managed-spaces baseline");
});

test("hides the key when a server repeats it in a refusal", async () => {
  const server = createServer((request, response) => {
    const told = { ErrorMessage: `I do not like ${String(request.headers["x-octopus-apikey"])}` };
    response.writeHead(400, { "content-type": "application/json" }).end(JSON.stringify(told));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;

  const { stderr } = await run(["install"], {
    OCTOPUS_URL: url,
    OCTOPUS_API_KEY: "API-SENTINEL",
    OCTOPUS_SPACE: "Default",
  });

  expect(stderr).toContain("I do not like *****.");
});

test("names everything that is missing at once", async () => {
  const { code, stderr } = await run(["doctor"]);

  expect(code).toBe(64);
  expect(stderr).toMatch(
    /the server \(--server or OCTOPUS_URL\); the API key \(OCTOPUS_API_KEY.*\); the management space/,
  );
});

test.each([["--api-key", "API-SECRET"], ["--api-key=API-SECRET"]])(
  "refuses a key on the command line: %s",
  async (...argv) => {
    const { code, stderr } = await run(["install", ...argv]);

    expect(code).toBe(64);
    expect(stderr).toContain("An API key does not belong on a command line");
    expect(stderr).not.toContain("API-SECRET");
  },
);

test("reads the key from a file", async () => {
  const octopus = await startOctopus();
  const file = join(mkdtempSync(join(tmpdir(), "key-")), "key");
  writeFileSync(file, `${octopus.apiKey}\n`);

  const { code } = await run(["doctor", "--server", octopus.url, "--space", "Default", "--api-key-file", file]);

  expect(code).toBe(0);
});

test("says which option it does not know", async () => {
  expect((await run(["install", "--plam"])).stderr).toMatch(
    /Unknown option '--plam'.*"--plan".*See managed-spaces install --help/,
  );
});

test("stops when it is canceled", async () => {
  const server = await startOctopus();

  const { code, stderr } = await run(["install"], environmentOf(server), { signal: AbortSignal.abort() });

  expect(code).toBe(1);
  expect(stderr).toMatch(/canceled/);
  expect(server.server.requests.filter(({ method }) => method !== "GET")).toEqual([]);
});

test("tells a folder that is missing by its path and what to do, without a stack", async () => {
  const { code, stderr } = await run(["install"], environmentOf(await startOctopus()));

  expect(code).toBe(1);
  expect(stderr).toMatch(/^Failed to install into the space "Default" at \S+: there is no ".*"\. Make the folder.*\n$/);
});

test("doctor finds everything good for an administrator", async () => {
  const octopus = await startOctopus();

  const { code, stdout } = await run(["doctor"], environmentOf(octopus));

  expect(code).toBe(0);
  expect(stdout).toMatch(/ok {2}Server +http.* is Octopus Server 2026/);
  expect(stdout).toMatch(/ok {2}Space +"Default" \(Spaces-1\)/);
  expect(stdout).toMatch(/ok {2}Permissions/);
});

test("doctor prints the roles with the fewest permissions, also as bodies for the API", async () => {
  const octopus = await startOctopus();

  const { code, stdout } = await run(["doctor", "--role"]);
  const roles = z
    .array(z.looseObject({ Name: z.string(), GrantedSpacePermissions: z.array(z.string()) }))
    .parse(JSON.parse((await run(["doctor", "--role", "--json"])).stdout));

  expect(code).toBe(0);
  expect(stdout).toMatch(/^Managed Spaces: management .*\n {2}space permissions: .*\bTenantEdit\b/m);
  expect(stdout).toMatch(/^Managed Spaces: new spaces .*\n {2}system permissions: SpaceCreate$/m);
  expect(stdout).toMatch(/^ {2}fork-repository, management space: ProjectView, TenantView$/m);
  for (const role of roles) await createApi(octopus, "/api").post("/userroles", role);
  expect(roles.map(({ Name }) => Name)).toEqual([
    "Managed Spaces: installing",
    "Managed Spaces: management",
    "Managed Spaces: managed",
    "Managed Spaces: new spaces",
    "Managed Spaces: fleet",
    "Managed Spaces: instances",
    "Managed Spaces: spaces",
    "Managed Spaces: filling spaces",
  ]);
});

test("doctor asks an older server for the permission that it has for snapshots", async () => {
  const octopus = await startOctopus({ version: "2026.2" });
  const system = createApi(octopus, "/api");
  const user = await system.post("/users", { Username: "reader", DisplayName: "Reader", IsService: true });
  const role = await system.post("/userroles", {
    Name: "Little",
    GrantedSpacePermissions: ["ProjectView"],
    GrantedSystemPermissions: [],
  });
  const team = await system.post("/teams", { Name: "Readers", SpaceId: "Spaces-1", MemberUserIds: [user.Id] });
  await system.post("/scopeduserroles", { TeamId: team.Id, UserRoleId: role.Id, SpaceId: "Spaces-1" });
  const key = String((await system.post(`/users/${user.Id}/apikeys`, { Purpose: "test" }))["ApiKey"]);

  const { stdout } = await run(["doctor"], { ...environmentOf(octopus), OCTOPUS_API_KEY: key });

  expect(stdout).toMatch(/BAD Permissions +missing .*\bRunbookEdit\b/);
  expect(stdout).not.toContain("RunbookSnapshotCreate");
});

test("doctor stops at a wrong key and says so", async () => {
  const octopus = await startOctopus();

  const { code, stdout } = await run(["doctor"], { ...environmentOf(octopus), OCTOPUS_API_KEY: "API-WRONG" });

  expect(code).toBe(1);
  expect(stdout).toMatch(
    /BAD API key +Octopus at \S+ does not accept the API key \(GET \/api\/users\/me, 401\).*Check that key, which came from OCTOPUS_API_KEY/,
  );
  expect(stdout).not.toContain("Permissions");
  expect(stdout).not.toContain("API-WRONG");
});

test("doctor names the permissions that a user lacks", async () => {
  const octopus = await startOctopus();
  const system = createApi(octopus, "/api");
  const user = await system.post("/users", { Username: "reader", DisplayName: "Reader", IsService: true });
  const role = z
    .object({ Items: z.array(z.object({ Id: z.string(), Name: z.string() })) })
    .parse({ Items: await system.list("/userroles?take=100") })
    .Items.find(({ Name }) => Name === "Project viewer");
  const team = await system.post("/teams", { Name: "Readers", SpaceId: "Spaces-1", MemberUserIds: [user.Id] });
  await system.post("/scopeduserroles", { TeamId: team.Id, UserRoleId: role?.Id, SpaceId: "Spaces-1" });
  const key = z
    .object({ ApiKey: z.string() })
    .parse(await system.post(`/users/${user.Id}/apikeys`, { Purpose: "test" }));

  const { code, stdout } = await run(["doctor"], { ...environmentOf(octopus), OCTOPUS_API_KEY: key.ApiKey });

  expect(code).toBe(1);
  expect(stdout).toMatch(/BAD Permissions +missing .*BuiltInFeedPush.*Give the user a role with them/);
  expect(stdout).not.toMatch(/missing .*\bProjectView\b/);
});

test("doctor asks the workers for their Node.js", async () => {
  const octopus = await startOctopus({ worker: true });

  const { code, stdout } = await run(["doctor", "--workers"], environmentOf(octopus));

  expect(stdout).toMatch(
    new RegExp(`ok {2}Workers +1 answered, with Node.js ${process.versions.node.replaceAll(".", "\\.")}`),
  );
  expect(code).toBe(0);
});

test("doctor says that workers have no Node.js, and what to do", async () => {
  const octopus = await startOctopus({ worker: { environment: { PATH: "/nowhere" } } });

  const { code, stdout } = await run(["doctor", "--workers"], environmentOf(octopus));

  expect(code).toBe(1);
  expect(stdout).toMatch(/BAD Workers/);
});

test("doctor tells which values of secrets Octopus would change, and how to type them, and shows none", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "values-")), "values.json");
  const values = { Plain: "pa##ss {word}", Token: "s3cret#{1}", "Api.Key": "x##{s3cret} ##{ #{" };
  writeFileSync(file, JSON.stringify(values));

  const { code, stdout } = await run(["doctor", "--values", file]);

  expect(code).toBe(1);
  expect(stdout).not.toContain("s3cret");
  expect(stdout.split("\n").slice(0, 3)).toEqual([
    "ok  Plain        reaches a step as it is",
    'BAD Token        Octopus evaluates it, so a step may see another text: type "#{" as "##{" in Octopus.',
    'BAD Api.Key      Octopus evaluates it, so a step may see another text: type "##{" as "###{if Octopus.Space.Id}#{/if}##{", "#{" as "##{" in Octopus.',
  ]);
});

test("doctor takes values only as an object of texts, and repeats nothing of what it was given", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "values-")), "values.json");
  writeFileSync(file, "Token=s3cret");

  expect(await run(["doctor", "--values", file])).toEqual({
    code: 1,
    stdout: "",
    stderr: `The values cannot be read from "${file}". Name a file with a JSON object of names and texts, or - for standard input.\n`,
  });
});
