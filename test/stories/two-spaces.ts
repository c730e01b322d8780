import type { ResourceGraph } from "../../lib/model/graph.ts";
import { withoutIdentity } from "../../lib/model/identity.ts";
import { readProject } from "../../lib/graph/read-graph.ts";
import { createOctopusClient, type OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { step as deployProject } from "../../steps/deploy-project/step.ts";
import { step as serializeProject } from "../../steps/serialize-project/step.ts";
import type { OctopusServerOptions } from "../octopus-server/octopus-server.ts";
import { createStepContext, type StepRecording } from "../step/create-step-context.ts";
import { bringNewest } from "../steps/golden-space.ts";
import { startOctopus, type TestServer } from "../steps/managed-tenants.ts";

/** A management space and a managed one on one server, and the two steps between them as Octopus would run them. */
export interface TwoSpaces extends TestServer {
  upstream: OctopusSpace;
  downstream: OctopusSpace;
  /** Runs Serialize Project; its promise rejects with the step's error. */
  serialize(parameters: StepParameters): Promise<StepRecording>;
  /** Runs Deploy Project with the newest package of this id. */
  deploy(packageId: string, parameters?: StepParameters, variables?: Record<string, string>): Promise<StepRecording>;
  /** As it would be serialized from the space, but for what says which space it was. */
  read(space: OctopusSpace, project: string): Promise<ResourceGraph>;
  /** POST, PUT and DELETE requests since the last call. */
  takeWrites(): string[];
}

type StepParameters = Record<string, string>;

export async function startTwoSpaces(options: OctopusServerOptions = {}): Promise<TwoSpaces> {
  const octopus = await startOctopus(options);
  const { server, url, apiKey } = octopus;
  const client = createOctopusClient({ url, apiKey });
  const me = await client.get("/users/me");
  const managed = await client.post("/spaces", {
    Name: "Managed",
    SpaceManagersTeams: [],
    SpaceManagersTeamMembers: [me.Id],
  });
  const upstream = client.inSpace({ Id: "Spaces-1", Name: "Default" });
  const downstream = client.inSpace({ Id: managed.Id, Name: "Managed" });
  const connection = { serverUrl: url, apiKey };
  let seen = server.requests.length;

  return {
    ...octopus,
    upstream,
    downstream,
    async serialize(parameters) {
      const run = createStepContext({
        step: serializeProject,
        parameters: { ...connection, space: upstream.id, ...parameters },
      });
      await run.run();
      return run;
    },
    async deploy(packageId, parameters = {}, variables = {}) {
      const run = createStepContext({
        step: deployProject,
        parameters: { ...connection, spaceId: downstream.id, receiptKey: "a key for receipts", ...parameters },
        packages: { package: await bringNewest(upstream, packageId) },
        variables,
      });
      await run.run();
      return run;
    },
    read: async (space, project) => withoutIdentity((await readProject(space, project)).graph),
    takeWrites() {
      const writes = server.requests.slice(seen).filter(({ method }) => method !== "GET");
      seen = server.requests.length;
      return writes.map(({ method, path }) => `${method} ${path}`);
    },
  };
}
