import { textOf } from "../../model/json.ts";
import type { HclBlock } from "../hcl.ts";
import { objectAt, type FieldForm } from "../plain-form.ts";

/** How long to keep something. The provider takes a number with the strategy `Count` alone. */
export function retention(type: string): FieldForm {
  return (place) => {
    const policy = objectAt(place);
    if (Object.keys(policy).length === 0) return {};
    const strategy = textOf(policy, "Strategy") || (policy["ShouldKeepForever"] === true ? "Forever" : "Count");
    const quantity = typeof policy["QuantityToKeep"] === "number" ? policy["QuantityToKeep"] : undefined;
    const count = strategy === "Count" ? { quantity_to_keep: quantity, unit: textOf(policy, "Unit") || undefined } : {};
    const block: HclBlock = { type, attributes: { strategy, ...count } };
    return { blocks: [block] };
  };
}
