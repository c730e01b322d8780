import type { PastedInput } from "../yaml/read-pasted.ts";
import { readPasted } from "../yaml/read-pasted.ts";
import type { Mapping } from "./mapping-schema.ts";
import { parseMapping } from "./parse-mapping.ts";

/** The mapping that was pasted or brought by a package; undefined when there is none, and a package goes as it is. */
export function readMapping(input: Omit<PastedInput, "label">): Mapping | undefined {
  const document = readPasted({ ...input, label: "Mapping" });
  return document === undefined ? undefined : parseMapping(document.text, document.fileName);
}
