import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import * as z from "zod/mini";
import { isJsonObject, parseJson, type JsonObject } from "../model/json.ts";
import type { GraphNode } from "../model/graph.ts";

const Target = z.object({ kind: z.string(), key: z.array(z.string()) });
const Body = z.custom<JsonObject>(isJsonObject);
const Node = z.object({ ...Target.shape, id: z.optional(z.string()), owner: z.optional(Target), body: Body });

/** What one resource was, field by field, when a deployment last settled it. */
const Settled = z.object({
  ...Node.shape,
  /** What the space had then, where that is not what the template said: servers drop fields that they do not know. */
  answered: z.optional(Body),
});

const Pending = z.object({
  version: z.string(),
  nodes: z.array(Node),
  /** Identities of what the space did not have when that run began: what has their name now was made by it. */
  creates: z.array(z.string()),
});

/** What was decided about one conflict, or about all of one resource: see lib/compare/decision.ts. */
const Decided = z.object({
  resource: z.string(),
  place: z.string(),
  choice: z.enum(["template", "space"]),
  seen: z.string(),
  name: z.string(),
  given: z.string(),
});

const Memory = z.object({
  /** What the template said and the space had: a field of which people keep another value is as it was before. */
  base: z.array(Settled),
  /** By resource, its id in this space. */
  ids: z.record(z.string(), z.string()),
  /** By item of the template (a step, a variable), the item of this space. */
  items: z.record(z.string(), z.string()),
  /** By place, the HMAC of the secret that was sent. */
  secrets: z.record(z.string(), z.string()),
  /** Tells one receipt key from another, and nothing else about it. */
  receiptKey: z.optional(z.string()),
  /** By step template of the template, the one of this space that stood for it. */
  installed: z.record(z.string(), z.object({ id: z.string(), version: z.string() })),
  /** What runs are deploying, or were deploying when they were killed, since the last that came to its end. */
  pending: z.array(Pending),
  /** What people decided about conflicts; versions that know nothing of it tell those again. */
  decisions: z.optional(z.array(Decided)),
  /** Of what a person wrote, the graph, which says only what it names: what it was made into does not tell that any more. See {@link parseSaid}. */
  said: z.optional(z.unknown()),
});

/** What a copy was: the base of every later compare. */
export type Memory = z.infer<typeof Memory>;
export type PendingDeployment = z.infer<typeof Pending>;

/** Of a copy that nothing was deployed to yet. */
export const emptyMemory: Memory = { base: [], ids: {}, items: {}, secrets: {}, installed: {}, pending: [] };

/** So many versions in a row may fail in the middle before what the first of them wrote is taken for a person's work. */
const longestPending = 10;

/** The deployments that did not end, and one more; the same again, where a run is taken up, is the same. */
export function addPending(known: readonly PendingDeployment[], next: PendingDeployment): PendingDeployment[] {
  const text = JSON.stringify(next.nodes);
  const same = known.find(({ version, nodes }) => version === next.version && JSON.stringify(nodes) === text);
  if (same === undefined) return [...known, next].slice(-longestPending);
  const creates = [...new Set([...same.creates, ...next.creates])];
  return known.map((pending) => (pending === same ? { ...pending, creates } : pending));
}

/** Nodes as a memory holds them. */
export function toPendingNodes(nodes: readonly GraphNode[]): PendingDeployment["nodes"] {
  return nodes.map(({ kind, key, id, owner, body }) => ({
    kind,
    key,
    body,
    ...(id !== undefined && { id }),
    ...(owner !== undefined && { owner }),
  }));
}

// The best quality takes three to thirty seconds of a core for a manifest of 1.7 megabytes, this one some twenty milliseconds, and both fit.
const quality = 4;
const window = 22;

/** Brotli in base64: a variable's value is text, and graphs are repetitive. */
export function packMemory(memory: Memory): string {
  const bytes = Buffer.from(JSON.stringify(memory));
  const params = { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_LGWIN]: window };
  return brotliCompressSync(bytes, { params }).toString("base64");
}

/** @returns undefined for a text that {@link packMemory} of this version did not make */
export function unpackMemory(packed: string): Memory | undefined {
  const text = unpackText(packed);
  const parsed = Memory.safeParse(text === undefined ? undefined : parseJson(text));
  return parsed.success ? parsed.data : undefined;
}

/** @returns undefined for a text that is no Brotli in base64 */
export function unpackText(packed: string): string | undefined {
  try {
    return brotliDecompressSync(Buffer.from(packed, "base64")).toString("utf8");
  } catch {
    return undefined;
  }
}
