import * as z from "zod/mini";
import { isRefusal } from "../http/http-client.ts";
import { objectsOf, textOf, type JsonObject } from "../model/json.ts";
import { parseManifest } from "../graph/manifest.ts";
import { targetId, type ResourceGraph } from "../model/graph.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { emptyMemory, unpackText, type Memory, type PendingDeployment } from "./memory.ts";
import { Receipt } from "./receipt.ts";

/** Where earlier versions kept all receipts of a space together: a library variable set, one variable a receipt. */
export const legacySetName = "Managed Spaces Receipts";

const Legacy = z.object({
  format: z.literal(1),
  ...z.omit(Receipt, { format: true }).shape,
  /** Manifests as JSON, in Brotli and base64. */
  manifest: z.optional(z.string()),
  ids: z.optional(z.record(z.string(), z.string())),
  secrets: z.optional(z.record(z.string(), z.string())),
  pending: z.optional(z.array(z.object({ version: z.string(), manifest: z.string() }))),
});
type Legacy = z.infer<typeof Legacy>;

/** The receipts that an earlier version left in a space. */
export interface LegacyReceipts {
  /** By name; undefined for one that cannot be understood. */
  receipts: Map<string, { receipt: Receipt; memory: Memory } | undefined>;
  /** Takes one away that is kept elsewhere now, and the set with the last one. */
  remove(name: string): Promise<void>;
}

/** @param set - the one of that name */
export async function openLegacyReceipts(space: OctopusSpace, set: OctopusDocument): Promise<LegacyReceipts> {
  const path = `/variables/${textOf(set, "VariableSetId")}`;
  let variables = await space.get(path);
  const named = objectsOf(variables, "Variables").map((variable) => [textOf(variable, "Name"), variable] as const);

  async function remove(name: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const others = objectsOf(variables, "Variables").filter((variable) => textOf(variable, "Name") !== name);
      try {
        if (others.length === 0) await space.remove(`/libraryvariablesets/${set.Id}`);
        else variables = { ...(await space.put(path, withVariables(variables, others))), Variables: others };
        return;
      } catch (error) {
        if (!isRefusal(error) || attempt >= 5) throw error;
        variables = await space.get(path);
      }
    }
  }

  return { receipts: new Map(named.map(([name, variable]) => [name, parse(variable)])), remove };
}

function withVariables({ Links: _links, ...document }: OctopusDocument, variables: JsonObject[]): JsonObject {
  return { ...document, Variables: variables };
}

function parse(variable: JsonObject): { receipt: Receipt; memory: Memory } | undefined {
  const legacy = Legacy.safeParse(parseJson(textOf(variable, "Value"))).data;
  if (legacy === undefined) return undefined;
  const { manifest, ids = {}, secrets = {}, pending = [], ...receipt } = legacy;
  const graphs = [manifest, ...pending.map((one) => one.manifest)].map(toGraph);
  if (graphs.includes("damaged")) return undefined;
  const [base, ...deploying] = graphs;
  return {
    receipt: { ...receipt, format: 2 },
    memory: {
      ...emptyMemory,
      base: isGraph(base) ? base.nodes : [],
      ids: withProject(ids, { ...receipt, format: 2 }, base),
      secrets,
      pending: pending.map(({ version }, index) => toPending(version, deploying[index])),
    },
  };
}

/** Earlier versions did not note what they were about to make: all that the graph has and the base lacked. */
function toPending(version: string, graph: ResourceGraph | "damaged" | undefined): PendingDeployment {
  const nodes = isGraph(graph) ? graph.nodes : [];
  return { version, nodes, creates: nodes.map(targetId) };
}

function withProject(
  ids: Record<string, string>,
  { project }: Receipt,
  base: ResourceGraph | "damaged" | undefined,
): Record<string, string> {
  const root = isGraph(base)
    ? base.nodes.find(({ owner, id, kind }) => owner === undefined && id === undefined && kind === "project")
    : undefined;
  return root === undefined || project === undefined ? ids : { ...ids, [targetId(root)]: project };
}

function isGraph(graph: ResourceGraph | "damaged" | undefined): graph is ResourceGraph {
  return typeof graph === "object";
}

function toGraph(packed: string | undefined): ResourceGraph | "damaged" | undefined {
  if (packed === undefined) return undefined;
  const text = unpackText(packed);
  return text === undefined ? "damaged" : parseManifest(new TextEncoder().encode(text), "receipt").graph;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
