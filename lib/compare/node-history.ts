import { recognizeIds } from "../graph/recognize-ids.ts";
import type { GraphNode } from "../model/graph.ts";
import type { JsonObject } from "../model/json.ts";
import { getKind } from "../resources/index.ts";
import type { Comparison } from "./comparison.ts";
import type { NodeHistory } from "./history.ts";

/** What it was, in the words of this space. */
export function historyOf(comparison: Comparison, node: GraphNode): NodeHistory {
  const { base, pending } = comparison.histories.of(node);
  const read = (body: JsonObject): JsonObject => here(comparison, node.kind, body);
  return {
    base: base && { template: read(base.template), space: read(base.space) },
    pending: pending.map(read),
  };
}

/** Text that only looked like an id where the template is may be the id of something here. */
export function here({ directory }: Comparison, kind: string, body: JsonObject): JsonObject {
  return recognizeIds(getKind(kind), body, directory);
}
