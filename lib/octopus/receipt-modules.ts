import { textOf, type JsonObject } from "../model/json.ts";

/** What the names of receipts' script modules begin with. */
export const modulePrefix = "Managed Spaces ";

/** Whether a script module holds a receipt; there may be others whose names begin alike. */
export function isReceiptModule(module: JsonObject): boolean {
  return /^Managed Spaces (Receipt|Baseline)\[/.test(textOf(module, "Name"));
}

/** The script module of a management space that holds how the newest rehearsal of a package went. */
export function nameRehearsalModule(packageId: string): string {
  return `${rehearsalModulePrefix}${packageId}]`;
}

const rehearsalModulePrefix = "Managed Spaces Rehearsal[";

/** What the names of the fleet report's script modules begin with; they end in a bracket. */
export const fleetModulePrefix = "Managed Spaces Fleet[";

/** Whether a script module is one that Managed Spaces keeps for itself, and no person's. */
export function isOwnModule(module: JsonObject): boolean {
  const isNoted = [fleetModulePrefix, rehearsalModulePrefix].some((prefix) =>
    textOf(module, "Name").startsWith(prefix),
  );
  return isNoted || isReceiptModule(module);
}
