import {
  createManifest,
  manifestFileName,
  NewerFormatError,
  parseManifest,
  renderManifest,
  type Manifest,
} from "../graph/manifest.ts";
import type { Extras } from "../graph/extras.ts";
import { readArchive, writeArchive, type PackageFiles } from "../graph/package-archive.ts";
import type { GraphReading } from "../graph/read-graph.ts";
import type { PackChoices } from "../engines/engine.ts";
import { packForEngines } from "../engines/index.ts";
import type { Remark } from "../model/graph.ts";
import { compareVersions } from "../octopus/compare-versions.ts";
import { nextVersion } from "../octopus/next-version.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import {
  downloadPackage,
  findNewestPackage,
  listPackageVersions,
  pushPackage,
  type FeedPackage,
} from "../octopus/packages.ts";
import { StepError, UnavailableError } from "../step/errors.ts";
import { isSamePackage } from "./is-same-package.ts";
import { describeByKind } from "../resources/describe-by-kind.ts";

/** The newest package of an id, as far as it was read ahead. */
export interface SeenPackage {
  newest: FeedPackage | undefined;
  bytes?: Uint8Array | undefined;
}

/** What a package is made of. */
export interface PackageContent<T extends GraphReading = GraphReading> {
  packageId: string;
  reading: T;
  extras?: Extras | undefined;
  /** Further files, by path. */
  extraFiles?: readonly (readonly [string, string])[];
  /** Of the variables that deploying runs may have besides those of the graph. */
  variableNames?: readonly string[];
  /** The newest package of that id, when it was looked for already. */
  seen?: SeenPackage;
  /** @throws when the newest package of that id was made of something else; `made` is undefined for one that tells nothing of itself */
  refuseForeign(made: Manifest | undefined): void;
}

export interface PushOptions extends PackChoices {
  /** What a space is called that the module is to make; absent where it only fills one. */
  spaceName?: string | undefined;
  onlyPlan: boolean;
  now: () => Date;
}

export interface PushResult<T extends GraphReading = GraphReading> {
  packageId: string;
  /** The newest version in the feed, or with `onlyPlan` the one that would be pushed. */
  version: string;
  isChanged: boolean;
  reading: T;
  /** What was left out, or carried along without being understood. */
  remarks: { about: string; text: string }[];
}

/** The newest package of that id with its bytes, which wait for nothing that is read of the space. */
export async function readNewestPackage(space: OctopusSpace, packageId: string): Promise<SeenPackage> {
  const newest = await findNewestPackage(space, packageId);
  return { newest, bytes: newest && (await downloadPackage(space, newest)) };
}

/** Makes a package of what was read and pushes it to the space's built-in feed, unless the newest one there holds the same. */
export async function pushReading<T extends GraphReading>(
  space: OctopusSpace,
  content: PackageContent<T>,
  options: PushOptions,
): Promise<PushResult<T>> {
  const { packageId, reading, extras, extraFiles = [], variableNames = [] } = content;
  const { graph, stepTemplates } = reading;
  const packed = packForEngines(graph, { spaceName: undefined, ...options, variableNames, stepTemplates });
  const remarks = [...reading.graph.remarks, ...packed.remarks];
  const manifest = createManifest({
    root: reading.root,
    package: { id: packageId },
    source: reading.source,
    ...(reading.git !== undefined && { git: reading.git }),
    ...(extras !== undefined && { extras }),
    graph: { ...reading.graph, remarks },
  });
  const render = (version?: string): PackageFiles => {
    const own = version === undefined ? manifest : { ...manifest, package: { id: packageId, version } };
    return new Map([...packed.files, ...extraFiles, [manifestFileName, renderManifest(own)]]);
  };
  const pushed = await pushChanged(space, { ...content, files: render(), render }, options);
  return { ...pushed, packageId, reading, remarks: remarks.map(describeRemark) };
}

interface Pushing extends Pick<PackageContent, "packageId" | "refuseForeign" | "seen"> {
  files: PackageFiles;
  /** The files as those of that version. */
  render(version: string): PackageFiles;
}

/** Another run may push in between: then its package is the one to compare with. */
async function pushChanged(
  space: OctopusSpace,
  pushing: Pushing,
  { onlyPlan, now }: PushOptions,
): Promise<Pick<PushResult, "version" | "isChanged">> {
  const { packageId, render, seen } = pushing;
  for (let attempt = 0; attempt < 5; attempt++) {
    const known = attempt === 0 ? seen : undefined;
    const { newest, bytes } = known ?? { newest: await findNewestPackage(space, packageId) };
    if (newest !== undefined && (await holdsTheSame(space, newest, { ...pushing, bytes })))
      return { version: newest.version, isChanged: false };

    const version = nextVersion(now(), newest?.version);
    if (onlyPlan) return { version, isChanged: true };
    if (await pushPackage(space, { packageId, version, content: writeArchive(render(version)) }))
      return await yieldToFaster(space, pushing, { version, before: newest?.version });
  }
  throw new UnavailableError(
    `The package "${packageId}" could not be pushed: other runs were faster five times in a row. Run the step again.`,
  );
}

type Comparing = Omit<Pushing, "seen"> & Pick<SeenPackage, "bytes">;

async function holdsTheSame(space: OctopusSpace, known: FeedPackage, pushing: Comparing): Promise<boolean> {
  const bytes = pushing.bytes ?? (await downloadPackage(space, known));
  const files = readNewest(bytes, `${known.packageId}.${known.version}`);
  if (files !== undefined) pushing.refuseForeign(readMade(files, pushing.packageId));
  return files !== undefined && isSamePackage(files, pushing.files);
}

/**
 * Two runs that overlap find the same newest version, and push the same content under versions of two seconds. Of those the later
 * version goes; where the user may not delete packages it stays, and is as good as the other.
 */
async function yieldToFaster(
  space: OctopusSpace,
  pushing: Pushing,
  { version, before }: { version: string; before: string | undefined },
): Promise<Pick<PushResult, "version" | "isChanged">> {
  const own = { version, isChanged: true };
  const packages = await listPackageVersions(space, pushing.packageId);
  const pushed = packages.find((candidate) => candidate.version === version);
  const faster = packages.findLast(
    (candidate) =>
      compareVersions(candidate.version, version) < 0 &&
      (before === undefined || compareVersions(candidate.version, before) > 0),
  );
  if (pushed === undefined || faster === undefined || !(await holdsTheSame(space, faster, pushing))) return own;
  try {
    await space.remove(`/packages/${encodeURIComponent(pushed.id)}`);
    return { version: faster.version, isChanged: false };
  } catch (error) {
    if (error instanceof StepError) return own;
    throw error;
  }
}

function describeRemark({ about, text }: Remark): PushResult["remarks"][number] {
  return { about: describeByKind(about), text };
}

/** A package that another tool made has no manifest, or none that can be read: it is simply followed by one of ours. */
function readNewest(bytes: Uint8Array, packageName: string): PackageFiles | undefined {
  try {
    return readArchive(bytes, packageName);
  } catch {
    return undefined;
  }
}

/** What cannot be read tells nothing, and stands in nobody's way; the next package is whole again. */
function readMade(files: PackageFiles, packageId: string): Manifest | undefined {
  try {
    return parseManifest(new TextEncoder().encode(files.get(manifestFileName)), packageId);
  } catch (error) {
    if (error instanceof NewerFormatError) throw error;
    return undefined;
  }
}
