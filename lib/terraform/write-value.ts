import { isReference, isSecretMark, isText, type Reference, type Target } from "../model/graph.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../model/json.ts";
import { object, type HclExpression, type HclObject, type HclValue } from "./hcl.ts";
import type { TerraformModule } from "./module.ts";

/** How values of bodies are written; what cannot be said is missing. */
export function createValueWriter(refer: TerraformModule["refer"]): Pick<TerraformModule, "value" | "list"> {
  const list: TerraformModule["list"] = (json, by) =>
    Array.isArray(json) ? json.flatMap((item) => value(item, by) ?? []) : [];

  function value(json: JsonValue | undefined, by: Target): HclValue | undefined {
    if (json === undefined || json === null || isSecretMark(json)) return undefined;
    if (isReference(json)) return refer(json.$ref, by);
    if (isText(json)) return { template: json.$text.map((piece) => toPiece(piece, by)) };
    if (Array.isArray(json)) return list(json, by);
    return isJsonObject(json) ? toObject(json, by) : json;
  }

  function toPiece(piece: string | Reference, by: Target): string | HclExpression {
    return typeof piece === "string" ? piece : (refer(piece.$ref, by) ?? "");
  }

  function toObject(json: JsonObject, by: Target): HclObject {
    return object(Object.fromEntries(Object.entries(json).map(([field, inner]) => [field, value(inner, by)])));
  }

  return { value, list };
}
