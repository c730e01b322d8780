import type { GraphNode } from "../../../model/graph.ts";
import { objectsOf, textOf, type JsonObject } from "../../../model/json.ts";
import type { TerraformModule } from "../../module.ts";
import { digest, joinLabels } from "../../names.ts";
import { listScope } from "./scope.ts";

/** A value of a variable, and what the module calls it. */
export interface LabeledValue {
  variable: JsonObject;
  label: string;
}

/**
 * `hello_world_database_password_production`: the owner, the name, and what the value is for; `_1` where it is for everything. Whatever
 * values come beside it, none takes over the label of another, and with that its place in the state and what people give to it.
 */
export function labelValues(node: GraphNode, module: TerraformModule): LabeledValue[] {
  const values = objectsOf(node.body, "Variables").map((variable) => toValue(variable, node));
  const counts = new Map<string, number>();
  return values.map(({ variable, wanted, identity }) => {
    const isShared = values.some((other) => other.wanted === wanted && other.identity !== identity);
    const label = isShared ? `${wanted}_${digest(identity, 6)}` : wanted;
    // One name for the same thing twice is allowed, and no value of it is another.
    const count = (counts.get(identity) ?? 0) + 1;
    counts.set(identity, count);
    const own = count === 1 ? label : `${label}_${count}`;
    return { variable, label: module.claim("variable", own, `${identity} ${count}`) };
  });
}

function toValue(variable: JsonObject, node: GraphNode): { variable: JsonObject; wanted: string; identity: string } {
  const name = textOf(variable, "Name");
  const scope = listScope(variable);
  const words = scope.flatMap(([dimension, names]) => (dimension === "Environment" ? names : [dimension, ...names]));
  return {
    variable,
    wanted: `${joinLabels(node.key[0] ?? "", name)}_${scope.length === 0 ? "1" : joinLabels(...words)}`,
    identity: JSON.stringify([node.kind, ...node.key, name, scope]),
  };
}
