import { textOf } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { listReceipts, type Receipts } from "../receipts/receipts.ts";

/** Why a project of that name is not the copy, and what to do. */
export function describeOther(
  project: OctopusDocument,
  { space, receipts }: { space: OctopusSpace; receipts: Receipts },
): string {
  const other = listReceipts(receipts).find(({ receipt }) => receipt.project === project.Id);
  const whose =
    other === undefined
      ? "no receipt of Managed Spaces in the space names it"
      : `the receipt "${other.name}" says that it came from the package "${other.receipt.package}"`;
  return `The space "${space.name}" has a project "${textOf(project, "Name")}" (${project.Id}) that this step did not make: ${whose}. Rename that project and give it another slug in its settings, choose another "Project Name", or set "Adopt an Existing Project".`;
}

/** A project that was renamed keeps its slug, which the copy cannot have then. */
export function describeSlug(
  project: OctopusDocument,
  { space, projectName }: { space: OctopusSpace; projectName: string },
): string {
  return `The space "${space.name}" has a project "${textOf(project, "Name")}" (${project.Id}) with the slug "${textOf(project, "Slug")}", which "${projectName}" has in its template. Give that project another slug in its settings, or choose another "Project Name", with which the copy gets a slug of its own.`;
}
