import * as z from "zod/mini";
import { parseJson } from "../model/json.ts";
import { MappingSchema } from "./mapping-schema.ts";

/** A mapping with what it read of its run: that a later run, which has other variables, can look at the copy with the same eyes. */
export type KeptMapping = z.infer<typeof KeptMapping>;

const KeptMapping = z.object({
  mapping: MappingSchema,
  /** Of variables that are none of secrets: these are told by name alone. */
  values: z.record(z.string(), z.string()),
});

/** @returns undefined for the text of another version of this project */
export function parseKeptMapping(text: string): KeptMapping | undefined {
  const parsed = KeptMapping.safeParse(parseJson(text));
  return parsed.success ? parsed.data : undefined;
}
