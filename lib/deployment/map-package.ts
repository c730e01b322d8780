import { listMissing } from "../compare/find-look-ups.ts";
import { createSpaceDirectory } from "../compare/space-directory.ts";
import type { Manifest } from "../graph/manifest.ts";
import { listWanted } from "../mapping/apply-mapping.ts";
import { mapManifest } from "../mapping/map-manifest.ts";
import type { Mapping } from "../mapping/mapping-schema.ts";
import { describeTarget, targetId, type Target } from "../model/graph.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { findKind } from "../resources/index.ts";
import type { StepLog } from "../step/define-step.ts";

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
  const has = await findThere(manifest, mapping, space);
  const mapped = mapManifest(manifest, mapping, { readVariable, ...(has && { has }) });
  for (const { about, text } of mapped.remarks) log.info(`${sayAbout(about)}: ${text}.`);
  for (const warning of mapped.warnings) log.warn(warning);
  return mapped.manifest;
}

/** The space is only asked where the mapping says what to do about what it does not have. */
async function findThere(
  { graph }: Manifest,
  mapping: Mapping,
  space: OctopusSpace,
): Promise<((target: Target) => boolean) | undefined> {
  if (mapping.scopes === undefined) return undefined;
  const missing = await listMissing(listWanted(graph, mapping), { space, directory: createSpaceDirectory(space) });
  const ids = new Set(missing.map(({ kind, key }) => targetId({ kind, key })));
  return ({ kind, key }) => !ids.has(targetId({ kind, key }));
}

function sayAbout(about: Target): string {
  const said = describeTarget(about, findKind(about.kind)?.label);
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}`;
}
