import { openReceipts, type Receipt, type Receipts } from "../receipts/receipt.ts";
import { isJsonObject, textOf } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { packageIdOf } from "../octopus/package-id.ts";

/** The project that copies are made of. */
export interface Template {
  project: OctopusDocument;
  space: OctopusSpace;
}

/** Where a project in Git has its files. */
export interface ProjectRepository {
  /** As Octopus has it, so it may hold credentials. */
  url: string;
  defaultBranch: string;
  basePath: string;
}

/** One project in a managed space that was made of a template. */
export interface Copy {
  receiptName: string;
  receipt: Receipt;
  /** What it is called; where it is no more, what it was asked to be called. */
  name: string;
  space: OctopusSpace;
  /** Absent when people deleted it. */
  project: OctopusDocument | undefined;
  /** Absent for a project in the database. */
  repository: ProjectRepository | undefined;
}

export interface OpenCopies {
  copies: Copy[];
  receipts: Receipts;
}

/** Every copy of the template in a space by name, as the receipts there tell; and those receipts, for who writes some. */
export async function openCopies(space: OctopusSpace, template: Template): Promise<OpenCopies> {
  const receipts = await openReceipts(space);
  const own = receipts.list().filter(({ receipt }) => isOf(receipt, template));
  const copies = await Promise.all(own.map(({ name, receipt }) => toCopy(space, { receiptName: name, receipt })));
  return { receipts, copies: copies.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** Where a project has its files; undefined for one in the database. */
export function findProjectRepository(project: OctopusDocument): ProjectRepository | undefined {
  const settings = project["PersistenceSettings"];
  if (!isJsonObject(settings) || textOf(settings, "Type") !== "VersionControlled") return undefined;
  return {
    url: textOf(settings, "Url"),
    defaultBranch: textOf(settings, "DefaultBranch"),
    basePath: textOf(settings, "BasePath"),
  };
}

/** The ids tell it even when the template was renamed; receipts without them have the package's name alone. */
function isOf({ upstream, package: packageId }: Receipt, { project, space }: Template): boolean {
  if (upstream?.["projectId"] === undefined) return packageId === packageIdOf(textOf(project, "Name"));
  return upstream["projectId"] === project.Id && upstream["spaceId"] === space.id;
}

async function toCopy(
  space: OctopusSpace,
  { receiptName, receipt }: Pick<Copy, "receiptName" | "receipt">,
): Promise<Copy> {
  const project = receipt.project === undefined ? undefined : await space.find(`/projects/${receipt.project}`);
  const [, asked = receiptName] = /^Receipt\[.*?\]\[(.*)\]$/s.exec(receiptName) ?? [];
  return {
    receiptName,
    receipt,
    space,
    project,
    name: project === undefined ? asked : textOf(project, "Name"),
    repository: project === undefined ? receipt.repository : findProjectRepository(project),
  };
}
