import { numberOf, propertyOf, type Fields } from "../model/fields.ts";
import type { Resource } from "../model/collection.ts";
import { Refusal } from "./route.ts";

/**
 * Source: the Terraform provider reads a process or a variable set anew before each of its writes, because a stale version is refused;
 * status and sentence are assumed. A request without a version is let through (go-octopusdeploy omits it for runbook processes).
 */
export function checkVersion(stored: Resource, sent: Fields): void {
  const version = propertyOf(sent, "Version");
  const current = numberOf(stored, "Version");
  if (version === undefined || version === null || Number(version) === current) return;
  throw new Refusal(
    409,
    `The resource '${stored.Id}' has been modified since it was read: its version is ${current}, the request has ${String(version)}. Please read it again and repeat the change.`,
  );
}
