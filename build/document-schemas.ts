import * as z from "zod/mini";
import { BaselineSchema } from "../lib/baseline/baseline-schema.ts";
import { MappingSchema } from "../lib/mapping/mapping-schema.ts";

/** The JSON schemas of the documents that people write, as text, by the paths at which editors find them from the project's root. */
export function renderDocumentSchemas(): Map<string, string> {
  return new Map([
    ["lib/baseline/baseline.schema.json", render(BaselineSchema)],
    ["lib/mapping/mapping.schema.json", render(MappingSchema, { reused: "ref" })],
  ]);
}

function render(schema: z.ZodMiniType, options: { reused?: "ref" } = {}): string {
  return `${JSON.stringify(z.toJSONSchema(schema, { io: "input", ...options }), null, 2)}\n`;
}
