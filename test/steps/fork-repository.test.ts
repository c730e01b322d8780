import { expect, test } from "vitest";
import { step } from "../../steps/fork-repository/step.ts";
import { editRepository, findHead } from "../git-server/edit-repository.ts";
import { createStepContext, type StepRecording } from "../step/create-step-context.ts";
import { gitToken, startGitTemplate, type GitTemplate } from "./git-template.ts";

function prepare(template: GitTemplate, parameters: Record<string, string> = {}): StepRecording {
  return createStepContext({
    step,
    parameters: {
      managementServerUrl: template.url,
      managementApiKey: template.apiKey,
      managementSpaceId: "Spaces-1",
      project: "Hello World CaC",
      gitHost: template.hostId,
      gitHostUrl: template.hostUrl,
      gitToken,
      owner: "contoso",
      tenant: "America",
      ...parameters,
    },
  });
}

async function fork(template: GitTemplate, parameters: Record<string, string> = {}): Promise<StepRecording> {
  const recording = prepare(template, parameters);
  await recording.run();
  return recording;
}

/** Requests that change something on the Git host: its API, and pushes. */
function hostWrites({ host }: GitTemplate): string[] {
  return host.server.requests
    .filter(({ method, path }) => (path.startsWith("/api/") && method !== "GET") || path.endsWith("/git-receive-pack"))
    .filter(({ path }) => !path.startsWith("/acme/hello_world_cac.git/"))
    .map(({ method, path }) => `${method} ${path}`);
}

test.each([
  ["gitea", "/contoso/america_hello_world_cac"],
  ["github", "/contoso/america_hello_world_cac"],
  ["gitlab", "/contoso/america_hello_world_cac"],
  ["bitbucket-cloud", "/contoso/america_hello_world_cac"],
  ["azure-repos", "/contoso/_git/america_hello_world_cac"],
  ["bitbucket-data-center", "/projects/CONTOSO/repos/america_hello_world_cac/browse"],
] as const)("a tenant gets a fork of its own on %s", async (host, page) => {
  const template = await startGitTemplate({ host });

  const { outputs, log } = await fork(template);

  expect(outputs).toEqual({
    CloneUrl: template.host.cloneUrlOf(template.find("contoso/america_hello_world_cac")),
    WebUrl: `${template.hostUrl}${page}`,
    DefaultBranch: "main",
    Created: "True",
  });
  expect(template.head("contoso/america_hello_world_cac")).toBe(template.head("acme/hello_world_cac"));
  expect(log.filter(({ level }) => level === "highlight").map(({ message }) => message)).toEqual([
    expect.stringMatching(/^Made the repository \[contoso\/america_hello_world_cac\]\(http/),
  ]);
  expect(JSON.stringify(log)).not.toContain(gitToken);
});

test("a tenant's fork goes into a group in a group", async () => {
  const template = await startGitTemplate({ host: "gitlab" });
  template.host.accounts.set("contoso/europe", "Organization");

  const { outputs } = await fork(template, { owner: "contoso/europe" });

  expect(outputs["CloneUrl"]).toBe(`${template.host.server.url}/contoso/europe/america_hello_world_cac.git`);
  expect(template.head("contoso/europe/america_hello_world_cac")).toBe(template.head("acme/hello_world_cac"));
});

test("a second run finds the fork and writes nothing", async () => {
  const template = await startGitTemplate();
  await fork(template);
  const before = hostWrites(template).length;

  const { outputs } = await fork(template);

  expect(outputs["Created"]).toBe("False");
  expect(hostWrites(template)).toHaveLength(before);
});

test("a second tenant at the same owner gets a copy, and keeps it", async () => {
  const template = await startGitTemplate();
  await fork(template);

  const second = await fork(template, { tenant: "Europe" });
  editRepository(template.pathOf("contoso/europe_hello_world_cac"), { files: { "own.txt": "ours\n" } });
  const before = hostWrites(template).length;
  const again = await fork(template, { tenant: "Europe" });

  expect(second.outputs["Created"]).toBe("True");
  expect(again.outputs["Created"]).toBe("False");
  expect(hostWrites(template)).toHaveLength(before);
  expect(template.read("contoso/europe_hello_world_cac", "own.txt")).toBe("ours\n");
});

test("only planning makes nothing", async () => {
  const template = await startGitTemplate();

  const { outputs, log } = await fork(template, { onlyPlan: "True" });

  expect(hostWrites(template)).toEqual([]);
  expect(outputs).toMatchObject({ CloneUrl: "", Created: "False", DefaultBranch: "main" });
  expect(log.at(-1)?.message).toBe('Would make the repository "contoso/america_hello_world_cac".');
});

test("an empty repository is filled", async () => {
  const template = await startGitTemplate();
  template.host.add("contoso", "america_hello_world_cac");

  const { outputs } = await fork(template);

  expect(outputs["Created"]).toBe("True");
  expect(template.head("contoso/america_hello_world_cac")).toBe(template.head("acme/hello_world_cac"));
});

test("a repository that holds something else is left alone, unless it is to be replaced", async () => {
  const template = await startGitTemplate();
  const path = template.pathOf("contoso/america_hello_world_cac");
  template.host.add("contoso", "america_hello_world_cac");
  const theirs = editRepository(path, { files: { "theirs.txt": "1\n" } });

  await expect(prepare(template).run()).rejects.toThrow(
    'has a repository "contoso/america_hello_world_cac" that has no commit in common with the template\'s: it is left as it is.',
  );
  expect(findHead(path, "refs/heads/main")).toBe(theirs);
  const planned = await fork(template, { replaceContents: "True", onlyPlan: "True" });
  expect(findHead(path, "refs/heads/main")).toBe(theirs);
  const replaced = await fork(template, { replaceContents: "True" });

  expect(planned.log.at(-1)?.message).toMatch(/^Would replace what is in the repository/);
  expect(replaced.log.some(({ message }) => message.includes(`it was at ${theirs} before`))).toBe(true);
  expect(findHead(path, "refs/heads/main")).toBe(template.head("acme/hello_world_cac"));
});

test("the copy starts from the default branch of the project's settings", async () => {
  const template = await startGitTemplate({ defaultBranch: "trunk" });
  await fork(template, { tenant: "First" });

  const { outputs } = await fork(template);

  expect(outputs["DefaultBranch"]).toBe("trunk");
  expect(template.host.find("contoso", "america_hello_world_cac")?.defaultBranch).toBe("trunk");
  expect(template.head("contoso/america_hello_world_cac", "trunk")).toBe(
    template.head("acme/hello_world_cac", "trunk"),
  );
});

test("a repository is forked without a project", async () => {
  const template = await startGitTemplate();

  const { outputs } = await fork(template, { managementApiKey: "", project: "Web", templateUrl: template.upstreamUrl });

  expect(outputs).toMatchObject({
    CloneUrl: `${template.host.server.url}/contoso/america_web.git`,
    DefaultBranch: "main",
  });
});

test("two tenants never share one repository", async () => {
  const template = await startGitTemplate();
  const sync = await template.upstream.post("/environments", { Name: "Sync" });
  const connected = { ProjectEnvironments: { [template.project.Id]: [sync.Id] } };
  for (const name of ["North America", "North-America"])
    await template.upstream.post("/tenants", { Name: name, TenantTags: [], ...connected });

  await expect(prepare(template, { tenant: "North America" }).run()).rejects.toThrow(
    'the repository name "north_america_hello_world_cac" would also be that of the tenant "North-America".',
  );
});

test.each([
  [{ project: "Hello World CaB" }, /has no project "Hello World CaB".*"Hello World CaC"/],
  [{ gitToken: "" }, /Enter "Git Token", or what .*a GitHub App.* signs in with/],
  [{ gitToken: "wrong" }, /token/],
  [{ owner: "nobody" }, /no user or organization "nobody"/],
  [{ owner: "acme", repositoryName: "hello_world_cac" }, /is the template's own/],
  [{ repositoryName: "{space}" }, /holds \{space\}. Use \{tenant\} and \{project\}/],
  [{ templateUrl: "https://user:pass-of-lisa@git.invalid/acme/app.git" }, /^(?!.*pass-of-lisa)/],
  [{ gitHostUrl: "http://127.0.0.1:9" }, /cannot be reached|refused/],
])("bad input is told in one sentence: %j", async (parameters, problem) => {
  const template = await startGitTemplate();

  await expect(prepare(template, parameters).run()).rejects.toThrow(problem);
});

test("a project in the database has nothing to fork", async () => {
  const template = await startGitTemplate();
  await template.upstream.post("/projects", {
    Name: "Plain",
    ProjectGroupId: "ProjectGroups-1",
    LifecycleId: "Lifecycles-1",
  });

  await expect(prepare(template, { project: "Plain" }).run()).rejects.toThrow(
    'the project "Plain" keeps its process in Octopus',
  );
});
