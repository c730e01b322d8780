import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { FleetReport } from "../../lib/fleet/fleet-report.ts";
import { createManifest, renderManifest } from "../../lib/graph/manifest.ts";
import { writeArchive } from "../../lib/graph/package-archive.ts";
import { readProject } from "../../lib/graph/read-graph.ts";
import { createOctopusClient } from "../../lib/octopus/octopus-client.ts";
import { packageIdOf } from "../../lib/octopus/package-id.ts";
import { pushPackage } from "../../lib/octopus/packages.ts";
import { step as deployProject } from "../../steps/deploy-project/step.ts";
import { step as reportFleet } from "../../steps/report-fleet/step.ts";
import { StepError } from "../../lib/step/errors.ts";
import { createApi, type Api, type Document } from "../api.ts";
import type { OctopusServerOptions } from "../octopus-server/octopus-server.ts";
import { createStepContext, type StepRecording } from "../step/create-step-context.ts";
import { script } from "./deployment-stage.ts";
import { startManagementSpace, startOctopus, type ManagementSpace, type TestServer } from "./managed-tenants.ts";

/** A management space with a template project, and managed spaces with copies of it, on one or several servers. */
export interface FleetStage extends ManagementSpace {
  template: Document;
  /** A further instance, which the management space has a key for. */
  addInstance(options?: OctopusServerOptions): Promise<TestServer>;
  /** A space and its tenant. */
  addSpace(name: string, on?: TestServer): Promise<StagedSpace>;
  /** Serializes the template as it is now, and puts the package into the feed. */
  publish(version: string): Promise<void>;
  deploy(space: StagedSpace, version: string): Promise<void>;
  look(options?: LookOptions): Promise<Look>;
  /** Variables that a run sees. */
  variables: Record<string, string>;
  /** The time that looks happen at; moves on by itself, where it is not set. */
  clock: { now: () => Date };
}

export interface StagedSpace {
  name: string;
  id: string;
  tenant: string;
  api: Api;
  on: TestServer;
}

export interface LookOptions {
  parameters?: Record<string, string>;
  variables?: Record<string, string>;
}

export interface Look extends StepRecording {
  report: FleetReport;
  files: Record<string, string>;
  /** By server, in the order in which they were started: requests to its API as `GET /api/…`. */
  requests: string[][];
  error: string;
}

export async function startFleet(options: OctopusServerOptions = {}): Promise<FleetStage> {
  const management = await startManagementSpace(options);
  const servers: TestServer[] = [management];
  const scratch = mkdtempSync(join(tmpdir(), "fleet-"));
  onTestFinished(() => rmSync(scratch, { recursive: true, force: true }));
  const { api } = management;
  for (const name of ["Test", "Production"]) await api.post("/environments", { Name: name });
  const template = await buildTemplate(api);
  const variables: Record<string, string> = {};
  const clock = { now: () => new Date() };
  const packages = new Map<string, string>();

  return {
    ...management,
    template,
    variables,
    clock,
    async addInstance(more = {}) {
      const server = await startOctopus(more);
      servers.push(server);
      variables[`ManagedInstance.${server.url.replace("http://", "")}.ApiKey`] = server.apiKey;
      return server;
    },
    async addSpace(name, on = management) {
      const system = createApi(on, "/api");
      const me = await system.get("/users/me");
      const space = await system.post("/spaces", { Name: name, SpaceManagersTeamMembers: [me.Id] });
      const own = createApi(on, `/api/${space.Id}`);
      for (const environment of ["Test", "Production"]) await own.post("/environments", { Name: environment });
      await own.post("/projectgroups", { Name: "Templates" });
      const tenant = await management.addTenant(name, {
        "ManagedTenant.Octopus.Url": on.url,
        "ManagedTenant.Octopus.SpaceId": space.Id,
      });
      return { name, id: space.Id, tenant, api: own, on };
    },
    async publish(version) {
      const source = createOctopusClient(management).inSpace({ Id: "Spaces-1", Name: "Default" });
      const reading = await readProject(source, "Hello World", { exclude: { environments: ["Sync"] } });
      const id = packageIdOf("Hello World");
      const manifest = renderManifest(
        createManifest({ root: reading.root, package: { id }, source: reading.source, graph: reading.graph }),
      );
      const path = join(scratch, `${id}.${version}.zip`);
      const content = writeArchive(new Map([["manifest.json", manifest]]));
      writeFileSync(path, content);
      packages.set(version, path);
      await pushPackage(source, { packageId: id, version, content });
    },
    async deploy(space, version) {
      const recording = createStepContext({
        step: deployProject,
        parameters: {
          serverUrl: space.on.url,
          apiKey: space.on.apiKey,
          spaceId: space.id,
          receiptKey: "a key for receipts",
        },
        packages: { package: { id: "hello_world", version, path: packages.get(version) ?? "" } },
      });
      await recording.run();
    },
    async look({ parameters = {}, variables: more = {} } = {}) {
      const seen = servers.map(({ server }) => server.requests.length);
      const directory = mkdtempSync(join(scratch, "look-"));
      const recording = createStepContext({
        step: reportFleet,
        parameters: {
          managementServerUrl: management.url,
          managementApiKey: management.apiKey,
          managementSpaceId: "Spaces-1",
          ...parameters,
        },
        variables: { ...variables, ...more },
        workingDirectory: directory,
        now: () => clock.now(),
      });
      let error = "";
      await recording.run().catch((caught: unknown) => {
        error = caught instanceof Error ? caught.message : String(caught);
      });
      const files = Object.fromEntries(
        recording.attachments.map(({ path }) => [path.slice(directory.length + 1), readFileSync(path, "utf8")]),
      );
      const json = files["fleet.json"];
      if (json === undefined) throw new StepError(`The look made no report: ${error}`);
      return {
        ...recording,
        error,
        files,
        report: FleetReport.parse(JSON.parse(json)),
        requests: servers.map(({ server }, index) =>
          server.requests.slice(seen[index]).map(({ method, path }) => `${method} ${path}`),
        ),
      };
    },
  };
}

async function buildTemplate(api: Api): Promise<Document> {
  const [lifecycle] = await api.list("/lifecycles");
  const group = await api.post("/projectgroups", { Name: "Templates" });
  const project = await api.post("/projects", {
    Name: "Hello World",
    LifecycleId: lifecycle?.Id,
    ProjectGroupId: group.Id,
  });
  const process = await api.get(`/projects/${project.Id}/deploymentprocesses`);
  await api.put(`/projects/${project.Id}/deploymentprocesses`, {
    ...process,
    Steps: [script("Greet"), script("Wave")],
  });
  const set = await api.get(`/variables/variableset-${project.Id}`);
  await api.put(`/variables/variableset-${project.Id}`, {
    ...set,
    Variables: [{ Name: "Greeting.Text", Value: "Hello", Type: "String", Scope: {} }],
  });
  return project;
}

/** People of the space take the first step out of their copy. */
export async function removeFirstStep({ api }: StagedSpace): Promise<void> {
  const project = (await api.list("/projects")).find((one) => one["Name"] === "Hello World");
  const process = await api.get(`/projects/${project?.Id ?? ""}/deploymentprocesses`);
  const steps: unknown = process["Steps"];
  await api.put(`/projects/${project?.Id ?? ""}/deploymentprocesses`, {
    ...process,
    Steps: Array.isArray(steps) ? steps.slice(1) : [],
  });
}
