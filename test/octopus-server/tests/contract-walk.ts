import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { expect } from "vitest";
import { findHead } from "../../git-server/edit-repository.ts";
import type { Answered } from "../contract/check-answer.ts";
import { fieldsOf, isFields, listOf, textOf, type Fields } from "../model/fields.ts";
import { has } from "../model/server-version.ts";
import { createRouter, type Match } from "../router.ts";
import { routes } from "../routes/index.ts";
import type { Route } from "../routes/route.ts";
import { packageReference, scriptAction } from "./api-stage.ts";
import { createGitStage, type GitStage } from "./git-stage.ts";

/** What came of asking every route once at least. */
export interface Walk {
  /** Each answer with the route that gave it. */
  exchanges: (Answered & { route: Route })[];
  /** Routes that never answered with success, as `GET /api/{space}/projects`. */
  unasked: string[];
}

export function nameOfRoute({ method, path }: Route): string {
  return `${method} ${path}`;
}

/** Fills a space with one document of every kind at least, and asks all routes that a server of this version has. */
export async function walkAllRoutes(version: string): Promise<Walk> {
  const stage = await createGitStage({ worker: true, version });
  const walker = createWalker(stage);
  await fill(walker);
  await readAll(walker);
  await replaceAll(walker);
  await act(walker);
  await removeAll(walker);
  const asked = new Set(walker.exchanges.filter(({ status }) => status < 400).map(({ route }) => nameOfRoute(route)));
  const names = served(walker).map(nameOfRoute);
  return { exchanges: walker.exchanges, unasked: names.filter((name) => !asked.has(name)) };
}

/** The routes that the server has. */
function served({ server }: Walker, method?: Route["method"]): Route[] {
  return routes.filter(
    (route) => has(server.model.version, route) && (method === undefined || route.method === method),
  );
}

interface Walker extends GitStage {
  exchanges: (Answered & { route: Route })[];
  /** Sends a request that must succeed. @returns its answer as JSON */
  send(method: string, path: string, body?: unknown): Promise<unknown>;
  hasAsked(route: Route): boolean;
}

function createWalker(stage: GitStage): Walker {
  const findRoute = createRouter(routes);
  const exchanges: Walker["exchanges"] = [];
  async function send(method: string, path: string, body?: unknown): Promise<unknown> {
    const pathname = path.replace(/\?.*/, "");
    const route = routeOf(findRoute(method, pathname), `${method} ${path}`);
    const { status, text } = await stage.call(method, path, body);
    if (status >= 400) throw new Error(`${method} ${path} answered ${status}: ${text}`);
    const answer = parse(text);
    exchanges.push({ route, method, path: pathname, status, body: answer });
    return answer;
  }
  const document = async (method: string, path: string, body?: unknown): Promise<Fields> => {
    const answer = await send(method, path, body);
    return isFields(answer) ? answer : {};
  };
  return {
    ...stage,
    exchanges,
    send,
    hasAsked: (route) => exchanges.some((exchange) => exchange.route === route),
    get: (path) => document("GET", path),
    post: (path, body) => document("POST", path, body),
    put: (path, body) => document("PUT", path, body),
  };
}

function routeOf(match: Match | undefined, request: string): Route {
  if (match === undefined) throw new Error(`The local Octopus has no route for ${request}.`);
  return match.route;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const space = "/api/Spaces-1";
const secret = { HasValue: true, NewValue: "secret" };
const shared = { ProjectGroupId: "ProjectGroups-1", LifecycleId: "Lifecycles-1", SpaceId: "Spaces-1" };
const template = {
  Name: "Region",
  Label: "Region",
  DefaultValue: "eu",
  DisplaySettings: { "Octopus.ControlType": "SingleLineText" },
};
const schedule = { FilterType: "CronExpressionSchedule", CronExpression: "0 0 6 * * *", Timezone: "UTC" };
const target = {
  Endpoint: { CommunicationStyle: "TentaclePassive", Uri: "https://target.example.com:10933", Thumbprint: "AB12" },
};

/** What POST to the list of each kind is sent; documents refer to those above them. The same bodies are sent again to make what is deleted. */
const documents: readonly (readonly [path: string, body: Fields])[] = [
  ["/api/users", { Username: "somebody", DisplayName: "Somebody", Password: "Password-01" }],
  ["/api/users", { Username: "service", DisplayName: "Service", IsService: true }],
  ["/api/users/Users-1/apikeys", { Purpose: "Test" }],
  [
    "/api/serviceaccounts/Users-3/oidcidentities/create/v1",
    { Name: "Ci", Issuer: "https://ci.example.com", Subject: "main" },
  ],
  ["/api/teams", { Name: "Team", SpaceId: "Spaces-1", MemberUserIds: ["Users-1"], ExternalSecurityGroups: [] }],
  [`${space}/teams`, { Name: "Team of a space", MemberUserIds: ["Users-1"], ExternalSecurityGroups: [] }],
  ["/api/userroles", { Name: "Role", GrantedSpacePermissions: ["ProjectView"], GrantedSystemPermissions: [] }],
  ["/api/scopeduserroles", { TeamId: "teams-everyone", UserRoleId: "userroles-projectlead", SpaceId: "Spaces-1" }],
  [
    `${space}/scopeduserroles`,
    { TeamId: "teams-everyone", UserRoleId: "userroles-projectviewer", SpaceId: "Spaces-1" },
  ],
  [`${space}/environments`, { Name: "Development" }],
  [`${space}/environments`, { Name: "Production" }],
  [`${space}/parentEnvironments`, { Name: "Parent", AutomaticDeprovisioningRule: { ExpiryDays: 1, ExpiryHours: 0 } }],
  [`${space}/projectgroups`, { Name: "Group" }],
  [
    `${space}/lifecycles`,
    { Name: "Lifecycle", Phases: [{ Name: "One", OptionalDeploymentTargets: ["Environments-1"] }] },
  ],
  [`${space}/libraryvariablesets`, { Name: "Set", Templates: [template] }],
  [`${space}/tagsets`, { Name: "Regions", Tags: [{ Name: "South", Color: "#333333" }] }],
  [`${space}/feeds`, { Name: "Feed", FeedType: "NuGet", FeedUri: "https://nuget.example.com/index.json" }],
  [`${space}/accounts`, { Name: "Token", AccountType: "Token", Token: secret }],
  [
    `${space}/git-credentials`,
    { Name: "Git", Details: { Type: "UsernamePassword", Username: "octopus", Password: secret } },
  ],
  [`${space}/proxies`, { Name: "Proxy", Host: "proxy.example.com", Port: 8080 }],
  [`${space}/machinepolicies`, { Name: "Policy" }],
  [`${space}/workerpools`, { Name: "Pool", WorkerPoolType: "StaticWorkerPool" }],
  [`${space}/workers`, { Name: "Worker", WorkerPoolIds: ["WorkerPools-2"], ...target }],
  [`${space}/machines`, { Name: "Target", EnvironmentIds: ["Environments-1"], Roles: ["web"], ...target }],
  [
    `${space}/observability/kubernetes-monitors`,
    { InstallationId: "11111111-2222-3333-4444-555555555555", MachineId: "Machines-1" },
  ],
  [
    `${space}/actiontemplates`,
    { Name: "Template", ActionType: "Octopus.Script", Properties: { A: "b" }, Parameters: [template] },
  ],
  [
    `${space}/projects`,
    {
      Name: "Web",
      ...shared,
      TenantedDeploymentMode: "TenantedOrUntenanted",
      IncludedLibraryVariableSetIds: ["LibraryVariableSets-1"],
      Templates: [template],
    },
  ],
  [`${space}/projects`, { Name: "App", ...shared }],
  [`${space}/channels`, { Name: "Beta", ProjectId: "Projects-1", SpaceId: "Spaces-1" }],
  [`${space}/projects/Projects-1/channels`, { Name: "Alpha" }],
  [
    `${space}/channels`,
    {
      Name: "Preview",
      ProjectId: "Projects-1",
      Type: "EphemeralEnvironment",
      ParentEnvironmentId: "ParentEnvironments-1",
    },
  ],
  [`${space}/projects/Projects-1/environments/ephemeral`, { EnvironmentName: "preview-1" }],
  [`${space}/runbooks`, { Name: "Backup", ProjectId: "Projects-1", MultiTenancyMode: "TenantedOrUntenanted" }],
  [`${space}/projects/Projects-1/runbooks`, { Name: "Restore" }],
  [
    `${space}/tenants`,
    {
      Name: "Customer",
      TenantTags: ["Regions/South"],
      ProjectEnvironments: { "Projects-1": ["Environments-1"] },
    },
  ],
  [
    `${space}/projecttriggers`,
    {
      Name: "Nightly",
      ProjectId: "Projects-1",
      Filter: schedule,
      Action: { ActionType: "RunRunbook", RunbookId: "Runbooks-1", EnvironmentIds: ["Environments-1"] },
    },
  ],
  [
    `${space}/projecttriggers`,
    {
      Name: "On request",
      ProjectId: "Projects-1",
      Filter: { FilterType: "WebhookFilter", RequireApiKey: true },
      Action: { ActionType: "RunRunbook", RunbookId: "Runbooks-1", EnvironmentIds: ["Environments-1"] },
    },
  ],
  [
    `${space}/projects/Projects-1/triggers`,
    {
      Name: "On success",
      Filter: { FilterType: "MachineFilter", EventGroups: ["Machine"] },
      Action: { ActionType: "AutoDeploy" },
    },
  ],
  [`${space}/subscriptions`, { Name: "Subscription", Type: "Event" }],
  [`${space}/approvalpolicies`, { Name: "Two of us", TagScopes: ["Regions/South"] }],
  [
    "/api/deploymentfreezes",
    {
      Name: "Freeze",
      Start: "2099-01-01T00:00:00Z",
      End: "2099-01-02T00:00:00Z",
      ProjectEnvironmentScope: { "Projects-1": ["Environments-2"] },
    },
  ],
  [
    "/api/platformhub/accounts",
    { Name: "Hub", AccountType: "UsernamePassword", Username: "octopus", Password: secret },
  ],
  [
    "/api/platformhub/git-credentials",
    { Name: "Hub", Details: { Type: "UsernamePassword", Username: "octopus", Password: secret } },
  ],
  [
    `${space}/build-information`,
    {
      PackageId: "Web",
      Version: "1.0.0",
      OctopusBuildInformation: { BuildNumber: "7", Commits: [{ Id: "abc", Comment: "Fix" }] },
    },
  ],
  ["/api/spaces", { Name: "Second", SpaceManagersTeams: ["teams-administrators"], SpaceManagersTeamMembers: [] }],
];

async function fill(walker: Walker): Promise<void> {
  for (const [path, body] of documents) await walker.post(path, body);
  await uploadPackage(walker, "1.0.0");
  await walker.post(`${space}/certificates`, {
    Name: "Certificate",
    CertificateData: { HasValue: true, NewValue: certificate() },
  });
  await walker.put("/api/platformhub/versioncontrol", {
    Url: "https://git.example.com/hub.git",
    DefaultBranch: "main",
    BasePath: ".octopus",
    Credentials: { Type: "UsernamePassword", Username: "octopus", Password: secret },
  });
  await fillHub(walker);
  addCommunityTemplate(walker);
  await walker.post("/api/communityactiontemplates/CommunityActionTemplates-1/installation/Spaces-1", {});
  await fillProject(walker);
  await moveToGit(walker);
}

async function fillHub(walker: Walker): Promise<void> {
  const block = "/api/platformhub/main/processtemplates";
  await walker.post(block, { Name: "Block", Steps: [], Parameters: [] });
  await walker.post(`${block}/block/versions`, { Version: "1.0.0" });
  await walker.post(`${block}/block/share`, { ShareToAllSpaces: true, IndividuallySharedSpaceIds: [] });
}

async function fillProject(walker: Walker): Promise<void> {
  const say = scriptAction("Say");
  const ofTemplate = { "Octopus.Action.Template.Id": "ActionTemplates-1", "Octopus.Action.Template.Version": "0" };
  await walker.setSteps(`${space}/projects/Projects-1/deploymentprocesses`, [
    { Name: "Wait", ActionType: "Octopus.Manual", Properties: { "Octopus.Action.Manual.Instructions": "Look" } },
    { ...say, Properties: { ...fieldsOf(say, "Properties"), ...ofTemplate } },
    scriptAction("Unpack", { Packages: [packageReference("Web")] }),
  ]);
  await walker.setSteps(`${space}/runbookProcesses/RunbookProcess-Runbooks-1`, [say]);
  const unpack = { DeploymentAction: "Unpack", PackageReference: "" };
  await walker.put(`${space}/projects/Projects-1`, {
    ...(await walker.get(`${space}/projects/Projects-1`)),
    ReleaseCreationStrategy: { ChannelId: "Channels-1", ReleaseCreationPackage: unpack },
  });
  const variables = await walker.get(`${space}/variables/variableset-Projects-1`);
  await walker.put(`${space}/variables/variableset-Projects-1`, {
    ...variables,
    Variables: [
      { Name: "Plain", Value: "a", Type: "String", Scope: { Environment: ["Environments-1"] } },
      { Name: "Secret", Value: "b", Type: "Sensitive", IsSensitive: true, Scope: {} },
      {
        Name: "Asked",
        Value: "c",
        Type: "String",
        Scope: {},
        Prompt: { Label: "Asked", Description: "", Required: false, DisplaySettings: {} },
      },
    ],
  });
  const release = await walker.post(`${space}/releases`, { ProjectId: "Projects-1", Version: "1.0.0" });
  await walker.post(`${space}/releases/create/v1`, {
    ProjectName: "Web",
    ReleaseVersion: "1.0.1",
    SpaceId: "Spaces-1",
    SpaceIdOrName: "Spaces-1",
  });
  await walker.post(`${space}/runbookSnapshots?publish=yes`, {
    ProjectId: "Projects-1",
    RunbookId: "Runbooks-1",
    Name: "First",
  });
  await walker.post(`${space}/runbookRuns`, {
    RunbookId: "Runbooks-1",
    RunbookSnapshotId: "RunbookSnapshots-1",
    EnvironmentId: "Environments-1",
  });
  await walker.server.worker?.idle();
  await walker.post(`${space}/artifacts`, { Filename: "log.txt", ServerTaskId: "ServerTasks-1", Source: "Say" });
  await walker.put(`${space}/artifacts/Artifacts-1/content`, {});
  await walker.post(`${space}/deployments`, { ReleaseId: release["Id"], EnvironmentId: "Environments-1" });
  await walker.post(`${space}/releases/${textOf(release, "Id")}/defects`, { Description: "It does not work." });
  // The deployment stands still at its manual intervention.
  await expect.poll(() => walker.server.model.collection("interruptions").size).toBe(1);
}

/** A copy of the project in a repository with one runbook, a branch and a tag. */
async function moveToGit(walker: Walker): Promise<void> {
  await walker.post(`${space}/runbooks`, { Name: "Clean up", ProjectId: "Projects-2" });
  await walker.setSteps(`${space}/projects/Projects-2/deploymentprocesses`, [scriptAction("Say")]);
  const settings = walker.settings();
  await walker.post(`${space}/projects/Projects-2/git/convert`, {
    ProjectId: "Projects-2",
    SpaceId: "Spaces-1",
    ChangeDescription: "Move to Git",
    VersionControlSettings: settings,
  });
  execFileSync("git", ["-C", walker.repository, "tag", "v1", "main"]);
  await walker.post(`${space}/projects/Projects-2/git/branches/v2`, { NewBranchName: "next", BaseGitRef: "main" });
}

/** What a segment in braces stands for; `{id}` is the first of what the segment before it names. */
const parameters: Readonly<Record<string, string>> = {
  space: "Spaces-1",
  project: "Projects-1",
  runbook: "Runbooks-1",
  snapshot: "RunbookSnapshots-1",
  release: "Releases-1",
  environment: "Environments-1",
  tenant: "Tenants-1",
  channel: "Channels-1",
  packageId: "Web",
  target: "Spaces-1",
  user: "Users-3",
  key: "apikeys-2",
  gitRef: "main",
  slug: "block",
  versionMask: "1.X",
};

/** Routes whose address, or query, is not made of the names above. */
const addresses: Readonly<Record<string, string>> = {
  "GET /api/{space}/retentionpolicies": `${space}/retentionpolicies?RetentionType=RunbookRetention`,
  "GET /api/{space}/environments/v2": `${space}/environments/v2?skip=0&take=30`,
  "GET /api/{space}/tenants/{id}/projectvariables": `${space}/tenants/Tenants-1/projectvariables?includeMissingVariables=true`,
  "GET /api/{space}/tenants/{id}/commonvariables": `${space}/tenants/Tenants-1/commonvariables?includeMissingVariables=true`,
  "GET /api/{space}/tenants/variables-missing": `${space}/tenants/variables-missing?includeDetails=true`,
  "GET /api/{space}/packages/notes": `${space}/packages/notes?packageIds=Web`,
  "GET /api/{space}/feeds/{id}/packages/versions": `${space}/feeds/feeds-builtin/packages/versions?packageId=Web`,
  "GET /api/{space}/channels/rule-test": `${space}/channels/rule-test?version=1.0.0&versionRange=%5B1.0%2C%5D`,
  "GET /api/deploymentfreezes": "/api/deploymentfreezes?skip=0&take=30",
};

async function readAll(walker: Walker): Promise<void> {
  for (const route of served(walker, "GET"))
    if (!later.some((end) => route.path.endsWith(end))) await walker.send("GET", addressOf(walker, route));
}

/** What nothing answers until something else was done. */
const later = ["/logo", "/responsible", "/{hash}"];

function addressOf(walker: Walker, route: Route): string {
  const isInGit = /\/\{gitRef\}|\/git\//.test(route.path);
  const segments = route.path.split("/");
  const filled = segments.map((segment, index) => {
    if (!segment.startsWith("{")) return segment;
    const name = segment.slice(1, -1);
    if (isInGit && name === "project") return "Projects-2";
    if (isInGit && name === "runbook") return "clean-up";
    return parameters[name] ?? identifierAt(walker, segments.slice(0, index + 1));
  });
  return addresses[nameOfRoute(route)] ?? filled.join("/");
}

function identifierAt({ server }: Walker, segments: readonly string[]): string {
  const kindWord = (segments.at(-2) ?? "").toLowerCase();
  const known: Readonly<Record<string, string>> = {
    branches: "main",
    tags: "v1",
    commits: "main",
    capabilities: "CreateReleaseCommandV1",
    configuration: "authentication",
    versions: "0",
    variables: "variableset-Projects-1",
    triggers: "ProjectTriggers-1",
    feeds: "feeds-builtin",
    oidcidentities: "ServiceAccountOidcIdentities-1",
    rerun: "ServerTasks-1",
    authentication: "Users-1",
    accounts: "PlatformHubAccounts-1",
    ephemeral: "EphemeralEnvironments-1",
    "kubernetes-monitors": "KubernetesMonitors-1",
    "build-information": "BuildInformation-1",
    "git-credentials": segments.includes("platformhub") ? "PlatformHubGitCredentials-1" : "GitCredentials-1",
    "{packageId}": "1.0.0",
    releases: "1.0.0",
    communityactiontemplates: "CommunityActionTemplates-1",
    octopusservernodes: "OctopusServerNodes-local",
  };
  const kind = server.model.kinds.find((candidate) => candidate === kindWord);
  const isOwn = kind === undefined || segments.at(-1) === "{version}" || segments.includes("platformhub");
  if (isOwn) return known[kindWord] ?? known[segments.at(-2) ?? ""] ?? "";
  // The first one, the administrator's, stays as it is.
  if (kind === "userroles") return "userroles-projectviewer";
  return (
    server.model.collection(kind).list(({ SpaceId }) => SpaceId === "Spaces-1" || SpaceId === undefined)[0]?.Id ?? ""
  );
}

/** What a client does that changes one thing: what was read goes back. */
async function replaceAll(walker: Walker): Promise<void> {
  for (const route of served(walker, "PUT")) {
    const address = addressOf(walker, route);
    const read = bodies[nameOfRoute(route)] ?? parse((await walker.call("GET", address)).text);
    await walker.send("PUT", address, unwrapped(read));
  }
}

/** The second version of an address tells what it has of a document. */
function unwrapped(read: unknown): unknown {
  return isFields(read) && isFields(read["GitCredential"]) ? read["GitCredential"] : read;
}

/** What is sent where nothing is made by it: POSTs, and PUTs of what cannot be read. */
const bodies: Readonly<Record<string, Fields | readonly string[]>> = {
  "PUT /api/{space}/environments/sortorder": ["Environments-1", "Environments-2"],
  "PUT /api/{space}/workerpools/sortorder": ["WorkerPools-2", "WorkerPools-1"],
  "PUT /api/{space}/tagsets/sortorder": ["TagSets-1"],
};

/** The rest of the POSTs: what clients do with documents that are there. */
async function act(walker: Walker): Promise<void> {
  const { post } = walker;
  const run = { ProjectName: "Web", RunbookName: "Backup", EnvironmentNames: ["Development"] };
  const byId = { RunbookId: "Runbooks-1", EnvironmentIds: ["Environments-1"] };
  const snapshot = { ProjectId: "Projects-1", RunbookId: "Runbooks-1" };
  await post(`${space}/interruptions/Interruptions-1/submit`, { Result: "Proceed" });
  await walker.server.worker?.idle();
  await post(`${space}/tenants/Tenants-1/variables`, await walker.get(`${space}/tenants/Tenants-1/variables`));
  await uploadDelta(walker);
  await post(`${space}/channels/rule-test?version=1.0.0&versionRange=%5B1.0%2C%5D`, {});
  await post(`${space}/projects/Projects-1/logo`, logo());
  await post(`${space}/tenants/Tenants-1/logo`, logo());
  await post(`${space}/actiontemplates/ActionTemplates-1/logo`, logo());
  await post(`${space}/actiontemplates/ActionTemplates-1/actionsUpdate`, { Version: 0, ActionIdsByProcessId: {} });
  await post(`${space}/projects/Projects-2/main/runbooks/v2`, { Name: "Start" });
  await post(`${space}/projects/Projects-2/main/runbooks/clean-up/run/v1`, {
    GitRef: "main",
    ProjectId: "Projects-2",
    RunbookId: "clean-up",
    SpaceId: "Spaces-1",
    Runs: [{ EnvironmentId: "Environments-1" }],
  });
  await post(`${space}/runbook-runs/git/create/v1`, {
    ...run,
    ProjectName: "App",
    RunbookName: "Clean up",
    GitRef: "main",
  });
  await post(`${space}/runbook-runs/create/v1`, run);
  await post(`${space}/runbooks/Runbooks-1/run`, byId);
  await post(`${space}/projects/Projects-1/runbooks/Runbooks-1/run`, byId);
  const second = await post(`${space}/projects/Projects-1/runbookSnapshots`, { ...snapshot, Name: "Second" });
  await post(`${space}/runbookSnapshots/${textOf(second, "Id")}/snapshot-variables`, {});
  await post(`${space}/projects/Projects-1/runbookRuns`, {
    RunbookId: "Runbooks-1",
    RunbookSnapshotId: "RunbookSnapshots-1",
    EnvironmentId: "Environments-1",
  });
  const previews = { DeploymentPreviews: [{ EnvironmentId: "Environments-1" }] };
  await post(`${space}/projects/Projects-1/runbooks/Runbooks-1/runbookRuns/previews`, previews);
  await post(`${space}/releases/Releases-1/deployments/previews`, previews);
  await post(`${space}/releases/Releases-1/snapshot-variables`, {});
  await post(`${space}/releases/Releases-1/defects/resolve`, {});
  const deployment = { ProjectName: "Web", ReleaseVersion: "1.0.0", SkipStepNames: ["Wait"] };
  await post(`${space}/deployments/create/untenanted/v1`, { ...deployment, EnvironmentNames: ["Development"] });
  await post(`${space}/deployments/create/tenanted/v1`, {
    ...deployment,
    EnvironmentName: "Development",
    Tenants: ["Customer"],
  });
  for (const name of ["archive", "unarchive", "archive/v1", "unarchive/v1"])
    await post(`${space}/certificates/Certificates-1/${name}`, {});
  await post(`${space}/git-credentials/v2`, { Name: "Key", Details: { Type: "SshKey", PrivateKey: secret } });
  await post(`${space}/certificates/Certificates-1/replace`, { CertificateData: certificate() });
  await callWebhook(walker);
  await migrateLate(walker);
  await readLate(walker);
  await useTasks(walker);
}

/** The address of a webhook is told by its trigger alone. */
async function callWebhook(walker: Walker): Promise<void> {
  const trigger = await walker.get(`${space}/projecttriggers/ProjectTriggers-2`);
  await walker.post(`${space}/webhook/${textOf(fieldsOf(trigger, "Filter"), "WebhookId")}`, {});
}

/** As projects are that moved to Git before variables and runbooks could. */
async function migrateLate({ server, post }: Walker): Promise<void> {
  const project = server.model.collection("projects").find("Projects-2") ?? {};
  const state = { VariablesAreInGit: false, RunbooksAreInGit: false };
  Object.assign(fieldsOf(project, "PersistenceSettings"), { ConversionState: state });
  const change = { Branch: "main", CommitMessage: "Move the rest" };
  for (const what of ["variables", "runbooks"])
    await post(`${space}/projects/Projects-2/git/migrate-${what}`, { ProjectId: "Projects-2", ...change });
}

/** What can be read after something else was done. */
async function readLate(walker: Walker): Promise<void> {
  for (const path of [
    "projects/Projects-1/logo",
    "tenants/Tenants-1/logo",
    "actiontemplates/ActionTemplates-1/logo",
    "actiontemplates/ActionTemplates-1/versions/0/logo",
    "interruptions/Interruptions-1/responsible",
  ])
    await walker.send("GET", `${space}/${path}`);
  await walker.send(
    "GET",
    `${space}/projects/Projects-2/git/commits/${findHead(walker.repository, "refs/heads/main")}`,
  );
}

async function useTasks(walker: Walker): Promise<void> {
  for (const at of ["/api/tasks", `${space}/tasks`]) {
    const task = { Name: "Health", Description: "Check health", Arguments: {}, SpaceId: "Spaces-1" };
    await walker.post(at, task);
    const waiting = await walker.post(`${space}/runbook-runs/create/v1`, {
      ProjectName: "Web",
      RunbookName: "Backup",
      EnvironmentNames: ["Development"],
      RunAt: "2099-01-01T00:00:00Z",
    });
    await walker.post(`${at}/${textOf(listOf(waiting, "RunbookRunServerTasks")[0] ?? {}, "ServerTaskId")}/cancel`, {});
    await walker.post(`${at}/ServerTasks-1/state`, { State: "Failed", Reason: "It did not work." });
    await walker.post(`${at}/rerun/ServerTasks-1`, {});
  }
}

/** Each kind is made once more, and removed. */
async function removeAll(walker: Walker): Promise<void> {
  await walker.server.worker?.idle();
  await uploadPackage(walker, "2.0.0");
  await walker.send("DELETE", `${space}/packages/packages-Web.2.0.0`);
  for (const name of ["packages", "build-information"]) await walker.send("DELETE", `${space}/${name}/bulk?ids=`);
  await removeRuns(walker);
  for (const route of served(walker, "DELETE")) if (!walker.hasAsked(route)) await removeAnother(walker, route);
}

async function removeRuns(walker: Walker): Promise<void> {
  for (const path of [
    "runbookRuns/RunbookRuns-1",
    "runbookSnapshots/RunbookSnapshots-2",
    "deployments/Deployments-1",
    "artifacts/Artifacts-1",
    "projects/Projects-2/main/runbooks/start",
  ])
    await walker.send("DELETE", `${space}/${path}`);
  await walker.post(`${space}/runbookSnapshots`, { ProjectId: "Projects-1", RunbookId: "Runbooks-1", Name: "Third" });
  await walker.send("DELETE", `${space}/projects/Projects-1/runbookSnapshots/Third`);
  for (const at of [`${space}/projects/Projects-1/environments/ephemeral`, `${space}/environments/ephemeral`]) {
    const made = await walker.post(`${space}/projects/Projects-1/environments/ephemeral`, { EnvironmentName: "again" });
    await walker.post(`${at}/${textOf(made, "Id")}/deprovision`, {});
  }
  const spare = await walker.post(`${space}/certificates`, {
    Name: "Spare",
    CertificateData: { HasValue: true, NewValue: certificate() },
  });
  await walker.send("DELETE", `${space}/certificates/${textOf(spare, "Id")}`);
  const release = await walker.post(`${space}/releases`, { ProjectId: "Projects-1", Version: "9.0.0" });
  await walker.send("DELETE", `${space}/releases/${textOf(release, "Id")}`);
}

/** Makes what is to be removed at the list that the route's path begins with. */
async function removeAnother(walker: Walker, route: Route): Promise<void> {
  const list = route.path.replace(/\/\{(id|key|runbook)\}(\/v1)?$/, "");
  const address = addressOf(walker, { ...route, path: list });
  const made = documents.find(([path]) => path.replace("/create/v1", "").toLowerCase() === address.toLowerCase());
  if (made === undefined) throw new Error(`Nothing is known to remove for ${nameOfRoute(route)}.`);
  const [path, body] = made;
  const again = Object.fromEntries(
    Object.entries(body).map(([field, value]) =>
      isNaming(field) ? [field, `${String(value)} again`] : [field, value],
    ),
  );
  const answer = await walker.post(path, again);
  // What a registration answers holds the document.
  const { Id: id } = isFields(answer["Resource"]) ? answer["Resource"] : answer;
  if (address === "/api/spaces") {
    const added = await walker.get(`/api/spaces/${String(id)}`);
    await walker.put(`/api/spaces/${String(id)}`, { ...added, TaskQueueStopped: true });
  }
  await walker.send("DELETE", `${address}/${String(id)}${route.path.endsWith("/v1") ? "/v1" : ""}`);
}

function isNaming(field: string): boolean {
  return ["Name", "Username", "Purpose", "PackageId"].includes(field);
}

/** An image, for the server has no eyes. */
function logo(): FormData {
  const form = new FormData();
  form.set("file", new Blob(["image"]), "logo.png");
  return form;
}

async function uploadPackage(walker: Walker, version: string): Promise<void> {
  const form = new FormData();
  form.set("file", new Blob(["content"]), `Web.${version}.zip`);
  await walker.send("POST", `${space}/packages/raw`, form);
}

/** The whole of the package again, as Octodiff writes it: a head with a hash, and one command to copy. */
async function uploadDelta(walker: Walker): Promise<void> {
  const hash = createHash("sha1").update("content").digest();
  const head = Buffer.concat([
    Buffer.from("OCTODELTA\u0001\u0004SHA1"),
    Buffer.from([20, 0, 0, 0]),
    hash,
    Buffer.from(">>>"),
  ]);
  const whole = Buffer.concat([Buffer.from([0x60]), int64(0), int64("content".length)]);
  const form = new FormData();
  form.set("file", new Blob([new Uint8Array(Buffer.concat([head, whole]))]), "Web.3.0.0.zip");
  await walker.send("POST", `${space}/packages/Web/1.0.0/delta`, form);
}

function int64(value: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigInt64LE(BigInt(value));
  return buffer;
}

/** Of a short life, as DER or PEM would do, in Base64. */
function certificate(): string {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "/dev/null"];
  const pem = execFileSync("openssl", ["req", "-x509", ...key, "-days", "2", "-subj", "/O=Octopus/CN=example.com"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  return pem.toString("base64");
}

/** The community's library is not here: a server has of it what it has read. */
function addCommunityTemplate({ server }: Walker): void {
  server.model.collection("communityactiontemplates").add({
    Id: "CommunityActionTemplates-1",
    Name: "Hello",
    Description: "Says hello.",
    Type: "Octopus.Script",
    Version: 1,
    Author: "somebody",
    Website: "https://library.example.com",
    HistoryUrl: "https://library.example.com/history",
    Properties: { "Octopus.Action.Script.ScriptBody": "echo hello" },
    Parameters: [],
    Packages: [],
  });
}
