import type { Manifest } from "../graph/manifest.ts";
import { mapManifest } from "../mapping/map-manifest.ts";
import type { Mapping } from "../mapping/mapping-schema.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import type { StepLog } from "../step/define-step.ts";
import { findThere } from "./find-there.ts";
import { capitalize, describeByKind } from "../resources/describe-by-kind.ts";

export interface MapPackageOptions {
  space: OctopusSpace;
  /** One Octopus variable of this run. */
  readVariable: (name: string) => string | undefined;
  log: Pick<StepLog, "info" | "warn">;
}

/**
 * The package as the space is to have it; the package itself without a mapping. The log is told what stays behind and which rules are
 * about nothing.
 * @throws {@link ParameterError} telling of everything that the mapping would widen, break, or call the same, at once
 */
export async function mapPackage<T extends Manifest>(
  manifest: T,
  mapping: Mapping | undefined,
  { space, readVariable, log }: MapPackageOptions,
): Promise<T> {
  if (mapping === undefined) return manifest;
  const there = await findThere(manifest.graph, mapping, { space, readVariable });
  const mapped = mapManifest(manifest, mapping, { readVariable, ...there });
  for (const { about, text } of mapped.remarks) log.info(`${capitalize(describeByKind(about))}: ${text}.`);
  for (const warning of mapped.warnings) log.warn(warning);
  return mapped.manifest;
}
