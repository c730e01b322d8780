import * as z from "zod/mini";
import { isRefusal } from "../http/http-client.ts";
import { objectsOf, parseJson, textOf, type JsonObject } from "../model/json.ts";
import { parseManifest, type Manifest } from "../graph/manifest.ts";
import { targetId, type GraphNode } from "../model/graph.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { isStale } from "../octopus/stale-data.ts";
import { NotAllowedError } from "../step/errors.ts";
import { emptyMemory, unpackText, type Memory, type PendingDeployment } from "./memory.ts";
import { askedNameOf, Receipt } from "./receipt.ts";

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
        variables = { ...variables, ...(await space.put(path, withVariables(variables, others))), Variables: others };
        if (others.length === 0) await removeEmpty(space, set);
        return;
      } catch (error) {
        if ((!isRefusal(error) && !isStale(error)) || attempt >= 5) throw error;
        variables = await space.get(path);
      }
    }
  }

  return { receipts: new Map(named.map(([name, variable]) => [name, parse(variable)])), remove };
}

/** A key that may not delete leaves the set, in which nothing is left. */
async function removeEmpty(space: OctopusSpace, set: OctopusDocument): Promise<void> {
  try {
    await space.remove(`/libraryvariablesets/${set.Id}`);
  } catch (error) {
    if (!(error instanceof NotAllowedError)) throw error;
  }
}

function withVariables({ Links: _links, ...document }: OctopusDocument, variables: JsonObject[]): JsonObject {
  return { ...document, Variables: variables };
}

function parse(variable: JsonObject): { receipt: Receipt; memory: Memory } | undefined {
  const legacy = Legacy.safeParse(parseJson(textOf(variable, "Value"))).data;
  if (legacy === undefined) return undefined;
  const { manifest, ids = {}, secrets = {}, pending = [], ...rest } = legacy;
  const receipt: Receipt = { ...rest, format: 2 };
  const asked = askedNameOf(receipt, textOf(variable, "Name"));
  const [base, ...deploying] = [manifest, ...pending.map((one) => one.manifest)].map((packed) => toManifest(packed));
  if (base === "damaged" || deploying.includes("damaged")) return undefined;
  return {
    receipt,
    memory: {
      ...emptyMemory,
      base: base === undefined ? [] : toNodes(base, asked),
      ids:
        base === undefined || receipt.project === undefined ? ids : { ...ids, [targetId(base.root)]: receipt.project },
      secrets,
      pending: pending.flatMap(({ version }, index) => toPending(version, deploying[index], asked)),
    },
  };
}

/** Earlier versions did not note what they were about to make: all that the package had. */
function toPending(version: string, manifest: Manifest | "damaged" | undefined, asked: string): PendingDeployment[] {
  if (manifest === undefined || manifest === "damaged") return [];
  return [{ version, nodes: toNodes(manifest, asked), creates: manifest.graph.nodes.map(targetId) }];
}

/** The project as the copy was to be called. */
function toNodes({ graph, root }: Manifest, asked: string): GraphNode[] {
  return graph.nodes.map((node) =>
    targetId(node) === targetId(root) ? { ...node, body: { ...node.body, Name: asked } } : node,
  );
}

function toManifest(packed: string | undefined): Manifest | "damaged" | undefined {
  if (packed === undefined) return undefined;
  const text = unpackText(packed);
  return text === undefined ? "damaged" : parseManifest(new TextEncoder().encode(text), "receipt");
}
