import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createManifest, renderManifest } from "../../lib/graph/manifest.ts";
import { writeArchive } from "../../lib/graph/package-archive.ts";
import { withoutIdentity } from "../../lib/model/identity.ts";
import { readProject } from "../../lib/graph/read-graph.ts";
import type { ResourceGraph } from "../../lib/model/graph.ts";
import { createOctopusClient, type OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { packageIdOf } from "../../lib/octopus/package-id.ts";
import { step } from "../../steps/deploy-project/step.ts";
import { createApi, type Api, type Document } from "../api.ts";
import type { OctopusServer, OctopusServerOptions } from "../octopus-server/octopus-server.ts";
import { createStepContext, type StepRecording } from "../step/create-step-context.ts";
import { startOctopus } from "./managed-tenants.ts";

/** A step template as the API takes it, which the project of {@link startDeployments} uses. */
export const notify = {
  Name: "Notify",
  ActionType: "Octopus.Script",
  Properties: {
    "Octopus.Action.Script.Syntax": "Bash",
    "Octopus.Action.Script.ScriptSource": "Inline",
    "Octopus.Action.Script.ScriptBody": "echo notify",
  },
  Parameters: [
    {
      Name: "Notify.Channel",
      Label: "Channel",
      DefaultValue: "general",
      DisplaySettings: { "Octopus.ControlType": "SingleLineText" },
    },
  ],
};

/** A project that somebody built in one space, and another space on the same server that has what the project needs. */
export interface DeploymentStage {
  server: OctopusServer;
  url: string;
  apiKey: string;
  upstream: Api;
  downstream: Api;
  downstreamId: string;
  environments: Record<string, string>;
  project: Document;
  /** Makes a package of the project as it is now, by what it is called. */
  serialize(version: string, projectName?: string): Promise<DeployedPackage>;
  /** Runs the step; its promise rejects with the step's error. */
  deploy(brought: DeployedPackage, options?: DeployOptions): Promise<StepRecording>;
  /** The project in the managed space, as it would be serialized from there. */
  readDownstream(name?: string): Promise<ResourceGraph>;
  /** POST, PUT and DELETE requests, as `PUT /api/…`, since the last call. */
  takeWrites(): string[];
}

export interface DeployedPackage {
  id: string;
  version: string;
  path: string;
}

export interface DeployOptions {
  parameters?: Record<string, string>;
  /** Over those of every run; undefined takes one away. */
  variables?: Record<string, string | undefined>;
  apiKey?: string;
}

export const secrets = { "Database.Password": "correct horse", "Api.Token": "battery staple" };

export async function startDeployments(serverOptions: OctopusServerOptions = {}): Promise<DeploymentStage> {
  const { server, url, apiKey, api: upstream } = await startOctopus(serverOptions);
  const system = createApi({ url, apiKey }, "/api");
  const me = await system.get("/users/me");
  const space = await system.post("/spaces", { Name: "America", SpaceManagersTeamMembers: [me.Id] });
  const downstream = createApi({ url, apiKey }, `/api/${space.Id}`);
  // Ids differ between the spaces: the order of creation does.
  for (const name of ["Production", "Test", "Development"]) await downstream.post("/environments", { Name: name });
  const environments: Record<string, string> = {};
  for (const name of ["Development", "Test", "Production", "Sync"])
    environments[name] = (await upstream.post("/environments", { Name: name })).Id;
  for (const api of [downstream, upstream]) await provide(api);
  const project = await buildProject(upstream, environments);
  let seen = 0;

  const openDownstream = (): OctopusSpace =>
    createOctopusClient({ url, apiKey }).inSpace({ Id: space.Id, Name: "America" });
  return {
    server,
    url,
    apiKey,
    upstream,
    downstream,
    downstreamId: space.Id,
    environments,
    project,
    async serialize(version, projectName = "Hello World") {
      const source = createOctopusClient({ url, apiKey }).inSpace({ Id: "Spaces-1", Name: "Default" });
      const reading = await readProject(source, projectName, {
        exclude: { environments: ["Sync"], runbooks: ["__ .*"], libraryVariableSets: ["Octopus Server"] },
        syncEnvironment: "Sync",
      });
      const id = packageIdOf(projectName);
      const manifest = renderManifest(
        createManifest({ root: reading.root, package: { id }, source: reading.source, graph: reading.graph }),
      );
      const path = join(mkdtempSync(join(tmpdir(), "package-")), `${id}.${version}.zip`);
      writeFileSync(path, writeArchive(new Map([["manifest.json", manifest]])));
      return { id, version, path };
    },
    async deploy(brought, options = {}) {
      const recording = createStepContext({
        step,
        parameters: {
          serverUrl: url,
          apiKey: options.apiKey ?? apiKey,
          spaceId: space.Id,
          receiptKey: "a key for receipts",
          ...options.parameters,
        },
        packages: { package: brought },
        variables: toVariables({ ...secrets, ...options.variables }),
      });
      await recording.run();
      return recording;
    },
    readDownstream: async (name = "Hello World") => withoutIdentity((await readProject(openDownstream(), name)).graph),
    takeWrites() {
      const writes = server.requests.slice(seen).filter(({ method }) => method !== "GET");
      seen = server.requests.length;
      return writes.map(({ method, path }) => `${method} ${path}`);
    },
  };
}

function toVariables(variables: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** What the project needs and both spaces have, with ids of their own. */
export async function provide(api: Api): Promise<void> {
  await api.post("/feeds", { Name: "Docker Hub", FeedType: "Docker", FeedUri: "https://index.docker.io" });
  await api.post("/libraryvariablesets", { Name: "Common", ContentType: "Variables", Templates: [] });
  await api.post("/projectgroups", { Name: "Hello World" });
  await api.post("/tagsets", { Name: "Tier", Tags: [{ Name: "Gold", Color: "#FFA461" }] });
}

async function buildProject(api: Api, environments: Record<string, string>): Promise<Document> {
  const idOf = async (path: string, name: string): Promise<string> =>
    (await api.list(path)).find((document) => document["Name"] === name)?.Id ?? "";
  const feedId = await idOf("/feeds", "Docker Hub");
  const project = await api.post("/projects", {
    Name: "Hello World",
    Description: "Greets.",
    ProjectGroupId: await idOf("/projectgroups", "Hello World"),
    LifecycleId: "Lifecycles-1",
    IncludedLibraryVariableSetIds: [await idOf("/libraryvariablesets", "Common")],
    TenantedDeploymentMode: "TenantedOrUntenanted",
    Templates: [
      {
        Name: "Greeting",
        Label: "Greeting",
        DefaultValue: "Hello",
        DisplaySettings: { "Octopus.ControlType": "SingleLineText" },
      },
    ],
  });
  const template = await api.post("/actiontemplates", notify);
  const process = await api.get(`/projects/${project.Id}/deploymentprocesses`);
  const written = await api.put(`/projects/${project.Id}/deploymentprocesses`, {
    ...process,
    Steps: [
      script("Say hello", { Environments: [environments["Development"], environments["Sync"]] }),
      script("Run image", {
        Container: { FeedId: feedId, Image: "octopusdeploy/worker-tools" },
        TenantTags: ["Tier/Gold"],
      }),
      {
        Name: "Approve",
        Actions: [
          {
            Name: "Approve",
            ActionType: "Octopus.Manual",
            Properties: {
              "Octopus.Action.Manual.Instructions": "Look",
              "Octopus.Action.Manual.ResponsibleTeamIds": "teams-everyone",
            },
          },
        ],
      },
      {
        Name: "Ship",
        Actions: [
          {
            Name: "Ship",
            ActionType: "Octopus.TentaclePackage",
            Properties: { "Octopus.Action.Package.PackageId": "app", "Octopus.Action.Package.FeedId": feedId },
            Packages: [{ Name: "", PackageId: "app", FeedId: feedId, AcquisitionLocation: "Server", Properties: {} }],
          },
        ],
      },
      script(
        "Notify",
        {},
        {
          "Octopus.Action.Template.Id": template.Id,
          "Octopus.Action.Template.Version": "0",
          "Notify.Channel": "#hello",
        },
      ),
    ],
  });
  const runbook = await api.post("/runbooks", {
    Name: "Restart",
    ProjectId: project.Id,
    EnvironmentScope: "Specified",
    Environments: [environments["Test"]],
    MultiTenancyMode: "Untenanted",
  });
  await api.post("/runbooks", { Name: "__ 1. Serialize Project", ProjectId: project.Id });
  const runbookProcess = await api.get(`/runbookProcesses/RunbookProcess-${runbook.Id}`);
  await api.put(`/runbookProcesses/RunbookProcess-${runbook.Id}`, {
    ...runbookProcess,
    Steps: [script("Stop"), script("Start")],
  });
  const channel = await api.post("/channels", {
    Name: "Hotfix",
    ProjectId: project.Id,
    Rules: [{ VersionRange: "[1.0,2.0)", ActionPackages: [{ DeploymentAction: "Ship", PackageReference: "" }] }],
  });
  await setVariables(api, project.Id, [
    { Name: "Title", Value: "Hello" },
    { Name: "Title", Value: "Hello, production", Scope: { Environment: [environments["Production"]], Role: ["web"] } },
    { Name: "Title", Value: "A step's", Scope: { Action: [actionId(written, "Say hello")] } },
    { Name: "Title", Value: "A channel's", Scope: { Channel: [channel.Id], ProcessOwner: [project.Id] } },
    { Name: "Title", Value: "A runbook's", Scope: { ProcessOwner: [runbook.Id], TenantTag: ["Tier/Gold"] } },
    { Name: "Feed", Value: JSON.stringify({ feed: feedId }) },
    { Name: "Database.Password", Value: secrets["Database.Password"], IsSensitive: true, Type: "Sensitive" },
    {
      Name: "Api.Token",
      Value: secrets["Api.Token"],
      IsSensitive: true,
      Type: "Sensitive",
      Scope: { Environment: [environments["Sync"], environments["Test"]] },
    },
  ]);
  await api.post("/projecttriggers", {
    Name: "Nightly",
    ProjectId: project.Id,
    IsDisabled: false,
    Filter: {
      FilterType: "OnceDailySchedule",
      StartTime: "2026-01-01T02:00:00.000Z",
      DaysOfWeek: ["Monday"],
      Timezone: "UTC",
    },
    Action: { ActionType: "RunRunbook", RunbookId: runbook.Id, EnvironmentIds: [environments["Test"]] },
  });
  return project;
}

/** A step with one Bash script. */
export function script(
  name: string,
  more: Record<string, unknown> = {},
  properties: Record<string, string> = {},
): Record<string, unknown> {
  const source = {
    "Octopus.Action.Script.Syntax": "Bash",
    "Octopus.Action.Script.ScriptSource": "Inline",
    "Octopus.Action.Script.ScriptBody": `echo ${name}`,
  };
  return {
    Name: name,
    Actions: [
      {
        Name: name,
        ActionType: "Octopus.Script",
        Properties: { ...source, "Octopus.Action.RunOnServer": "true", ...properties },
        ...more,
      },
    ],
  };
}

export async function setVariables(api: Api, projectId: string, variables: readonly unknown[]): Promise<void> {
  const set = await api.get(`/variables/variableset-${projectId}`);
  await api.put(`/variables/variableset-${projectId}`, { ...set, Variables: variables });
}

function actionId(process: Document, name: string): string {
  return JSON.parse(JSON.stringify(process["Steps"])).find((candidate: { Name: string }) => candidate.Name === name)
    ?.Actions[0].Id;
}

/** A package of the template in the built-in feed. */
export async function publish(stage: DeploymentStage, version: string): Promise<DeployedPackage> {
  const brought = await stage.serialize(version);
  const space = createOctopusClient(stage).inSpace({ Id: "Spaces-1", Name: "Default" });
  await space.upload("/packages/raw", { name: basename(brought.path), content: readFileSync(brought.path) });
  return brought;
}
