import { digestBaseline, toBaselineManifest } from "../baseline/baseline-manifest.ts";
import { parseOwnBaseline } from "../baseline/own-baseline.ts";
import { parseBaseline } from "../baseline/parse-baseline.ts";
import { manifestFileName, type Manifest } from "../graph/manifest.ts";
import { openPackageFiles, readArchive, readPackage } from "../graph/package-archive.ts";
import { ParameterError } from "../step/errors.ts";
import type { RehearseOptions } from "./rehearse.ts";

/** What is rehearsed, and by which version a deployment of it asks for the rehearsal. */
export type RehearsedContent = Pick<RehearseOptions, "manifest" | "version" | "isPartial" | "ownBaseline">;

/** A document as Populate Space takes it. @param name - what sentences call it */
export function readBaselineContent(text: string, name: string): RehearsedContent {
  const manifest = toBaselineManifest(parseBaseline(text, name));
  return { manifest, version: digestBaseline(manifest), isPartial: true, ownBaseline: undefined };
}

export interface PackageContent {
  /** What sentences call it. */
  name: string;
  version: string;
  /** The folder into which it was extracted, the path of the zip file, or its bytes. */
  source: string | Uint8Array;
  /** Where a package has a baseline that Populate Space takes. */
  baselineFile: string;
}

/**
 * A package that a Serialize step made, or one that has a baseline.
 * @throws {@link ParameterError} for a package that has neither
 */
export function readPackageContent({ name, version, source, baselineFile }: PackageContent): RehearsedContent {
  const readFile = openFiles(source, name);
  const baseline = readFile(baselineFile);
  if (readFile(manifestFileName) !== undefined) {
    const manifest = readPackage(source, name);
    const own = { fileName: baselineFile, packageId: manifest.package.id };
    return {
      manifest,
      version,
      isPartial: false,
      ownBaseline: baseline === undefined ? undefined : toBaselineManifest(parseOwnBaseline(baseline, own)),
    };
  }
  if (baseline !== undefined) return readBaselineContent(baseline, baselineFile);
  throw new ParameterError(
    `The package "${name}" has neither a ${manifestFileName}, as Serialize Project, Serialize Space and Serialize Runbook make it, nor a baseline "${baselineFile}". Choose a package that has one of them.`,
  );
}

function openFiles(source: string | Uint8Array, name: string): (path: string) => string | undefined {
  if (typeof source === "string") return openPackageFiles(source, name);
  const files = readArchive(source, name);
  return (path) => files.get(path);
}

/** What is told besides, with what each caller calls that; undefined for what nobody said. */
export type ContentOptions = Partial<Record<OptionName, string>>;

type OptionName = "projectName" | "intoProject" | "runbookName" | "mapping" | "places";

const isFor: Record<OptionName, readonly string[]> = {
  projectName: ["project"],
  intoProject: ["runbook"],
  runbookName: ["runbook"],
  mapping: ["project", "space", "runbook"],
  places: ["space"],
};

/** @throws {@link ParameterError} for what would do nothing, since no deployment of the content is told it */
export function refuseUnfit({ manifest, isPartial }: RehearsedContent, given: ContentOptions): void {
  const kind = isPartial ? "baseline" : manifest.root.kind;
  const names = Object.entries(isFor).flatMap(([option, kinds]) =>
    kinds.includes(kind) ? [] : (Object.entries(given).find(([key]) => key === option)?.[1] ?? []),
  );
  const [name] = names;
  if (name === undefined) return;
  throw new ParameterError(`${name} means nothing to ${describeContent(manifest, kind)}. Leave it away.`);
}

function describeContent({ package: { id } }: Manifest, kind: string): string {
  return kind === "baseline" ? `the baseline "${id}"` : `the package "${id}", which is of a ${kind}`;
}
