import { readCopiesAhead } from "./read-copies-ahead.ts";
import type { Memory } from "../receipts/memory.ts";
import { listInstalled, listReceipts, openReceipts, recallCopy, type Receipts } from "../receipts/receipts.ts";
import { askedNameOf, isOfTemplate, type Receipt } from "../receipts/receipt.ts";
import { isJsonObject, textOf } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { packageIdOf } from "../octopus/package-id.ts";
import { findKind } from "../resources/index.ts";
import { rememberReads } from "../octopus/remember-reads.ts";
import { listInBatches } from "../resources/resource-kind.ts";

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

/** What a managed space has of one package: a project, a runbook, all that a package of a space brought, what a baseline says. */
export interface Copy {
  receiptName: string;
  receipt: Receipt;
  /** Reads what it was. */
  recall(): Promise<Memory>;
  /** By id, the versions of step templates that deployments installed last in the space. */
  installed: Record<string, string>;
  /** What it is called; where it is no more, what it was asked to be called; of what has no name of its own, that of the package. */
  name: string;
  /** What it was made of: `project "Hello World"`, `space package "golden"`. */
  origin: string;
  space: OctopusSpace;
  /** Whether it is a project that people deleted. Of other copies only a comparison tells. */
  isDeleted: boolean;
  /** Absent for what is no project, and when people deleted it. */
  project: OctopusDocument | undefined;
  /** Absent for what is not in Git. */
  repository: ProjectRepository | undefined;
}

export interface OpenCopies {
  copies: Copy[];
  receipts: Receipts;
  /** Asks once for what looking at these copies would ask for one by one; for who is about to look at them. */
  readAhead(copies: readonly Copy[]): Promise<void>;
}

/** Every copy of the template in a space by name, as the receipts there tell; and those receipts, for who writes some. */
export async function openCopies(space: OctopusSpace, template: Template): Promise<OpenCopies> {
  const { project, space: source } = template;
  const sought = { packageId: packageIdOf(textOf(project, "Name")), projectId: project.Id, spaceId: source.id };
  return openWanted(space, (receipt) => isOfTemplate(receipt, sought));
}

/** Every copy that the space has, of whatever it is, by name. */
export async function openAllCopies(space: OctopusSpace): Promise<OpenCopies> {
  return openWanted(space, () => true);
}

async function openWanted(asked: OctopusSpace, isWanted: (receipt: Receipt) => boolean): Promise<OpenCopies> {
  const receipts = await openReceipts(rememberReads(asked));
  return listCopies(
    receipts,
    listReceipts(receipts).filter(({ receipt }) => isWanted(receipt)),
  );
}

/** The copies with these receipts, by name, with one request for all of them. */
export async function listCopies(
  opened: Receipts,
  own: readonly { name: string; receipt: Receipt }[],
): Promise<OpenCopies> {
  const space = rememberReads(opened.space);
  const receipts = { ...opened, space };
  const projects = await listInBatches(
    own.flatMap(({ receipt }) => receipt.project ?? []),
    (ids) => space.list("/projects", { ids }),
  );
  const known = new Map(projects.map((project) => [project.Id, project]));
  const copies = own.map((one) => toCopy(receipts, one, known));
  return {
    receipts,
    copies: copies.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    readAhead: (wanted) =>
      readCopiesAhead(space, {
        receipts,
        names: wanted.map(({ receiptName }) => receiptName),
        projects: wanted.flatMap(({ project }) => project ?? []),
      }),
  };
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

function toCopy(
  receipts: Receipts,
  { name: receiptName, receipt }: { name: string; receipt: Receipt },
  projects: ReadonlyMap<string, OctopusDocument>,
): Copy {
  const { space } = receipts;
  const project = projects.get(receipt.project ?? "");
  return {
    receiptName,
    receipt,
    installed: listInstalled(receipts),
    recall: () => recallCopy(receipts, receiptName),
    space,
    project,
    isDeleted: receipt.root === undefined && project === undefined,
    name: project === undefined ? askedNameOf(receipt, receiptName) || receipt.package : textOf(project, "Name"),
    origin: describeOrigin(receipt),
    repository: project === undefined ? receipt.repository : findProjectRepository(project),
  };
}

function describeOrigin({ root, isPartial, package: id, upstream }: Receipt): string {
  if (isPartial === true) return `baseline "${id}"`;
  if (root !== undefined) return `${findKind(root)?.label ?? root} package "${id}"`;
  return `project "${upstream?.["project"] ?? id}"`;
}
