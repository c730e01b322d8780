import { refuseProblems, type Plan, type PlannedResource } from "../compare/compare-graph.ts";
import { describeConflicts, type PlanConflict } from "../compare/describe-conflict.ts";
import { describeKept, describeWrite } from "../compare/report.ts";
import { recordedIdentity } from "../compare/same-node.ts";
import { compareCopy } from "../deployment/compare-copy.ts";
import { findStrangers } from "../deployment/find-strangers.ts";
import { mapAgain } from "../deployment/map-again.ts";
import type { Manifest } from "../graph/manifest.ts";
import { targetId } from "../model/graph.ts";
import { compareVersions } from "../octopus/compare-versions.ts";
import type { Memory } from "../receipts/memory.ts";
import { askedNameOf, rootKindOf } from "../receipts/receipt.ts";
import { getKind } from "../resources/index.ts";
import { ParameterError } from "../step/errors.ts";
import type { Copy } from "./find-copies.ts";
import type { NewestPackage } from "./newest-package.ts";

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
  conflicts: PlanConflict[];
  /** The plan that tells all of this. */
  resources: PlannedResource[];
}

/** What deploying the newest package would do; writes nothing. @returns undefined when people deleted what the copy is */
export async function findDatabaseUpdate(copy: Copy, newest: NewestPackage): Promise<DatabaseUpdate | undefined> {
  const plan = await planDeployment(copy, newest);
  if (plan === undefined) return undefined;
  const isOverwritten = copy.receipt.overwrites === true;
  const kept = plan.resources.flatMap((resource) => describeKept(resource, { isOverwritten }));
  const changes = plan.resources.flatMap((resource) => describeWrite(resource, { onlyPlan: true }) ?? []);
  const conflicts = plan.resources.flatMap((resource) => describeConflicts(resource, { isOverwritten }));
  const deployed = newest.deployed ?? copy.receipt.version ?? "";
  const behind = newest.versions.filter((version) => compareVersions(version, deployed) > 0).length;
  return {
    status: conflicts.length > 0 ? "conflicting" : behind > 0 || changes.length > 0 ? "mergeable" : "up-to-date",
    deployed,
    newest: newest.version,
    behind,
    changes,
    edits: kept.map(({ text }) => text),
    conflicts,
    resources: plan.resources,
  };
}

/** A copy that is called as its template was follows a new name of that. */
function toAskedName({ receipt, receiptName }: Copy, { source }: Manifest): string {
  const asked = askedNameOf(receipt, receiptName);
  return asked === receipt.upstream?.["project"] ? (source.project?.name ?? asked) : asked;
}

async function planDeployment(copy: Copy, newest: NewestPackage): Promise<Plan | undefined> {
  const { space, receipt, project } = copy;
  refuseOther(copy, newest);
  const manifest = await mapAgain(newest.manifest, receipt, space);
  const memory = await copy.recall();
  const isOpen = receipt.version === undefined;
  const isOfProject = receipt.root === undefined;
  const isAdopting = receipt.isAdopted === true && (isOpen || !isOfProject);
  const compared = await compareCopy({
    space,
    manifest,
    memory,
    isPartial: receipt.isPartial,
    ...(isOfProject && { projectName: toAskedName(copy, manifest) }),
    ...(project !== undefined && { known: new Map([[manifest.root.kind, [project]]]) }),
    overwrite: false,
    installed: copy.installed,
    claimsUsed: receipt.version !== undefined && receipt.installed === undefined,
    isUnfinished: isOpen && isOfProject && !isAdopting,
    isAdopting,
    // Which secrets are new is for the run that has them.
    secrets: { readVariable: () => undefined, missing: "leave" },
  });
  const { plan } = compared;
  const strangers = isOfProject || isAdopting ? [] : findStrangers(compared);
  const problems = [...plan.problems, ...strangers];
  if (isRemoved(findRoot(plan, manifest)) || (problems.length > 0 && (await isRootGone(copy, manifest, memory))))
    return undefined;
  refuseProblems({ problems, obstacles: plan.obstacles });
  return plan;
}

/** Somebody pushed a package of something else under that id. */
function refuseOther({ receipt, origin }: Copy, { manifest, version }: NewestPackage): void {
  if (manifest.root.kind === rootKindOf(receipt)) return;
  throw new ParameterError(
    `The package "${manifest.package.id}.${version}" is one of a ${manifest.root.kind}, and the copy was made of the ${origin}. Serialize that under another package id.`,
  );
}

function findRoot(plan: Plan, { root }: Manifest): PlannedResource | undefined {
  return plan.resources.find(({ target }) => targetId(target) === targetId(root));
}

function isRemoved(root: PlannedResource | undefined): boolean {
  return root?.action === "skip" && root.kept.some(({ what }) => what === "removed");
}

/** What it belongs to may be gone with it. */
async function isRootGone({ space }: Copy, { root, graph }: Manifest, { ids }: Memory): Promise<boolean> {
  const node = graph.nodes.find((candidate) => targetId(candidate) === targetId(root));
  const id = node && ids[recordedIdentity(node)];
  const found = id === undefined ? undefined : await getKind(root.kind).listByIds?.(space, [id]);
  return found?.length === 0;
}
