import type { Memory } from "../receipts/memory.ts";
import { listInstalled, listReceipts, openReceipts, recallCopy, type Receipts } from "../receipts/receipts.ts";
import { askedNameOf, isOfTemplate, type Receipt } from "../receipts/receipt.ts";
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
  /** Reads what it was. */
  recall(): Promise<Memory>;
  /** By id, the versions of step templates that deployments installed last in the space. */
  installed: Record<string, string>;
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
  const { project, space: source } = template;
  const sought = { packageId: packageIdOf(textOf(project, "Name")), projectId: project.Id, spaceId: source.id };
  const own = listReceipts(receipts).filter(({ receipt }) => isOfTemplate(receipt, sought));
  const copies = await Promise.all(own.map((one) => toCopy(receipts, one)));
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

async function toCopy(
  receipts: Receipts,
  { name: receiptName, receipt }: { name: string; receipt: Receipt },
): Promise<Copy> {
  const { space } = receipts;
  const project = receipt.project === undefined ? undefined : await space.find(`/projects/${receipt.project}`);
  return {
    receiptName,
    receipt,
    installed: listInstalled(receipts),
    recall: () => recallCopy(receipts, receiptName),
    space,
    project,
    name: project === undefined ? askedNameOf(receipt, receiptName) : textOf(project, "Name"),
    repository: project === undefined ? receipt.repository : findProjectRepository(project),
  };
}
