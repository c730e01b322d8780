import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { protectBranch } from "../../git-server/git-server.ts";
import { findHead } from "../../git-server/edit-repository.ts";
import { fieldsOf, textOf, type Fields } from "../model/fields.ts";
import { scriptAction } from "./api-stage.ts";
import { createGitStage, type GitStage } from "./git-stage.ts";

const lisa = { username: "lisa", token: "git-token-sentinel" };
const reader = { username: "reader", token: "read-only", isReadOnly: true };

test("all three kinds of credentials are tried for real", async () => {
  const stage = await createGitStage({ git: { accounts: [lisa, reader] } });
  const credential = await stage.post("/api/Spaces-1/git-credentials", {
    Name: "Lisa",
    Details: { Type: "UsernamePassword", Username: "lisa", Password: { HasValue: true, NewValue: lisa.token } },
  });
  const password = (username: string, token: string): Fields => ({
    Type: "UsernamePassword",
    Username: username,
    Password: { HasValue: true, NewValue: token },
  });
  expect(await refused(stage, "A", { Credentials: { Type: "Anonymous" } })).toMatch(
    /^Unable to establish a connection to git\. .*Authentication failed for/,
  );
  expect(await refused(stage, "B", { Credentials: password("lisa", "wrong") })).toMatch(/Authentication failed for/);
  expect(await refused(stage, "C", { Credentials: password("reader", "read-only") })).toMatch(
    /^Remote repository returned an error: .*403/,
  );
  const direct = await stage.convert(await stage.project("Direct"), {
    BasePath: ".octopus/direct",
    Credentials: password("lisa", lisa.token),
  });
  expect(fieldsOf(direct, "PersistenceSettings")["Credentials"]).toEqual({
    Type: "UsernamePassword",
    Username: "lisa",
    Password: { HasValue: true, NewValue: null, Hint: null },
  });
  const referring = await stage.convert(await stage.project("Referring"), {
    BasePath: ".octopus/referring",
    Credentials: { Type: "Reference", Id: credential["Id"] },
  });
  expect(await stage.get(`/api/Spaces-1/projects/${textOf(referring, "Id")}/main/deploymentprocesses`)).toMatchObject({
    Steps: [],
  });
  expect(await stage.refusal("DELETE", `/api/Spaces-1/git-credentials/${textOf(credential, "Id")}`)).toMatch(
    /is used by/,
  );
});

test("no credential is in the copy of a repository, and the copy goes when the server goes", async () => {
  const stage = await createGitStage({ git: { accounts: [lisa] } });
  await stage.convert(await stage.project("App"), {
    Credentials: { Type: "UsernamePassword", Username: "lisa", Password: { HasValue: true, NewValue: lisa.token } },
  });
  const copy = stage.server.model.git.directory() ?? "";
  const files = readdirSync(copy, { recursive: true, encoding: "utf8" }).map((name) => join(copy, name));
  const texts = files.filter((file) => statSync(file).isFile()).map((file) => readFileSync(file, "latin1"));
  const encoded = Buffer.from(`lisa:${lisa.token}`).toString("base64");
  expect(texts.length).toBeGreaterThan(5);
  expect(texts.some((text) => text.includes(lisa.token) || text.includes(encoded))).toBe(false);
  await stage.server.close();
  expect(existsSync(copy)).toBe(false);
});

test.each([
  ["a folder elsewhere", { BasePath: "./octopus/backend" }, "Octopus config must be placed in the .octopus base path."],
  [
    "a folder that only begins like it",
    { BasePath: ".octopus-app" },
    "Octopus config must be placed in the .octopus base path.",
  ],
  ["a folder that leads out", { BasePath: ".octopus/../.." }, /is not valid/],
  ["colons in the folder", { BasePath: ".octopus/colons:are:bad" }, /is not valid/],
  ["no address", { Url: "" }, /Url/],
  ["another protocol", { Url: "ssh://git@example.com/x.git" }, /is not valid/],
  ["a command for an address", { Url: "ext::sh -c touch% /tmp/x" }, /is not valid/],
  [
    "a secret in the address",
    { Url: "http://lisa:secret@127.0.0.1/x.git" },
    "The Git repository URL must not contain a user name or a password.",
  ],
  ["no default branch", { DefaultBranch: "" }, /DefaultBranch/],
  ["a default branch that is not there", { DefaultBranch: "trunk" }, /The branch 'trunk' does not exist/],
  [
    "a credential that is not there",
    { Credentials: { Type: "Reference", Id: "GitCredentials-99" } },
    /'GitCredentials-99' does not exist/,
  ],
  [
    "a password without a value",
    { Credentials: { Type: "UsernamePassword", Username: "lisa" } },
    /user name and a password/,
  ],
  ["a connection to GitHub that is not there", { Credentials: { Type: "GitHub", Id: "x" } }, /'x' does not exist/],
  ["the database", { Type: "Database" }, /'VersionControlled'/],
])("a conversion with %s is refused and changes nothing", async (_, more, reason) => {
  const stage = await createGitStage();
  const head = findHead(stage.repository, "refs/heads/main");
  expect(await refused(stage, "App", more)).toMatch(reason);
  expect(await stage.get("/api/Spaces-1/projects/app")).toMatchObject({
    IsVersionControlled: false,
    PersistenceSettings: { Type: "Database" },
  });
  expect(findHead(stage.repository, "refs/heads/main")).toBe(head);
});

test("a repository that is not there, or empty, is refused", async () => {
  const stage = await createGitStage();
  stage.git.createRepository("team/empty.git");
  expect(await refused(stage, "A", { Url: `${stage.git.url}/team/none.git` })).toMatch(
    /Unable to establish a connection to git.*not found/,
  );
  expect(await refused(stage, "B", { Url: "http://127.0.0.1:9/x.git" })).toMatch(
    /Unable to establish a connection to git/,
  );
  expect(await refused(stage, "C", { Url: `${stage.git.url}/team/empty.git` })).toMatch(
    /The branch 'main' does not exist/,
  );
});

test("an address of a file works, too, and the folder may be left out", async () => {
  const stage = await createGitStage();
  const project = await stage.convert(await stage.project("App"), { Url: `file://${stage.repository}`, BasePath: "" });
  expect(project).toMatchObject({ PersistenceSettings: { BasePath: ".octopus" } });
  expect(stage.file(".octopus/schema_version.ocl")).toBe("version = 10");
});

test("two projects cannot share a folder, but a repository", async () => {
  const stage = await createGitStage();
  await stage.convert(await stage.project("One"), { BasePath: ".octopus/one" });
  await stage.convert(await stage.project("Two"), { BasePath: ".octopus/two/" });
  expect(await refused(stage, "Three", { BasePath: ".octopus/one/" })).toMatch(
    /The project 'One' already uses the folder/,
  );
  expect(await refused(stage, "Four", { BasePath: ".octopus/two", Url: stage.url.replace(".git", "") })).toMatch(
    /The project 'Two' already uses/,
  );
  expect(await refused(stage, "One", { BasePath: ".octopus/three" }, { isNew: false })).toMatch(
    /^Unable to convert project to version control/,
  );
});

test("a secret in a step keeps a project in the database", async () => {
  const stage = await createGitStage();
  const project = await stage.project("App");
  const action = scriptAction("Use");
  await stage.setSteps(`/api/Spaces-1/projects/${textOf(project, "Id")}/deploymentprocesses`, [
    { ...action, Properties: { ...fieldsOf(action, "Properties"), Key: { HasValue: true, NewValue: "secret" } } },
  ]);
  expect(await refused(stage, "App", {}, { isNew: false })).toMatch(
    /The property 'Key' of the step 'Use' is sensitive/,
  );
});

test("protected branches take no commits, and a conversion goes to another branch", async () => {
  const stage = await createGitStage();
  const settings = { ProtectedDefaultBranch: true, ProtectedBranchNamePatterns: ["release/*"] };
  const project = await stage.project("App");
  const api = `/api/Spaces-1/projects/${textOf(project, "Id")}`;
  await stage.post(`${api}/git/convert`, {
    CommitMessage: "First",
    VersionControlSettings: stage.settings(settings),
    InitialCommitBranchName: "start",
  });
  expect(stage.file(".octopus/schema_version.ocl", "start")).toBe("version = 10");
  expect(await stage.refusal("GET", `${api}/main/deploymentprocesses`)).toMatch(/Branch has not been initialized/);
  execFileSync("git", ["-C", stage.repository, "branch", "-f", "main", "start"]);
  execFileSync("git", ["-C", stage.repository, "branch", "release/1", "start"]);
  for (const branch of ["main", "release/1"]) {
    const address = `${api}/${encodeURIComponent(branch)}/deploymentsettings`;
    expect(await stage.refusal("PUT", address, { ...(await stage.get(address)), DefaultGuidedFailureMode: "On" })).toBe(
      `refs/heads/${branch} is a protected branch. Cannot commit to protected branches. Please create a new branch before committing.`,
    );
  }
  expect(await stage.get(`${api}/git/branches`)).toMatchObject({
    Items: [
      { Name: "main", IsProtected: true },
      { Name: "release/1", IsProtected: true },
      { Name: "start", IsProtected: false },
    ],
  });
});

test("what the host refuses is said in its words", async () => {
  const stage = await createGitStage();
  await stage.convert(await stage.project("App"));
  protectBranch(stage.repository, "main");
  const address = "/api/Spaces-1/projects/app/main/deploymentsettings";
  expect(
    await stage.refusal("PUT", address, { ...(await stage.get(address)), DefaultGuidedFailureMode: "On" }),
  ).toMatch(/^Remote repository returned an error: .*GH006: Protected branch update failed/);
  expect(await stage.get(address)).toMatchObject({ DefaultGuidedFailureMode: "EnvironmentDefault" });
});

test("a project is pointed at another repository, which is tried first", async () => {
  const stage = await createGitStage();
  const project = await stage.convert(await stage.project("App"));
  const api = `/api/Spaces-1/projects/${textOf(project, "Id")}`;
  execFileSync("git", ["clone", "--quiet", "--bare", stage.repository, stage.git.pathOf("team/fork.git")]);
  execFileSync("git", ["-C", stage.git.pathOf("team/fork.git"), "branch", "trunk", "main"]);
  const settings = fieldsOf(project, "PersistenceSettings");
  const put = (more: Fields): Fields => ({ ...project, PersistenceSettings: { ...settings, ...more } });
  expect(await stage.refusal("PUT", api, put({ Url: `${stage.git.url}/team/gone.git` }))).toMatch(
    /Unable to establish a connection to git/,
  );
  expect(await stage.refusal("PUT", api, put({ DefaultBranch: "gone" }))).toMatch(/'gone' does not exist/);
  expect(await stage.refusal("PUT", api, put({ Type: "Database" }))).toMatch(/'VersionControlled'/);
  expect(await stage.refusal("PUT", api, { ...project, ReleaseNotesTemplate: "x" })).toMatch(
    /ReleaseNotesTemplate of a version-controlled project/,
  );
  expect(
    await stage.refusal("PUT", api, { ...project, ProjectConnectivityPolicy: { AllowDeploymentsToNoTargets: true } }),
  ).toMatch(/ProjectConnectivityPolicy of a/);
  expect(
    (
      await stage.call("PUT", api, {
        ...project,
        ProjectConnectivityPolicy: { AllowDeploymentsToNoTargets: false, TargetRoles: [] },
      })
    ).status,
  ).toBe(200);
  expect(fieldsOf(await stage.get(api), "PersistenceSettings")).toMatchObject({
    Url: stage.url,
    DefaultBranch: "main",
  });
  const moved = await stage.put(api, {
    ...put({ Url: `${stage.git.url}/team/fork.git`, DefaultBranch: "trunk" }),
    Description: "Elsewhere",
  });
  expect(moved).toMatchObject({
    Description: "Elsewhere",
    IsVersionControlled: true,
    PersistenceSettings: {
      Url: `${stage.git.url}/team/fork.git`,
      DefaultBranch: "trunk",
      ConversionState: { RunbooksAreInGit: true },
    },
  });
  expect(await stage.get(`${api}/trunk/deploymentprocesses`)).toMatchObject({ Steps: [] });
});

test("a credential is used only for the repositories that it allows", async () => {
  const stage = await createGitStage({ git: { accounts: [lisa] } });
  const details = { Type: "UsernamePassword", Username: "lisa", Password: { HasValue: true, NewValue: lisa.token } };
  const allowing = async (pattern: string): Promise<Fields> =>
    stage.post("/api/Spaces-1/git-credentials", {
      Name: pattern,
      Details: details,
      RepositoryRestrictions: { Enabled: true, AllowedRepositories: [pattern] },
    });
  expect(
    await refused(stage, "A", {
      Credentials: { Type: "Reference", Id: (await allowing("https://github.com/*"))["Id"] },
    }),
  ).toMatch(/is not allowed for the repository/);
  await stage.convert(await stage.project("B"), {
    Credentials: { Type: "Reference", Id: (await allowing(`${stage.git.url}/team/*`))["Id"] },
  });
});

async function refused(stage: GitStage, name: string, more: Fields, { isNew = true } = {}): Promise<string> {
  if (isNew) await stage.project(name);
  return stage.refusal("POST", `/api/Spaces-1/projects/${name.toLowerCase()}/git/convert`, {
    CommitMessage: "x",
    VersionControlSettings: stage.settings(more),
  });
}
