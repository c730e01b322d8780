import { createHash } from "node:crypto";
import type { Extras } from "../../lib/graph/extras.ts";
import type { OctopusDocument } from "../../lib/octopus/octopus-client.ts";

export type Tenant = NonNullable<Extras["tenants"]>[number];

/** What is called how in the space, without case. */
export interface SpaceNames {
  environments: Map<string, string>;
  templates: Map<string, string>;
}

/** One of the template's tenants, and the one of its name in the space. */
export interface Linking {
  tenant: Tenant;
  document: OctopusDocument;
  names: SpaceNames;
  /** Marks of what earlier runs gave. */
  before: ReadonlySet<string>;
  /** Those and what this run finds or gives. */
  given: Set<string>;
}

/** Short, since a receipt holds one for each link and value. */
export function markOf(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 12);
}
