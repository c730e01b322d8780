import type { Resource } from "../model/collection.ts";
import { isFields, textOf, type Fields } from "../model/fields.ts";
import type { OctopusServer } from "../octopus-server.ts";
import type { SpaceContents } from "./fleet-plan.ts";

/** The space that all others are copies of, made over the API, so that its documents are as the routes make them. */
export interface FirstSpace {
  id: string;
  /** What one deployment is like; it is no more. */
  deployment: Resource | undefined;
}

/** Nothing of this is in the audit trail. */
export async function makeFirstSpace(
  server: OctopusServer,
  { name, contents }: { name: string; contents: SpaceContents },
): Promise<FirstSpace> {
  const space = await post(server, "/api/spaces", { Name: name, SpaceManagersTeamMembers: ["Users-1"] });
  const id = textOf(space, "Id");
  const call = { server, path: `/api/${id}` };
  const environments = await each(contents.environments, (Name) => post(server, `${call.path}/environments`, { Name }));
  const projects = await each(numbers(contents.projects), (number) => addProject(call, { number, contents }));
  await addLibrary(call);
  await addTenants(call, { contents, projects, environments });
  await addMachines(call, { contents, environments });
  await addPeople(call, { contents, spaceId: id });
  const deployment = await takeDeployment(call, { projects, environments });
  return { id, deployment };
}

interface Building {
  server: OctopusServer;
  /** Of the space. */
  path: string;
}

async function addProject(
  { server, path }: Building,
  { number, contents }: { number: number; contents: SpaceContents },
): Promise<Fields> {
  const [group] = server.model.collection("projectgroups").inOrder(path.slice("/api/".length));
  const [lifecycle] = server.model.collection("lifecycles").inOrder(path.slice("/api/".length));
  const project = await post(server, `${path}/projects`, {
    Name: `Project ${number}`,
    ProjectGroupId: group?.Id,
    LifecycleId: lifecycle?.Id,
    TenantedDeploymentMode: contents.tenants === 0 ? "Untenanted" : "TenantedOrUntenanted",
  });
  const id = textOf(project, "Id");
  await setStep(server, `${path}/deploymentprocesses/deploymentprocess-${id}`, `Deploy Project ${number}`);
  const runbook = await post(server, `${path}/runbooks`, { Name: `Restart Project ${number}`, ProjectId: id });
  await setStep(server, `${path}/runbookProcesses/RunbookProcess-${textOf(runbook, "Id")}`, "Restart");
  const variables = numbers(contents.variables).map((index) => ({
    Name: `Project${number}.Setting${index}`,
    Value: `value ${index}`,
    Type: "String",
    Scope: {},
  }));
  await send(server, "PUT", `${path}/variables/variableset-${id}`, { Version: 0, Variables: variables });
  await post(server, `${path}/releases`, { ProjectId: id, Version: "1.0.0" });
  return project;
}

async function setStep(server: OctopusServer, path: string, name: string): Promise<void> {
  const process = await send(server, "GET", path);
  const properties = {
    "Octopus.Action.Script.Syntax": "Bash",
    "Octopus.Action.Script.ScriptSource": "Inline",
    "Octopus.Action.Script.ScriptBody": "echo Hello",
    "Octopus.Action.RunOnServer": "true",
  };
  const action = { Name: name, ActionType: "Octopus.Script", Properties: properties };
  await send(server, "PUT", path, { ...process, Steps: [{ Name: name, Actions: [action] }] });
}

async function addLibrary({ server, path }: Building): Promise<void> {
  const library = await post(server, `${path}/libraryvariablesets`, { Name: "Shared settings" });
  const variables = [{ Name: "Shared.Region", Value: "eu", Type: "String", Scope: {} }];
  await send(server, "PUT", `${path}/variables/variableset-${textOf(library, "Id")}`, {
    Version: 0,
    Variables: variables,
  });
}

interface Places {
  contents: SpaceContents;
  projects: readonly Fields[];
  environments: readonly Fields[];
}

async function addTenants({ server, path }: Building, { contents, projects, environments }: Places): Promise<void> {
  const everywhere = environments.map((environment) => textOf(environment, "Id"));
  const connected = Object.fromEntries(projects.map((project) => [textOf(project, "Id"), everywhere]));
  for (const number of numbers(contents.tenants))
    await post(server, `${path}/tenants`, { Name: `Customer ${number}`, ProjectEnvironments: connected });
}

async function addMachines(
  { server, path }: Building,
  { contents, environments }: Omit<Places, "projects">,
): Promise<void> {
  const endpoint = { CommunicationStyle: "TentacleActive", Uri: "poll://machine/", Thumbprint: "AB12" };
  for (const number of numbers(environments.length === 0 ? 0 : contents.targets))
    await post(server, `${path}/machines`, {
      Name: `Target ${number}`,
      Roles: ["web"],
      EnvironmentIds: [textOf(environments[(number - 1) % environments.length] ?? {}, "Id")],
      Endpoint: endpoint,
    });
  const [pool] = server.model.collection("workerpools").inOrder(path.slice("/api/".length));
  for (const number of numbers(contents.workers))
    await post(server, `${path}/workers`, { Name: `Worker ${number}`, WorkerPoolIds: [pool?.Id], Endpoint: endpoint });
}

async function addPeople(
  { server }: Building,
  { contents, spaceId }: { contents: SpaceContents; spaceId: string },
): Promise<void> {
  const people = await each(numbers(contents.people), (number) =>
    post(server, "/api/users", { Username: `person-${number}-of-${spaceId}`, DisplayName: `Person ${number}` }),
  );
  if (people.length === 0) return;
  const team = await post(server, "/api/teams", {
    Name: "Contributors",
    SpaceId: spaceId,
    MemberUserIds: people.map((person) => textOf(person, "Id")),
    ExternalSecurityGroups: [],
  });
  const role = { TeamId: textOf(team, "Id"), UserRoleId: "userroles-projectcontributor", SpaceId: spaceId };
  await post(server, "/api/scopeduserroles", role);
}

/** Queued where the queue stands still, so that no worker sees it, and gone again. */
async function takeDeployment(
  { server, path }: Building,
  { projects, environments }: Omit<Places, "contents">,
): Promise<Resource | undefined> {
  const { model } = server;
  const space = model.collection("spaces").find(path.slice("/api/".length));
  const release = model.collection("releases").inOrder(space?.Id)[0];
  if (space === undefined || release === undefined || projects.length === 0 || environments.length === 0)
    return undefined;
  const stopped = model.collection("spaces").replace(space.Id, { ...space, TaskQueueStopped: true });
  const sent = { ReleaseId: release.Id, EnvironmentId: textOf(environments[0] ?? {}, "Id") };
  const { Id } = await post(server, `${path}/deployments`, sent);
  const deployment = model.collection("deployments").find(String(Id));
  model.collection("deployments").remove(String(Id));
  model.collection("tasks").remove(textOf(deployment ?? {}, "TaskId"));
  model.taskLogs.delete(textOf(deployment ?? {}, "TaskId"));
  model.collection("spaces").replace(space.Id, { ...stopped, TaskQueueStopped: false });
  return deployment;
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

async function each<Item>(items: readonly Item[], make: (item: Item) => Promise<Fields>): Promise<Fields[]> {
  const made: Fields[] = [];
  for (const item of items) made.push(await make(item));
  return made;
}

function post(server: OctopusServer, path: string, body: Fields): Promise<Fields> {
  return send(server, "POST", path, body);
}

async function send(server: OctopusServer, method: string, path: string, body?: Fields): Promise<Fields> {
  const response = await server.respond(
    new Request(`http://octopus.invalid${path}`, {
      method,
      headers: { "X-Octopus-ApiKey": server.apiKey, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  const text = await response.text();
  if (!response.ok) throw new Error(`Failed to fill a space: ${method} ${path} answered ${response.status}: ${text}`);
  const answer: unknown = text === "" ? {} : JSON.parse(text);
  return isFields(answer) ? answer : {};
}
