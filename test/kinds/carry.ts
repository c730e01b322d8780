import { applyPlan } from "../../lib/apply/apply-plan.ts";
import { compareGraph, refuseProblems, type Plan } from "../../lib/compare/compare-graph.ts";
import type { CompareOptions } from "../../lib/compare/comparison.ts";
import { readGraph } from "../../lib/graph/read-graph.ts";
import type { Selection } from "../../lib/graph/select-resources.ts";
import { ownSpace, type ResourceGraph } from "../../lib/model/graph.ts";
import { withoutIdentity } from "../../lib/model/identity.ts";
import { createOctopusClient, type OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import type { OctopusServerOptions } from "../octopus-server/octopus-server.ts";
import { openNewSpace } from "../steps/golden-space.ts";
import { startOctopus, type TestServer } from "../steps/managed-tenants.ts";
import { connectToGitHub } from "./github-connections.ts";

/** Two empty spaces of one server, between which resources are carried. */
export interface Carrying extends TestServer {
  upstream: OctopusSpace;
  downstream: OctopusSpace;
  /** A selection of a space, everything when nothing is said, as one that has the same would give it. */
  read(space: OctopusSpace, select?: Selection): Promise<ResourceGraph>;
  /** Brings a graph to the downstream space, where nothing is known of it; every secret is `the secret of <its variable>`. */
  bring(graph: ResourceGraph, options?: Partial<CompareOptions>): Promise<Plan>;
  /** POST, PUT and DELETE requests since the last call. */
  takeWrites(): string[];
}

export async function startCarrying(options: OctopusServerOptions = {}): Promise<Carrying> {
  const octopus = await startOctopus(options);
  const client = createOctopusClient({ url: octopus.url, apiKey: octopus.apiKey });
  const upstream = await openNewSpace(client, "Upstream");
  const downstream = await openNewSpace(client, "Downstream");
  for (const space of [upstream, downstream]) connectToGitHub(octopus.server, space);
  let seen = 0;
  return {
    ...octopus,
    upstream,
    downstream,
    read: async (space, select = {}) => withoutIdentity((await readGraph(space, ownSpace, { select })).graph),
    bring: (graph, more) => bring(downstream, graph, more),
    takeWrites() {
      const writes = octopus.server.requests.slice(seen).filter(({ method }) => method !== "GET");
      seen = octopus.server.requests.length;
      return writes.map(({ method, path }) => `${method} ${path}`);
    },
  };
}

async function bring(space: OctopusSpace, graph: ResourceGraph, more: Partial<CompareOptions> = {}): Promise<Plan> {
  const compared = await compareGraph({
    space,
    graph,
    overwrite: true,
    secrets: { readVariable: (name) => `the secret of ${name}`, missing: "fail" },
    ...more,
  });
  refuseProblems(compared.plan);
  await applyPlan(compared);
  return compared.plan;
}
