import type { Compared, PlannedResource } from "../compare/compare-graph.ts";
import type { Difference, KeptDifference } from "../compare/difference.ts";
import { describeKept } from "../compare/report.ts";
import { recordedIdentity } from "../compare/same-node.ts";
import type { Manifest } from "../graph/manifest.ts";
import { targetId, type GraphNode } from "../model/graph.ts";
import { textOf } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { findProjectByName } from "../octopus/projects.ts";
import { describeByKind } from "../resources/describe-by-kind.ts";
import { isInAnySpace } from "../resources/is-in-any-space.ts";
import { isOfTemplate, nameReceipt, type Receipt } from "../receipts/receipt.ts";
import { emptyMemory, type Memory } from "../receipts/memory.ts";
import { listInstalled, listReceipts, recallCopy, type Receipts } from "../receipts/receipts.ts";
import { ConflictError, NotFoundError } from "../step/errors.ts";
import { compareCopy } from "./compare-copy.ts";
import type { OwnCopy } from "./own-copy.ts";
import { createReceiptKeeper, type ReceiptDetails } from "./receipt-keeper.ts";
import { leaveOpen } from "./leave-open.ts";

export interface RecordCopyOptions {
  manifest: Manifest;
  /** The package's. */
  version: string;
  space: OctopusSpace;
  receipts: Receipts;
  /** Of a package of a project: the copy. */
  project: OctopusDocument | undefined;
  /** Of a package of a project: what the copy was asked to be called. */
  projectName: string;
  /**
   * Whose what differs from the package is: the engine's, which could not bring it and has just written all else; or nobody knows, so
   * that it is told until both agree, as of a project that people made.
   */
  differences: "engine's" | "open";
  /** By nodes of the package, the ids of what the engine made of them, as far as somebody knows them. */
  made?: readonly { node: GraphNode; id: string }[];
  /** Step templates of the package that the engine made; all others are people's. */
  madeTemplates: readonly GraphNode[];
  /** One Octopus variable of this run. */
  readSecret: (variable: string) => string | undefined;
  receiptKey: string | undefined;
  onlyPlan: boolean;
  /** For what is particular to the copy: its place in Git. */
  describeCopy?: ((details: ReceiptDetails) => Partial<Receipt>) | undefined;
}

/** What is noted of a copy that another engine made. */
export interface RecordedCopy {
  receiptName: string;
  /** Id of the project or the runbook; "" for a package of a space. */
  rootId: string;
  /** What of the package the space does not have, in sentences. */
  missing: string[];
  /** What it has otherwise, and a deployment would change. */
  different: string[];
  /** What it has otherwise and keeps, in sentences. */
  kept: string[];
  /** The version that was deployed last, of a copy that had a receipt and goes on with it: nothing is written then. */
  known?: string;
}

/**
 * Writes the receipt of a copy that something else than a deployment of ours made of a package: what the package says, and what the
 * space has, which is the base of every later compare. Nothing else is written.
 * @throws {@link NotFoundError} when the space has nothing of the package, {@link ConflictError} when a receipt says that the project
 * is a copy of another template
 */
export async function recordCopy(options: RecordCopyOptions): Promise<RecordedCopy> {
  const own = await findOwn(options);
  const compared = await compare(options, own);
  refuseNothing(options, compared);
  const recorded = {
    receiptName: own.receiptName,
    rootId: findRootId(options, compared),
    ...describeDifferences(compared, options),
  };
  // What is open there is known already, and a version that was not deployed would hide it.
  const known = options.differences === "open" ? own.receipt?.version : undefined;
  if (known !== undefined) return { ...recorded, known };
  const noted = options.differences === "open" ? leaveOpen(compared) : withUnsaid(compared);
  const keeper = createReceiptKeeper(
    { ...options, asked: toAsked(options) },
    { receipts: options.receipts, own, compared: noted, describeCopy: options.describeCopy },
  );
  if (!options.onlyPlan) await keeper.finish({});
  return recorded;
}

/**
 * The project that is to be noted as a copy.
 * @param projectId - where it is known; else its name tells it
 * @throws {@link NotFoundError} when the space has no such project
 */
export async function findCopiedProject(
  space: OctopusSpace,
  { projectId, projectName }: { projectId: string | undefined; projectName: string },
): Promise<OctopusDocument> {
  const found =
    projectId === undefined
      ? await findProjectByName(space, projectName)
      : await space.find(`/projects/${encodeURIComponent(projectId)}`);
  if (found !== undefined) return found;
  const what = projectId === undefined ? `"${projectName}"` : `with the id "${projectId}"`;
  throw new NotFoundError(
    `The space "${space.name}" has no project ${what}, so there is no copy to record. Make the copy first, or enter the name or id that it has.`,
  );
}

/** As the deployments of such packages do: see {@link OwnCopy}. */
function toAsked({ manifest: { root }, projectName }: RecordCopyOptions): string {
  if (root.kind === "project") return projectName;
  return root.kind === "runbook" ? root.key.join("/") : "";
}

/** The receipt that tells this project, or the one of its name. */
async function findOwn(options: RecordCopyOptions): Promise<OwnCopy> {
  const { manifest, project, receipts } = options;
  const all = listReceipts(receipts);
  const own = all.find(({ receipt }) => project !== undefined && receipt.project === project.Id);
  if (own !== undefined) refuseOther(options, own);
  const receiptName = own?.name ?? nameReceipt(manifest.package.id, toAsked(options));
  const known = own?.receipt ?? all.find(({ name }) => name === receiptName)?.receipt;
  const isSame = known !== undefined && (project === undefined || known.project === project.Id);
  const memory = isSame ? await recallCopy(receipts, receiptName) : emptyMemory;
  return {
    receiptName,
    receipt: isSame ? known : undefined,
    memory: withIds(memory, options),
    isUnfinished: false,
    isAdopted: false,
    isAdopting: memory.base.length === 0,
  };
}

function refuseOther({ manifest, project, space }: RecordCopyOptions, own: { name: string; receipt: Receipt }): void {
  const { source, package: packed } = manifest;
  const template = { packageId: packed.id, spaceId: source.space.id, projectId: source.project?.id ?? "" };
  if (isOfTemplate(own.receipt, template) || own.receipt.package === packed.id) return;
  throw new ConflictError(
    `The project "${textOf(project ?? {}, "Name")}" of the space "${space.name}" is a copy of another template: the receipt "${own.name}" says that it came from the package "${own.receipt.package}", and this is "${packed.id}". Choose a package of that template, or delete that receipt to let go of the copy.`,
  );
}

function withIds(memory: Memory, { manifest: { graph, root }, project, made = [] }: RecordCopyOptions): Memory {
  const node = graph.nodes.find((candidate) => targetId(candidate) === targetId(root));
  const own = project === undefined ? [] : [{ node: node ?? { ...root, body: {} }, id: project.Id }];
  const ids = [...made, ...own].map(({ node: one, id }) => [recordedIdentity(one), id] as const);
  return { ...memory, ids: { ...memory.ids, ...Object.fromEntries(ids) } };
}

/**
 * What the engine could not bring is known as a deployment that overwrites everything would: what is otherwise than the package by
 * then.
 */
function compare(
  { manifest, space, readSecret, receiptKey, receipts, project, differences, madeTemplates }: RecordCopyOptions,
  own: OwnCopy,
): Promise<Compared> {
  return compareCopy({
    space,
    manifest,
    ...(project !== undefined && {
      projectName: textOf(project, "Name"),
      known: new Map([["project", [project]]]),
    }),
    memory: own.memory,
    isUnfinished: false,
    isAdopting: own.isAdopting,
    overwrite: differences === "engine's",
    missingStepTemplates: "detach",
    installed: listInstalled(receipts),
    claimsUsed: false,
    madeTemplates,
    secrets: { readVariable: readSecret, missing: "leave", key: receiptKey },
  });
}

/** What an empty space has, too, is nobody's copy; a package that has nothing else is in any space. */
function refuseNothing({ manifest, space }: RecordCopyOptions, { plan }: Compared): void {
  const { root, package: packed } = manifest;
  const own = plan.resources.filter(({ target }) => !isInAnySpace(target));
  const telling = root.kind === "space" && own.length > 0 ? own : plan.resources;
  const isThere = (resource: PlannedResource): boolean =>
    resource.id !== undefined && (root.kind === "space" || targetId(resource.target) === targetId(root));
  if (telling.some(isThere)) return;
  const what = root.kind === "space" ? `nothing of what the package "${packed.id}" has` : `no ${describeByKind(root)}`;
  throw new NotFoundError(
    `The space "${space.name}" has ${what.replace(/^no the /, "no ")}, so there is no copy to record. Make the copy first, or choose the space and the package that belong together.`,
  );
}

function findRootId({ manifest: { root } }: RecordCopyOptions, { plan }: Compared): string {
  return plan.resources.find(({ target }) => targetId(target) === targetId(root))?.id ?? "";
}

/** What the engine wrote where the package says nothing is what the space had from the beginning. */
function withUnsaid(compared: Compared): Compared {
  return {
    ...compared,
    plans: compared.plans.map((plan) => ({
      ...plan,
      merge: { ...plan.merge, kept: plan.merge.kept.filter(({ isUnsaid }) => isUnsaid !== true) },
    })),
  };
}

function describeDifferences(
  { plan }: Compared,
  { differences }: Pick<RecordCopyOptions, "differences">,
): Pick<RecordedCopy, "missing" | "different" | "kept"> {
  const listUnsaid = ({ kept }: PlannedResource): KeptDifference[] =>
    differences === "open" ? [] : kept.filter(({ isUnsaid }) => isUnsaid === true);
  const listDifferent = (resource: PlannedResource): Pick<Difference, "path">[] => [
    ...(resource.action === "update" ? resource.changes : []),
    ...(resource.action === "create" ? [] : listUnsaid(resource)),
  ];
  return {
    missing: plan.resources.filter(({ action }) => action === "create").map(({ description }) => description),
    different: plan.resources.flatMap((resource) => {
      const places = listDifferent(resource).map(({ path }) => path.join(" › "));
      return places.length === 0 ? [] : [`${resource.description}: ${places.join(", ")}`];
    }),
    kept: plan.resources.flatMap((resource) => describeKept(resource)).map(({ text }) => text),
  };
}
