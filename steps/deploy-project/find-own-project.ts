import { receiptSetName, type Receipt, type Receipts } from "../../lib/receipts/receipt.ts";
import { textOf } from "../../lib/model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { isVersionControlled } from "../../lib/resources/version-control.ts";
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
  /** Whether the package's project keeps its process in Git. */
  isInGit: boolean;
}

/**
 * Ours is the project whose id the receipt has, or that has the name while the receipt says that it is being made.
 * @throws {@link ConflictError} for any other project of that name, unless it is to be adopted, and for one that keeps its process
 * elsewhere than the package's does
 */
export async function findOwnProject({
  space,
  receipts,
  receiptName,
  projectName,
  adopt,
  isInGit,
}: FindOwnProjectOptions): Promise<OwnProject> {
  const receipt = receipts.find(receiptName);
  const recorded = receipt?.project === undefined ? undefined : await space.find(`/projects/${receipt.project}`);
  if (receipt !== undefined && recorded !== undefined)
    return refuseOtherPlace(recorded, { isInGit, own: toOwn(receipt) });
  const named = await findNamed(space, projectName);
  const isBeingMade = receipt !== undefined && receipt.project === undefined && receipt.version === undefined;
  if (isBeingMade) return toOwn(receipt);
  if (named === undefined) return { receipt: {}, isUnfinished: false, isAdopted: false };
  if (!adopt) throw new ConflictError(describeConflict(named, { space, receipts, receiptName }));
  return refuseOtherPlace(named, {
    isInGit,
    own: { receipt: { project: named.Id }, isUnfinished: false, isAdopted: true },
  });
}

/** Octopus does not tell names apart by upper and lower case. */
async function findNamed(space: OctopusSpace, name: string): Promise<OctopusDocument | undefined> {
  const candidates = await space.list("/projects", { partialName: name });
  return candidates.find((project) => textOf(project, "Name").toLowerCase() === name.toLowerCase());
}

/** A project that an earlier run made and did not come to move to Git is moved now; one that people work in is not. */
function refuseOtherPlace(
  project: OctopusDocument,
  { isInGit, own }: { isInGit: boolean; own: OwnProject },
): OwnProject {
  const isThere = isVersionControlled(project);
  if (isThere === isInGit || (isInGit && own.isUnfinished)) return own;
  const name = `The project "${textOf(project, "Name")}" (${project.Id}) in the managed space`;
  throw new ConflictError(
    isThere
      ? `${name} keeps its process in Git, and the package's keeps it in Octopus. Choose another "Project Name".`
      : `${name} keeps its process in Octopus, and the package's keeps it in Git. Move it to Git, or choose another "Project Name".`,
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
