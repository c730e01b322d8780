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

/** What became of what only one server or space may have at a time. */
export type KeptPlaces = z.infer<typeof KeptPlaces>;

export const KeptPlaces = z.object({
  machines: z.literal(["disabled", "leaveOut", "asTheyAre"]),
  withPolling: z.boolean(),
  gitProjects: z.literal(["leaveOut", "sameRepository"]),
});

/** @returns what a package went through, in order; undefined for the text of another version of this project */
export function parseWay(text: string): (KeptMapping | KeptPlaces)[] | undefined {
  const parsed = text.split("\n").map((line) => z.union([KeptMapping, KeptPlaces]).safeParse(parseJson(line)));
  return parsed.every(({ success }) => success) ? parsed.flatMap(({ data }) => data ?? []) : undefined;
}
