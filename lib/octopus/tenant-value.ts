import { isJsonObject, textOf, type JsonValue } from "../model/json.ts";

/** What a tenant has for a variable template of a project or of a library variable set. */
export interface TenantValue {
  /** In the form of newer servers each has one. */
  id?: string;
  ownerId: string;
  /** The template's name. */
  template: string;
  /** None: in all of them. */
  environmentIds: readonly string[];
  /** A text; or, of a secret, whether there is one. */
  value: JsonValue;
  /** What the template asks for, in its own words: `Certificate`. */
  controlType: string;
}

/** What has templates that tenants have values for: projects, and the library variable sets that these include. */
export type ValueOwners = "projects" | "sets";

/** Values of one tenant, as they were read. */
export interface TenantValueList {
  values: readonly TenantValue[];
  /** Whether a write is refused when somebody else has written meanwhile. */
  isGuarded: boolean;
  /** Replaces all that were read with these. */
  write(values: readonly TenantValue[]): Promise<void>;
}

/** Whose value it is, for what, and where. */
export function keyOfTenantValue({ ownerId, template, environmentIds }: TenantValue): string {
  return JSON.stringify([ownerId, template, environmentIds.toSorted()]);
}

/** Servers give a text, or an object that says whether it is a secret, or a secret as others are. */
export function readTenantValue(value: JsonValue): JsonValue {
  if (!isJsonObject(value)) return value;
  if (value["IsSensitive"] === false) return textOf(value, "Value");
  return { HasValue: true, NewValue: null };
}
