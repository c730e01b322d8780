import type { JsonValue } from "../model/json.ts";
import type { CommonTemplate } from "./common-template.ts";

/** A tenant's values of common variables, as they were read. */
export interface TenantValues {
  find(template: CommonTemplate): JsonValue | undefined;
  write(template: CommonTemplate, value: string): Promise<void>;
}
