import { textOf, type JsonObject } from "../model/json.ts";

/** What the names of receipts' script modules begin with. */
export const modulePrefix = "Managed Spaces ";

/** Whether a script module holds a receipt; there may be others whose names begin alike. */
export function isReceiptModule(module: JsonObject): boolean {
  return /^Managed Spaces (Receipt|Baseline)\[/.test(textOf(module, "Name"));
}
