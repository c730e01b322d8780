import { textOf, type JsonObject } from "../model/json.ts";

/** What the names of receipts' script modules begin with. */
export const modulePrefix = "Managed Spaces ";

/** Whether a script module holds a receipt; there may be others whose names begin alike. */
export function isReceiptModule(module: JsonObject): boolean {
  return /^Managed Spaces (Receipt|Baseline)\[/.test(textOf(module, "Name"));
}

/** The script module of a management space that holds how the newest rehearsal of a package went. */
export function nameRehearsalModule(packageId: string): string {
  return `${modulePrefix}Rehearsal[${packageId}]`;
}

/** Whether these steps keep a script module for themselves. */
export function isOwnModule(module: JsonObject): boolean {
  return isReceiptModule(module) || /^Managed Spaces Rehearsal\[/.test(textOf(module, "Name"));
}
