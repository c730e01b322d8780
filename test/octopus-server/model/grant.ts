import type { Resource } from "./collection.ts";

/** A role that a user has, and where. */
export interface Grant {
  scoped: Resource;
  role: Resource;
}

/** A user's grants, good for as long as nobody changed teams and roles. */
export interface KnownGrants {
  revision: string;
  grants: readonly Grant[];
  /** Spaces in which there is one at least; "" for the system. */
  spaceIds: ReadonlySet<string>;
  /** Those that grant a permission, as far as it was asked for. */
  byPermission: Map<string, readonly Grant[]>;
}
