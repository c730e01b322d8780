import type { Mapping } from "../mapping/mapping-schema.ts";
import type { PackageReference } from "../step/parameters.ts";
import { mappingFileName } from "./mapping-parameters.ts";

/** What `mappingParameters` ask for. */
export interface MappingInput {
  mapping: string | undefined;
  mappingPackage: PackageReference | undefined;
  mappingFile: string;
}

/** The mapping that the parameters give, if any. */
export async function findMapping({
  mapping: pasted,
  mappingPackage,
  mappingFile: fileName,
}: MappingInput): Promise<Mapping | undefined> {
  if (pasted === undefined && mappingPackage === undefined && fileName === mappingFileName) return undefined;
  // Most runs have none, and what reads YAML is a third of a program.
  const { readMapping } = await import("../mapping/read-mapping.ts");
  return readMapping({ pasted, package: mappingPackage, fileName, usualFileName: mappingFileName });
}
