import { isFields, numberOf, propertyOf, type Fields } from "../model/fields.ts";
import type { Resource } from "../model/collection.ts";
import { concurrencyTokenOf } from "../model/snapshots.ts";
import { StaleData, type Call } from "./route.ts";

/**
 * Source: the Terraform provider reads a process or a variable set anew before each of its writes, because a stale version is refused;
 * the status is assumed, and differs between servers. A request without a version is let through (go-octopusdeploy omits it for runbook processes).
 * Only processes, variables and step templates have versions (Octopus's issue 6746).
 * @param whoLost - what the server says
 */
export function checkVersion(stored: Resource, sent: Fields, whoLost: string): void {
  const version = propertyOf(sent, "Version");
  if (version === undefined || version === null || Number(version) === numberOf(stored, "Version")) return;
  throw new StaleData(whoLost);
}

/** Source: issue 174 of the Terraform provider, for variables; that a process is spoken of alike is assumed. */
export function changedMeanwhile(what: "variables" | "process"): string {
  const these = what === "variables" ? "these variables" : "this process";
  return `Changes to ${these} could not be saved, because another user has made changes to the ${what} between when you started editing and when you saved your changes. Please reload or open a new tab to make your changes.`;
}

/** What Octopus's document store says (Nevermore; Octopus's issue 7936, issue 907 of the Terraform provider). */
export function outOfDate(type: string, id: string): string {
  return `Modification failed for '${type}' document with '${id}' Id because submitted data was out of date. Refresh the document and try again.`;
}

/**
 * Docs, releases: with the token of the variables that the caller saw, a refresh of others is refused; without one there is no check. The sentence
 * is assumed, and that runbook snapshots refuse alike.
 */
export function checkConcurrencyToken({ body }: Call, snapshot: Resource): void {
  const token = isFields(body) ? propertyOf(body, "VariableSnapshotConcurrencyToken") : undefined;
  if (typeof token !== "string" || token === "" || token === concurrencyTokenOf(snapshot)) return;
  throw new StaleData("The variable snapshots were changed by somebody else. Please reload and try again.");
}
