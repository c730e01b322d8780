import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readGraph } from "../../lib/graph/read-graph.ts";
import type { Selection } from "../../lib/graph/select-resources.ts";
import { forEachSecret, ownSpace, type ResourceGraph } from "../../lib/model/graph.ts";
import { withoutIdentity } from "../../lib/model/identity.ts";
import { createOctopusClient, type OctopusClient, type OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { downloadPackage, findNewestPackage } from "../../lib/octopus/packages.ts";
import type { StepDefinition } from "../../lib/step/define-step.ts";
import { step as deploySpace } from "../../steps/deploy-space/step.ts";
import { step as serializeSpace } from "../../steps/serialize-space/step.ts";
import type { OctopusServerOptions } from "../octopus-server/octopus-server.ts";
import { createStepContext, type StepRecording } from "../step/create-step-context.ts";
import { startOctopus, type TestServer } from "./managed-tenants.ts";

type Parameters = Record<string, string>;

/** A golden space that people work in, and a managed one, with the steps that bring packages from the one to the other. */
export interface GoldenSpaces extends TestServer {
  golden: OctopusSpace;
  managed: OctopusSpace;
  /** Runs a step that reads the golden space, by default Serialize Space. */
  serialize(parameters?: Parameters, step?: StepDefinition): Promise<StepRecording>;
  /** Runs a step that brings the newest package of this id to the managed space, by default Deploy Space; every secret is known. */
  deploy(packageId: string, parameters?: Parameters, more?: DeployOptions): Promise<StepRecording>;
  /** As it would be serialized, but for what says which space it was. */
  read(space: OctopusSpace, select?: Selection): Promise<ResourceGraph>;
  /** POST, PUT and DELETE requests since the last call. */
  takeWrites(): string[];
}

interface DeployOptions {
  step?: StepDefinition;
  /** Instead of `the secret of <name>`. */
  variables?: Record<string, string>;
  /** Instead of the golden space the one whose feed has the package, of another server. */
  from?: OctopusSpace;
}

export async function startGoldenSpaces(options: OctopusServerOptions = {}): Promise<GoldenSpaces> {
  const octopus = await startOctopus(options);
  const { server, url, apiKey } = octopus;
  const client = createOctopusClient({ url, apiKey });
  const golden = await openNewSpace(client, "Golden");
  const managed = await openNewSpace(client, "Managed");
  const connection = { serverUrl: url, apiKey };
  let seen = 0;
  return {
    ...octopus,
    golden,
    managed,
    async serialize(parameters = {}, step = serializeSpace) {
      const run = createStepContext({ step, parameters: { ...connection, space: golden.id, ...parameters } });
      await run.run();
      return run;
    },
    async deploy(packageId, parameters = {}, { step = deploySpace, variables, from = golden } = {}) {
      const run = createStepContext({
        step,
        parameters: { ...connection, spaceId: managed.id, receiptKey: "a key for receipts", ...parameters },
        packages: { package: await bringNewest(from, packageId) },
        ...(variables !== undefined && { variables }),
      });
      await run.run();
      return run;
    },
    read: async (space, select = {}) => withoutIdentity((await readGraph(space, ownSpace, { select })).graph),
    takeWrites() {
      const writes = server.requests.slice(seen).filter(({ method }) => method !== "GET");
      seen = server.requests.length;
      return writes.map(({ method, path }) => `${method} ${path}`);
    },
  };
}

/** An empty space of that name. */
export async function openNewSpace(client: OctopusClient, name: string): Promise<OctopusSpace> {
  const me = await client.get("/users/me");
  const made = await client.post("/spaces", { Name: name, SpaceManagersTeams: [], SpaceManagersTeamMembers: [me.Id] });
  return client.inSpace({ Id: made.Id, Name: name });
}

/** A value for each of the variables by which a run is asked for secrets. */
export function secretValuesOf({ nodes }: ResourceGraph): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const { body } of nodes)
    forEachSecret(body, ({ $secret: { variable, named } }) => {
      const name = named ?? variable;
      if (name !== null) variables[name] = `the secret of ${name}`;
    });
  return variables;
}

/** The newest package, as a file that Octopus brought to the worker. */
export async function bringNewest(
  space: OctopusSpace,
  packageId: string,
): Promise<{ id: string; version: string; path: string }> {
  const newest = await findNewestPackage(space, packageId);
  if (newest === undefined) throw new Error(`There is no package ${packageId}.`);
  const path = join(mkdtempSync(join(tmpdir(), "package-")), `${packageId}.${newest.version}.zip`);
  writeFileSync(path, await downloadPackage(space, newest));
  return { id: packageId, version: newest.version, path };
}
