import type { Manifest } from "../graph/manifest.ts";
import { mapManifest } from "../mapping/map-manifest.ts";
import type { Mapping } from "../mapping/mapping-schema.ts";
import { readMapping } from "../mapping/read-mapping.ts";
import { describeTarget } from "../model/graph.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { findKind } from "../resources/index.ts";
import type { StepLog } from "../step/define-step.ts";
import { multilineText, packageReference, text, type PackageReference, type Parameter } from "../step/parameters.ts";
import { findThere } from "./find-there.ts";

export interface MappingParameters {
  mapping: Parameter<string | undefined>;
  mappingPackage: Parameter<PackageReference | undefined>;
  mappingFile: Parameter<string>;
}

/** What becomes of names, scopes and values on the way into the space. */
export function mappingParameters(): MappingParameters {
  return {
    mapping: multilineText({
      label: "Mapping",
      help: "A YAML document that says what becomes of names, scopes and values on the way into this space: environment *Production* is *Live* there. Blank, or a variable without a value, for a package that goes as it is, or when a package has the mapping.",
      default: "#{ManagedTenant.Mapping}",
      optional: true,
      keepTokens: true,
      mayBeUnresolved: true,
    }),
    mappingPackage: packageReference({
      label: "Mapping Package",
      help: "A package with the mapping, instead of the text above.",
      optional: true,
    }),
    mappingFile: text({ label: "Mapping File", help: "Where the package has it.", default: "mapping.yaml" }),
  };
}

export interface MappingInput {
  mapping: string | undefined;
  mappingPackage: PackageReference | undefined;
  mappingFile: string;
}

interface MappingContext {
  space: OctopusSpace;
  readVariable: (name: string) => string | undefined;
  log: StepLog;
}

/** The package as this space is to have it; as it is where no mapping is given. */
export async function mapPackage<T extends Manifest>(
  manifest: T,
  { mapping: pasted, mappingPackage, mappingFile }: MappingInput,
  context: MappingContext,
): Promise<T> {
  const mapping = readMapping({ pasted, package: mappingPackage, fileName: mappingFile });
  return mapping === undefined ? manifest : apply(manifest, mapping, context);
}

async function apply<T extends Manifest>(
  manifest: T,
  mapping: Mapping,
  { space, readVariable, log }: MappingContext,
): Promise<T> {
  const there = await findThere(manifest.graph, mapping, space);
  const mapped = mapManifest(manifest, mapping, { readVariable, ...there });
  for (const warning of mapped.warnings) log.warn(warning);
  for (const { about, text: remark } of mapped.remarks)
    log.info(`The mapping: ${describeTarget(about, findKind(about.kind)?.label)}: ${remark}.`);
  return mapped.manifest;
}
