import { packForEngines } from "../../lib/engines/index.ts";
import { nameCompanion } from "../../lib/install/runbook-names.ts";
import { describeTarget, type Remark } from "../../lib/model/graph.ts";
import { readProject, type ProjectReading, type ReadOptions, type Source } from "../../lib/graph/read-graph.ts";
import {
  createManifest,
  manifestFileName,
  NewerFormatError,
  parseManifest,
  renderManifest,
} from "../../lib/graph/manifest.ts";
import { readArchive, writeArchive, type PackageFiles } from "../../lib/graph/package-archive.ts";
import { textOf } from "../../lib/model/json.ts";
import { findKind } from "../../lib/resources/index.ts";
import { compareVersions } from "../../lib/octopus/compare-versions.ts";
import { nextVersion } from "../../lib/octopus/next-version.ts";
import type { OctopusDocument, OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { packageIdOf } from "../../lib/octopus/package-id.ts";
import {
  downloadPackage,
  findNewestPackage,
  listPackageVersions,
  pushPackage,
  type FeedPackage,
} from "../../lib/octopus/packages.ts";
import { listVariableNames } from "../../lib/octopus/variable-names.ts";
import { isSameName } from "../../lib/octopus/same-name.ts";
import type { StepLog } from "../../lib/step/define-step.ts";
import { ConflictError, StepError, UnavailableError } from "../../lib/step/errors.ts";
import { listSecretVariables } from "./describe-secrets.ts";
import { readExtras } from "./read-extras.ts";
import { isSamePackage } from "./is-same-package.ts";

export interface PushOptions extends Omit<ReadOptions, "projects" | "onProgress"> {
  terraformBackend: string | undefined;
  detachStepTemplates: boolean;
  /** Whether the package carries the project's links to tenants and their values. */
  includeTenants: boolean;
  onlyPlan: boolean;
  log: StepLog;
  now: () => Date;
}

export interface PushResult {
  packageId: string;
  /** The newest version in the feed, or with `onlyPlan` the one that would be pushed. */
  version: string;
  isChanged: boolean;
  reading: ProjectReading;
  /** What was left out, or carried along without being understood. */
  remarks: { about: string; text: string }[];
  /** What is no resource and no part of the package, in sentences. */
  staying: string[];
}

/** Serializes a project and pushes the package to the space's built-in feed, unless the newest one there holds the same. */
export async function pushProjectPackage(space: OctopusSpace, name: string, options: PushOptions): Promise<PushResult> {
  const { log } = options;
  log.progress(5, `reading the project "${name}"`);
  const projects = await space.list("/projects");
  const reading = await readProject(space, name, {
    ...options,
    projects,
    onProgress: (percent, doing) => log.progress(percent, doing),
  });
  const excludedEnvironments = options.exclude?.environments ?? [];
  const packageId = packageIdOf(name);
  refuseSharedId(packageId, name, projects);
  log.progress(80, "comparing with the newest package");
  const [{ extras, files: extraFiles, staying }, variableNames, newest] = await Promise.all([
    readExtras(space, reading.documents, { excludedEnvironments, includeTenants: options.includeTenants }),
    listNamesOfRuns(space, reading, projects),
    findNewestPackage(space, packageId),
  ]);
  const packed = packForEngines(reading.graph, { ...options, variableNames });
  const remarks = [...reading.graph.remarks, ...packed.remarks];
  const manifest = createManifest({
    root: reading.root,
    package: { id: packageId },
    source: reading.source,
    ...(reading.git !== undefined && { git: reading.git }),
    ...(extras !== undefined && { extras }),
    graph: { ...reading.graph, remarks },
  });
  const files = new Map([...packed.files, ...extraFiles, [manifestFileName, renderManifest(manifest)]]);
  const pushed = await pushChanged(space, { packageId, files, reading, projects, newest }, options);
  return { ...pushed, packageId, reading, remarks: remarks.map(describeRemark), staying };
}

/** What deploying runs have in the template's project or its companion; only secrets may be taken for another variable. */
async function listNamesOfRuns(
  space: OctopusSpace,
  { graph, source: { project } }: ProjectReading,
  projects: OctopusDocument[],
): Promise<string[]> {
  if (listSecretVariables(graph).length === 0) return [];
  const companion = nameCompanion(project.name);
  const carriers = projects.filter(({ Id, Name }) => Id === project.id || isSameName(String(Name), companion));
  return (await Promise.all(carriers.map((carrier) => listVariableNames(space, carrier)))).flat();
}

interface Pushing {
  packageId: string;
  files: PackageFiles;
  reading: ProjectReading;
  projects: OctopusDocument[];
  /** When the project was read. */
  newest: FeedPackage | undefined;
}

/** Another run may push in between: then its package is the one to compare with. */
async function pushChanged(
  space: OctopusSpace,
  pushing: Pushing,
  { onlyPlan, now }: PushOptions,
): Promise<Pick<PushResult, "version" | "isChanged">> {
  const { packageId, files } = pushing;
  for (let attempt = 0; attempt < 5; attempt++) {
    const newest = attempt === 0 ? pushing.newest : await findNewestPackage(space, packageId);
    if (newest !== undefined && (await holdsTheSame(space, newest, pushing)))
      return { version: newest.version, isChanged: false };

    const version = nextVersion(now(), newest?.version);
    if (onlyPlan) return { version, isChanged: true };
    if (await pushPackage(space, { packageId, version, content: writeArchive(files) }))
      return await yieldToFaster(space, pushing, { version, before: newest?.version });
  }
  throw new UnavailableError(
    `The package "${packageId}" could not be pushed: other runs were faster five times in a row. Run the step again.`,
  );
}

async function holdsTheSame(space: OctopusSpace, known: FeedPackage, pushing: Pushing): Promise<boolean> {
  const bytes = await downloadPackage(space, known);
  const files = readNewest(bytes, `${known.packageId}.${known.version}`);
  if (files !== undefined) refuseForeignPackage(files, pushing);
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
  return { about: describeTarget(about, findKind(about.kind)?.label ?? about.kind), text };
}

function refuseSharedId(packageId: string, name: string, projects: OctopusDocument[]): void {
  const rival = projects
    .map((project) => textOf(project, "Name"))
    .find((other) => !isSameName(other, name) && packageIdOf(other) === packageId);
  if (rival === undefined) return;
  throw new ConflictError(
    `The projects "${name}" and "${rival}" would share the package id "${packageId}". Rename one of them.`,
  );
}

/** A package that another tool made has no manifest, or none that can be read: it is simply followed by one of ours. */
function readNewest(bytes: Uint8Array, packageName: string): PackageFiles | undefined {
  try {
    return readArchive(bytes, packageName);
  } catch {
    return undefined;
  }
}

function refuseForeignPackage(files: PackageFiles, { packageId, reading, projects }: Pushing): void {
  const made = readSource(files, packageId);
  const project = made?.project;
  if (made === undefined || project === undefined || project.id === reading.source.project.id) return;
  const other = projects.find(({ Id }) => Id === project.id);
  if (made.space.id === reading.source.space.id && other === undefined) return;
  const owner =
    other === undefined
      ? `the project "${project.name}" of the space "${made.space.name}"`
      : `the project "${textOf(other, "Name")}"`;
  throw new ConflictError(
    `The newest package "${packageId}" in the built-in feed was made from ${owner}. Rename this project, or delete that package if it is no longer needed.`,
  );
}

/** What cannot be read tells nothing, and stands in nobody's way; the next package is whole again. */
function readSource(files: PackageFiles, packageId: string): Source | undefined {
  try {
    return parseManifest(new TextEncoder().encode(files.get(manifestFileName)), packageId).source;
  } catch (error) {
    if (error instanceof NewerFormatError) throw error;
    return undefined;
  }
}
