import { receiptSetName, type Receipt, type Receipts } from "../../lib/apply/receipt.ts";
import { textOf } from "../../lib/json.ts";
import type { OctopusDocument, OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { ConflictError } from "../../lib/step/errors.ts";

/** What is known of the copy before anything is done. */
export interface OwnProject {
  receipt: Partial<Receipt>;
  /** Made by a run that did not come to its end. */
  isUnfinished: boolean;
  /** Was there before, made by people. */
  isAdopted: boolean;
}

export interface FindOwnProjectOptions {
  space: OctopusSpace;
  receipts: Receipts;
  receiptName: string;
  projectName: string;
  adopt: boolean;
}

/**
 * Ours is the project whose id the receipt has, or that has the name while the receipt says that it is being made.
 * @throws {@link ConflictError} for any other project of that name, unless it is to be adopted
 */
export async function findOwnProject({
  space,
  receipts,
  receiptName,
  projectName,
  adopt,
}: FindOwnProjectOptions): Promise<OwnProject> {
  const receipt = receipts.find(receiptName);
  const recorded = receipt?.project === undefined ? undefined : await space.find(`/projects/${receipt.project}`);
  if (receipt !== undefined && recorded !== undefined) return refuseGit(recorded, toOwn(receipt));
  const named = await findNamed(space, projectName);
  const isBeingMade = receipt !== undefined && receipt.project === undefined && receipt.version === undefined;
  if (isBeingMade) return toOwn(receipt);
  if (named === undefined) return { receipt: {}, isUnfinished: false, isAdopted: false };
  if (!adopt) throw new ConflictError(describeConflict(named, { space, receipts, receiptName }));
  return refuseGit(named, { receipt: { project: named.Id }, isUnfinished: false, isAdopted: true });
}

/** Octopus does not tell names apart by upper and lower case. */
async function findNamed(space: OctopusSpace, name: string): Promise<OctopusDocument | undefined> {
  const candidates = await space.list("/projects", { partialName: name });
  return candidates.find((project) => textOf(project, "Name").toLowerCase() === name.toLowerCase());
}

function refuseGit(project: OctopusDocument, own: OwnProject): OwnProject {
  if (project["IsVersionControlled"] !== true) return own;
  throw new ConflictError(
    `The project "${textOf(project, "Name")}" (${project.Id}) in the managed space keeps its process in Git, where this version cannot write. Choose another "Project Name".`,
  );
}

function toOwn(receipt: Receipt): OwnProject {
  return {
    receipt,
    isUnfinished: receipt.version === undefined && receipt.isAdopted !== true,
    isAdopted: receipt.isAdopted === true,
  };
}

function describeConflict(
  project: OctopusDocument,
  { space, receipts, receiptName }: { space: OctopusSpace; receipts: Receipts; receiptName: string },
): string {
  const other = receipts.list().find(({ receipt }) => receipt.project === project.Id);
  const whose =
    other === undefined
      ? `no receipt in the variable set "${receiptSetName}" names it`
      : `the receipt "${other.name}" in "${receiptSetName}" says that it came from the package "${other.receipt.package}"`;
  return `The space "${space.name}" has a project "${textOf(project, "Name")}" (${project.Id}) that this step did not make: ${whose}, and "${receiptName}" is not there. Rename that project, choose another "Project Name", or set "Adopt an Existing Project".`;
}
