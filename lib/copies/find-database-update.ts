import { refuseProblems, type Plan } from "../compare/compare-graph.ts";
import { describeKept, describeWrite } from "../compare/report.ts";
import { requireProject, type ProjectManifest } from "../graph/manifest.ts";
import { readPackage } from "../graph/package-archive.ts";
import { compareVersions } from "../octopus/compare-versions.ts";
import { downloadPackage, listPackageVersions } from "../octopus/packages.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { NotFoundError } from "../step/errors.ts";
import { askedNameOf } from "../receipts/receipt.ts";
import { compareCopy } from "../deployment/compare-copy.ts";
import { mapAgain } from "../deployment/map-again.ts";
import type { Copy } from "./find-copies.ts";

/** How a copy in the database stands to the newest package of its template. */
export interface DatabaseUpdate {
  status: "up-to-date" | "mergeable" | "conflicting";
  /** The version that was deployed last, and the newest one. */
  deployed: string;
  newest: string;
  /** How many versions lie between the two. */
  behind: number;
  /** What a deployment of the newest would write, one line each. */
  changes: string[];
  /** What people of the managed space changed and a deployment would keep. */
  edits: string[];
  /** Those of them that the package has something else for. */
  conflicts: string[];
}

/** A package of the template, read once for all copies. */
export interface NewestPackage {
  manifest: ProjectManifest;
  version: string;
  /** All versions in the feed, the newest first. */
  versions: string[];
}

/** @throws {@link NotFoundError} when the feed has no version of the package */
export async function readNewestPackage(space: OctopusSpace, packageId: string): Promise<NewestPackage> {
  const versions = await listPackageVersions(space, packageId);
  const [newest] = versions;
  if (newest === undefined)
    throw new NotFoundError(
      `The built-in feed of the space "${space.name}" has no package "${packageId}". Run "__ 1. Serialize Project" first.`,
    );
  const name = `${packageId}.${newest.version}`;
  const manifest = requireProject(readPackage(await downloadPackage(space, newest), name), name);
  return { manifest, version: newest.version, versions: versions.map(({ version }) => version) };
}

/** What deploying the newest package would do; writes nothing. */
export async function findDatabaseUpdate(copy: Copy, newest: NewestPackage): Promise<DatabaseUpdate> {
  const deployed = copy.receipt.version ?? "";
  const { resources } = await planDeployment(copy, newest);
  const kept = resources.flatMap(describeKept);
  const changes = resources.flatMap((resource) => describeWrite(resource, { onlyPlan: true }) ?? []);
  const conflicts = kept.filter(({ isConflict }) => isConflict).map(({ text }) => text);
  const behind = newest.versions.filter((version) => compareVersions(version, deployed) > 0).length;
  return {
    status: conflicts.length > 0 ? "conflicting" : behind > 0 || changes.length > 0 ? "mergeable" : "up-to-date",
    deployed,
    newest: newest.version,
    behind,
    changes,
    edits: kept.map(({ text }) => text),
    conflicts,
  };
}

/** A copy that is called as its template was follows a new name of that. */
function toAskedName({ receipt, receiptName }: Copy, { source }: ProjectManifest): string {
  const asked = askedNameOf(receipt, receiptName);
  return asked === receipt.upstream?.["project"] ? source.project.name : asked;
}

async function planDeployment(copy: Copy, newest: NewestPackage): Promise<Plan> {
  const { space, receipt, project } = copy;
  const manifest = await mapAgain(newest.manifest, receipt, space);
  const isOpen = receipt.version === undefined;
  const { plan } = await compareCopy({
    space,
    manifest,
    memory: await copy.recall(),
    projectName: toAskedName(copy, manifest),
    ...(project !== undefined && { known: new Map([[manifest.root.kind, [project]]]) }),
    overwrite: false,
    installed: copy.installed,
    claimsUsed: receipt.version !== undefined && receipt.installed === undefined,
    isUnfinished: isOpen && receipt.isAdopted !== true,
    isAdopting: isOpen && receipt.isAdopted === true,
    // Which secrets are new is for the run that has them.
    secrets: { readVariable: () => undefined, missing: "leave" },
  });
  refuseProblems(plan);
  return plan;
}
