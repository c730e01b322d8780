import { toJsonSchema } from "../lib/baseline/baseline-schema.ts";

/** Where editors find the schema of baselines, from the project's root. */
export const baselineSchemaPath = "lib/baseline/baseline.schema.json";

/** The JSON schema of baselines, as text. */
export function renderBaselineSchema(): string {
  return `${JSON.stringify(toJsonSchema(), null, 2)}\n`;
}
