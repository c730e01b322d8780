import * as z from "zod/mini";
import type { ResourceGraph } from "../model/graph.ts";
import { isJsonObject, type JsonObject } from "../model/json.ts";
import type { Memory } from "./memory.ts";

const place = { kind: z.string(), key: z.array(z.string()) };
const Target = z.object(place);
const Said = z.object({
  nodes: z.array(z.object({ ...place, owner: z.optional(Target), body: z.custom<JsonObject>(isJsonObject) })),
  lookUps: z.array(z.object({ ...place, details: z.optional(z.record(z.string(), z.string())) })),
});

/** The graph of what a person wrote; undefined for what is remembered of a package, or of a run that did not come to its end. */
export function parseSaid({ said }: Pick<Memory, "said">): ResourceGraph | undefined {
  const parsed = Said.safeParse(said);
  if (!parsed.success) return undefined;
  return {
    nodes: parsed.data.nodes.map(({ owner, ...node }) => ({ ...node, ...(owner !== undefined && { owner }) })),
    lookUps: parsed.data.lookUps.map(({ details, ...target }) => ({
      ...target,
      ...(details !== undefined && { details }),
    })),
    remarks: [],
  };
}
