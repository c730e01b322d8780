import { expect, test } from "vitest";
import type { ResourceGraph } from "../../lib/model/graph.ts";
import type { JsonObject } from "../../lib/model/json.ts";
import { startTwoSpaces, type TwoSpaces } from "./two-spaces.ts";

async function createProject({ upstream }: TwoSpaces): Promise<string> {
  const [lifecycle] = await upstream.list("/lifecycles");
  const [group] = await upstream.list("/projectgroups");
  const project = { Name: "Plain", LifecycleId: lifecycle?.Id ?? "", ProjectGroupId: group?.Id ?? "" };
  return (await upstream.post("/projects", project)).Id;
}

/** Makes something in both spaces, under ids of its own in each. @returns the one upstream */
async function provide({ upstream, downstream }: TwoSpaces, path: string, body: JsonObject): Promise<string> {
  await downstream.post(path, body);
  return (await upstream.post(path, body)).Id;
}

/** Serializes, deploys twice, and compares. */
/** Serializes, deploys twice, and reads both projects: what is told should be equal, and the second deployment without a write. */
async function bring(spaces: TwoSpaces): Promise<{ original: Reading; copy: Reading & { secondWrites: unknown } }> {
  await spaces.serialize({ project: "Plain" });
  await spaces.deploy("plain");
  spaces.takeWrites();
  await spaces.deploy("plain");
  const secondWrites = spaces.takeWrites();
  const [original, copy] = [await spaces.read(spaces.upstream, "Plain"), await spaces.read(spaces.downstream, "Plain")];
  return { original: toReading(original), copy: { ...toReading(copy), secondWrites } };
}

type Reading = Pick<ResourceGraph, "nodes" | "lookUps">;

function toReading({ nodes, lookUps }: ResourceGraph): Reading {
  return { nodes, lookUps };
}

test("a channel for ephemeral environments finds its parent environment by name", async () => {
  const spaces = await startTwoSpaces();
  const projectId = await createProject(spaces);
  const parentId = await provide(spaces, "/parentEnvironments", { Name: "Reviews" });
  await spaces.upstream.post("/channels", {
    Name: "Reviews",
    ProjectId: projectId,
    Type: "EphemeralEnvironment",
    ParentEnvironmentId: parentId,
    EphemeralEnvironmentNameTemplate: "pr-#{Octopus.Release.Number}",
  });

  const { original, copy } = await bring(spaces);
  expect(copy).toEqual({ ...original, secondWrites: [] });

  const [project] = await spaces.downstream.list("/projects");
  const channels = await spaces.downstream.list(`/projects/${project?.Id ?? ""}/channels`);
  const [own] = await spaces.downstream.list("/environments/v2", { type: "Parent" });
  expect(channels.find(({ Name }) => Name === "Reviews")?.["ParentEnvironmentId"]).toBe(own?.Id);
});

test("a parent environment that the managed space lacks is listed", async () => {
  const spaces = await startTwoSpaces();
  const projectId = await createProject(spaces);
  const parent = await spaces.upstream.post("/parentEnvironments", { Name: "Reviews" });
  await spaces.upstream.post("/channels", {
    Name: "Reviews",
    ProjectId: projectId,
    Type: "EphemeralEnvironment",
    ParentEnvironmentId: parent.Id,
    EphemeralEnvironmentNameTemplate: "pr",
  });
  await spaces.serialize({ project: "Plain" });

  await expect(spaces.deploy("plain")).rejects.toThrow('has no parent environment "Reviews"');
});

test("the Git dependencies of a step keep their order, and find their credential by name", async () => {
  const spaces = await startTwoSpaces();
  const projectId = await createProject(spaces);
  const details = { Type: "UsernamePassword", Username: "git", Password: { HasValue: true, NewValue: "secret" } };
  await spaces.downstream.post("/git-credentials", { Name: "Another", Details: details });
  const credentialId = await provide(spaces, "/git-credentials", { Name: "Git", Details: details });
  const dependency = (name: string, more: JsonObject): JsonObject => ({
    Name: name,
    RepositoryUri: "https://git.example.com/a.git",
    DefaultBranch: "main",
    GitCredentialType: "Anonymous",
    FilePathFilters: [],
    ...more,
  });
  const action = {
    Name: "Run",
    ActionType: "Octopus.Script",
    Properties: {
      "Octopus.Action.Script.ScriptSource": "GitRepository",
      "Octopus.Action.GitRepository.Source": "External",
      "Octopus.Action.Script.ScriptFileName": "deploy.sh",
      "Octopus.Action.RunOnServer": "true",
    },
    GitDependencies: [
      dependency("", { GitCredentialType: "Library", GitCredentialId: credentialId, FilePathFilters: ["z/*", "a/*"] }),
      dependency("values", { GitCredentialType: "Library", GitCredentialId: credentialId }),
      dependency("open", {}),
    ],
  };
  const process = await spaces.upstream.get(`/projects/${projectId}/deploymentprocesses`);
  const steps = [{ Name: "Run", Actions: [action] }];
  await spaces.upstream.put(`/projects/${projectId}/deploymentprocesses`, { ...process, Steps: steps });

  const { original, copy } = await bring(spaces);
  expect(copy).toEqual({ ...original, secondWrites: [] });
});

test("thirty-five runbooks and three hundred variables arrive, whatever the length of a page", async () => {
  const spaces = await startTwoSpaces();
  const projectId = await createProject(spaces);
  for (let index = 0; index < 35; index += 1)
    await spaces.upstream.post("/runbooks", { Name: `Runbook ${index}`, ProjectId: projectId });
  const set = await spaces.upstream.get(`/variables/variableset-${projectId}`);
  const variables = Array.from({ length: 300 }, (_, index) => ({ Name: `Variable ${index}`, Value: String(index) }));
  await spaces.upstream.put(`/variables/${set.Id}`, { ...set, Variables: variables });

  const { original, copy } = await bring(spaces);
  expect(copy).toEqual({ ...original, secondWrites: [] });

  expect((await spaces.read(spaces.downstream, "Plain")).nodes.filter(({ kind }) => kind === "runbook")).toHaveLength(
    35,
  );
});

test("both steps get through a limit of requests that they exceed", async () => {
  // Time goes by with the requests, so that a slow machine meets the limit as well.
  const start = Date.now();
  let countRequests = (): number => 0;
  const spaces = await startTwoSpaces({ now: () => new Date(start + countRequests() * 80) });
  countRequests = () => spaces.server.requests.length;
  const projectId = await createProject(spaces);
  for (let index = 0; index < 8; index += 1)
    await spaces.upstream.post("/runbooks", { Name: `Runbook ${index}`, ProjectId: projectId });
  // As 200 a minute is to a large project, but over in seconds; a server that does not tell what is left, so that some are refused.
  spaces.server.setFaults({ rateLimit: { burst: 5, perMinute: 600, headers: false } });

  await spaces.serialize({ project: "Plain" });
  await spaces.deploy("plain");

  expect(spaces.server.requests.filter(({ status }) => status === 429).length).toBeGreaterThan(1);
  spaces.server.setFaults({});
  expect((await spaces.read(spaces.downstream, "Plain")).nodes).toEqual(
    (await spaces.read(spaces.upstream, "Plain")).nodes,
  );
});

test("an id of a kind that nobody knows is named", async () => {
  const spaces = await startTwoSpaces();
  const projectId = await createProject(spaces);
  const process = await spaces.upstream.get(`/projects/${projectId}/deploymentprocesses`);
  const action = { Name: "New", ActionType: "Acme.Novelty", Properties: { "Acme.WidgetId": "Widgets-7" } };
  const steps = [{ Name: "New", Actions: [action] }];
  await spaces.upstream.put(`/projects/${projectId}/deploymentprocesses`, { ...process, Steps: steps });

  const { log } = await spaces.serialize({ project: "Plain" });

  expect(log.map(({ message }) => message).join("\n")).toMatch(
    /Acme\.WidgetId holds "Widgets-7", which looks like an id/,
  );
});
