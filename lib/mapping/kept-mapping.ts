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

/** What became of a package's targets and workers. */
export type KeptPlace = z.infer<typeof KeptPlace>;

const KeptPlace = z.object({ machines: z.literal(["disabled", "leaveOut", "asTheyAre"]), withPolling: z.boolean() });

/** @returns what a package went through, in order; undefined for the text of another version of this project */
export function parseWay(text: string): (KeptMapping | KeptPlace)[] | undefined {
  const parsed = text.split("\n").map((line) => z.union([KeptMapping, KeptPlace]).safeParse(parseJson(line)));
  return parsed.every(({ success }) => success) ? parsed.flatMap(({ data }) => data ?? []) : undefined;
}
