import { textOf, type JsonObject } from "../model/json.ts";

/** What the names of receipts' script modules begin with. */
export const modulePrefix = "Managed Spaces ";

/** Whether a script module holds a receipt; there may be others whose names begin alike. */
export function isReceiptModule(module: JsonObject): boolean {
  return /^Managed Spaces (Receipt|Baseline)\[/.test(textOf(module, "Name"));
}

/** Whether a script module is one that Managed Spaces keeps for itself, and no person's. */
export function isOwnModule(module: JsonObject): boolean {
  return isReceiptModule(module) || textOf(module, "Name").startsWith(fleetModulePrefix);
}

/** What the names of the fleet report's script modules begin with; they end in a bracket. */
export const fleetModulePrefix = "Managed Spaces Fleet[";
