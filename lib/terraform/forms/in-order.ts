import type { GraphNode } from "../../model/graph.ts";
import { expression, type HclExpression } from "../hcl.ts";
import type { TerraformModule } from "../module.ts";

/** What stands before it in the order that people gave: the provider does not take the number that a server makes of another. */
export function listBefore(node: GraphNode, module: TerraformModule): HclExpression[] {
  const before = module.nodes.filter(({ kind, body }) => kind === node.kind && orderOf(body) < orderOf(node.body));
  const previous = before.toSorted((a, b) => orderOf(a.body) - orderOf(b.body)).at(-1);
  const address = previous === undefined ? undefined : module.refer(previous, node);
  const isResource = typeof address === "object" && address.expression.startsWith("octopusdeploy_");
  return isResource ? [expression(address.expression.replace(/\.id$/, ""))] : [];
}

function orderOf({ SortOrder: order }: GraphNode["body"]): number {
  return typeof order === "number" ? order : 0;
}
