import { isSecretMark, type GraphNode } from "../../../model/graph.ts";
import type { JsonObject, JsonValue } from "../../../model/json.ts";
import type { HclValue } from "../../hcl.ts";
import type { TerraformModule } from "../../module.ts";

export interface PropertiesContext {
  node: GraphNode;
  module: TerraformModule;
  /** Whose properties they are, for sentences: `the step "Deploy"`. */
  place: string;
}

/** Properties as a map, sorted by their names; undefined when there is none. */
export function toProperties(properties: JsonObject, context: PropertiesContext): HclValue | undefined {
  const names = Object.keys(properties).toSorted();
  const entries = names.flatMap((name) => toProperty(name, properties[name], context));
  return entries.length === 0 ? undefined : { entries: Object.fromEntries(entries) };
}

function toProperty(
  name: string,
  value: JsonValue | undefined,
  { node, module, place }: PropertiesContext,
): [string, HclValue][] {
  if (isSecretMark(value))
    module.remark(node, `the secret in ${name} of ${place} is left out, since the provider has no secret properties`);
  const written = module.value(value, node);
  return written === undefined ? [] : [[name, written]];
}

export function withoutKeys(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}
