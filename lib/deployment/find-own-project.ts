import { recordedIdentity } from "../compare/same-node.ts";
import type { ProjectManifest } from "../graph/manifest.ts";
import { targetId } from "../model/graph.ts";
import { textOf } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { isSameName } from "../octopus/same-name.ts";
import type { OwnCopy } from "./own-copy.ts";
import { emptyMemory, type Memory } from "../receipts/memory.ts";
import { nameModule } from "../receipts/receipt-module.ts";
import { recallCopy, type Receipts } from "../receipts/receipts.ts";
import type { Receipt } from "../receipts/receipt.ts";
import { isVersionControlled } from "../resources/version-control.ts";
import { whyUncarried } from "../resources/uncarried-project.ts";
import { ConflictError } from "../step/errors.ts";
import { describeOther, describeSlug } from "./describe-other-project.ts";
import { findOwnReceipt } from "./find-own-receipt.ts";
import { isMadeBy } from "./is-made-by.ts";

/** The project that is the copy, or is to become it, with what else has the name that it is to get. */
export type OwnProject = OwnCopy & Required<Pick<OwnCopy, "known">>;

export interface FindOwnProjectOptions {
  space: OctopusSpace;
  receipts: Receipts;
  manifest: ProjectManifest;
  projectName: string;
  adopt: boolean;
  /** Whether it is a copy beside those that the space has of the template. */
  isAnother: boolean;
  /** Whether the package's project keeps its process in Git. */
  isInGit: boolean;
  /** Whether a copy that people deleted is made again. */
  makesAgain?: boolean;
}

/**
 * Ours is the project whose id the receipt has, or that a run was making when it was killed, as far as it is what that run made.
 * @throws {@link ConflictError} for any other project of that name or slug, unless it is to be adopted, for one that keeps its
 * process elsewhere than the package's does, and for one that people deleted, unless it is to be made again
 */
export async function findOwnProject(options: FindOwnProjectOptions): Promise<OwnProject> {
  const { space, receipts, projectName, isInGit } = options;
  const { receiptName, receipt, project: noted } = await findOwnReceipt(options);
  const memory = await recallCopy(receipts, receiptName);
  const project = noted ?? (await findRemembered(options, memory));
  if (receipt !== undefined && project !== undefined) {
    const isRenamed = !isSameName(textOf(project, "Name"), projectName);
    const namesakes = isRenamed ? await listNamed(space, projectName) : [];
    const projects = [project, ...namesakes.filter(({ Id }) => Id !== project.Id)];
    return refuseOtherPlace(project, {
      isInGit,
      own: { ...toOwn(receipt, memory), receiptName, memory, known: toKnown(projects) },
    });
  }
  return findUnrecorded(options, { receiptName, receipt, memory });
}

type Claim = Pick<OwnProject, "receiptName" | "receipt" | "memory">;

/** No receipt tells its id: there is none yet, a run was killed while it made it, or it is a person's. */
async function findUnrecorded(options: FindOwnProjectOptions, claim: Claim): Promise<OwnProject> {
  const { space, projectName, adopt, isInGit, receipts } = options;
  const [named] = await listNamed(space, projectName);
  const known = toKnown(named === undefined ? [] : [named]);
  const { receipt, memory } = claim;
  const isBeingMade = receipt !== undefined && receipt.version === undefined;
  if (named === undefined) {
    if (options.makesAgain !== true) refuseDeleted(options, claim);
    await refuseTakenSlug(options);
    const isMadeAgain = receipt?.project !== undefined && receipt.version !== undefined;
    return { ...(isBeingMade ? { ...claim, ...toOwn(receipt, memory) } : toNew(claim)), known, isMadeAgain };
  }
  if (isBeingMade && (receipt.isAdopted === true || isMadeBy(memory, named)))
    return refuseOtherPlace(named, { isInGit, own: { ...claim, ...toOwn(receipt, memory), known } });
  if (!adopt) throw new ConflictError(describeOther(named, { space, receipts }));
  const adopted = { ...toNew(claim), isAdopted: true, isAdopting: true, known };
  return refuseOtherPlace(named, { isInGit, own: withId(options.manifest, adopted, named) });
}

/** What people took away comes back when somebody says so, and not by the next deployment to all spaces. */
function refuseDeleted({ space, manifest }: FindOwnProjectOptions, { receiptName, receipt }: Claim): void {
  if (receipt?.project === undefined || receipt.version === undefined) return;
  throw new ConflictError(
    `The space "${space.name}" has no copy of "${manifest.source.project.name}" any more: version ${receipt.version} was deployed to ${receipt.project}, which people deleted since, or hid from ${space.server.caller}. Set "When the Copy Was Deleted" to make it again, or let go of it: take the tenant off this runbook's project, or delete the script module "${nameModule(receiptName)}" in that space.`,
  );
}

/** Octopus does not tell names apart by upper and lower case. */
async function listNamed(space: OctopusSpace, name: string): Promise<OctopusDocument[]> {
  const candidates = await space.list("/projects", { partialName: name });
  return candidates.filter((project) => isSameName(textOf(project, "Name"), name));
}

/** A project that was renamed keeps its slug. @throws {@link ConflictError} since a project with that slug cannot be made */
async function refuseTakenSlug({ space, manifest, projectName }: FindOwnProjectOptions): Promise<void> {
  const { root, graph, source } = manifest;
  const slug = textOf(graph.nodes.find(({ kind }) => kind === root.kind)?.body ?? {}, "Slug");
  if (slug === "" || projectName !== source.project.name) return;
  const other = await space.find(`/projects/${encodeURIComponent(slug)}`);
  if (other !== undefined && isSameName(textOf(other, "Slug"), slug))
    throw new ConflictError(describeSlug(other, { space, projectName }));
}

/** A project that an earlier run made and did not come to move to Git is moved now; one that people work in is not. */
function refuseOtherPlace(
  project: OctopusDocument,
  { isInGit, own }: { isInGit: boolean; own: OwnProject },
): OwnProject {
  const reason = whyUncarried(project);
  if (reason !== undefined) throw new ConflictError(`In the managed space: ${reason.replace(/^T/, "t")}`);
  const isThere = isVersionControlled(project);
  if (isThere === isInGit || (isInGit && own.isUnfinished)) return own;
  const name = `The project "${textOf(project, "Name")}" (${project.Id}) in the managed space`;
  throw new ConflictError(
    isThere
      ? `${name} keeps its process in Git, and the package's keeps it in Octopus, which has no way back from Git. Choose another "Project Name", or rename that project and make the copy anew (docs/git-hosts.md, "Back to the database").`
      : `${name} keeps its process in Octopus, and the package's keeps it in Git. Run the step "Move Copies to Git" for this space first, or choose another "Project Name".`,
  );
}

function toOwn(
  receipt: Receipt,
  memory: Memory,
): Pick<OwnProject, "receipt" | "isUnfinished" | "isAdopted" | "isAdopting"> {
  const isAdopted = receipt.isAdopted === true;
  const isOpen = receipt.version === undefined && memory.base.length === 0;
  return { receipt, isUnfinished: isOpen && !isAdopted, isAdopted, isAdopting: isOpen && isAdopted };
}

/** A copy that people deleted is made anew: nothing of what it was tells anything about the new one. */
function toNew({ receiptName, receipt }: Claim): Omit<OwnProject, "known"> {
  return { receiptName, receipt, memory: emptyMemory, isUnfinished: false, isAdopted: false, isAdopting: false };
}

function toKnown(projects: OctopusDocument[]): OwnProject["known"] {
  return new Map([["project", projects]]);
}

function withId(manifest: ProjectManifest, own: OwnProject, { Id }: OctopusDocument): OwnProject {
  return { ...own, memory: { ...own.memory, ids: { ...own.memory.ids, [rootIdentity(manifest)]: Id } } };
}

function rootIdentity({ graph, root }: ProjectManifest): string {
  const node = graph.nodes.find((candidate) => targetId(candidate) === targetId(root));
  return recordedIdentity(node ?? { ...root, body: {} });
}

/** A run that was killed between its last two writes has noted the id, and not yet in the receipt. */
async function findRemembered(
  { space, manifest }: FindOwnProjectOptions,
  { ids }: Memory,
): Promise<OctopusDocument | undefined> {
  const id = ids[rootIdentity(manifest)];
  return id === undefined ? undefined : space.find(`/projects/${id}`);
}
