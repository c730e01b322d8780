import { isJsonObject, type JsonObject, type JsonValue } from "../model/json.ts";
import { leaf, type At, type Field } from "./value.ts";

/** How long something is kept: `default` for what the space says, `forever`, or how many. */
export function retention(at: At): Field {
  return leaf(at, "`default` for what the space says, `forever`, or how many to keep.", {
    schema: {
      anyOf: [
        { type: "string", enum: ["default", "forever"] },
        {
          type: "object",
          properties: {
            keep: { type: "integer", minimum: 1, description: "How many." },
            unit: { type: "string", enum: ["days", "items"] },
          },
          required: ["keep", "unit"],
          additionalProperties: false,
        },
      ],
    },
    wanted: '"default", "forever", or "keep" with a number and "unit" with "days" or "items"',
    isSaid: (value) => value === "default" || value === "forever" || isCount(value),
    toBody,
    fromBody,
  });
}

function isCount(value: JsonValue): value is JsonObject {
  if (!isJsonObject(value) || Object.keys(value).toSorted().join() !== "keep,unit") return false;
  return (
    Number.isSafeInteger(value["keep"]) && Number(value["keep"]) >= 1 && /^(days|items)$/.test(String(value["unit"]))
  );
}

/** Each with all of the fields, as servers before and after `Strategy` want them. */
function toBody(value: JsonValue): JsonObject {
  if (!isCount(value)) {
    const Strategy = value === "default" ? "Default" : "Forever";
    return { Strategy, QuantityToKeep: 0, ShouldKeepForever: true, Unit: "Items" };
  }
  const { keep = 0, unit } = value;
  return {
    Strategy: "Count",
    QuantityToKeep: keep,
    ShouldKeepForever: false,
    Unit: unit === "days" ? "Days" : "Items",
  };
}

function fromBody(value: JsonValue): JsonValue | undefined {
  if (!isJsonObject(value)) return undefined;
  const { Strategy, QuantityToKeep = 0, ShouldKeepForever, Unit } = value;
  if (Strategy === "Default") return "default";
  if (Strategy === "Forever" || ShouldKeepForever === true || QuantityToKeep === 0) return "forever";
  return { keep: QuantityToKeep, unit: Unit === "Days" ? "days" : "items" };
}
