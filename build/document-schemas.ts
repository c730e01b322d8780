import * as z from "zod/mini";
import { toJsonSchema } from "../lib/baseline/baseline-schema.ts";
import { Rehearsal } from "../lib/fleet/rehearsal.ts";
import { FleetReport } from "../lib/fleet/fleet-report.ts";
import { MappingSchema } from "../lib/mapping/mapping-schema.ts";

/** The JSON schemas of the documents that people write, and of the report that programs read, as text, by the paths at which editors find them from the project's root. */
export function renderDocumentSchemas(): Map<string, string> {
  return new Map([
    ["lib/baseline/baseline.schema.json", toText(toJsonSchema())],
    ["lib/fleet/rehearsal.schema.json", toText(z.toJSONSchema(Rehearsal, { reused: "ref" }))],
    ["lib/fleet/fleet-report.schema.json", toText(z.toJSONSchema(FleetReport, { reused: "ref" }))],
    ["lib/mapping/mapping.schema.json", toText(z.toJSONSchema(MappingSchema, { io: "input", reused: "ref" }))],
  ]);
}

function toText(schema: object): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}
