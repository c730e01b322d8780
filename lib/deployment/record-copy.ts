import type { Compared } from "../compare/compare-graph.ts";
import { recordedIdentity } from "../compare/same-node.ts";
import type { Manifest } from "../graph/manifest.ts";
import { targetId } from "../model/graph.ts";
import { textOf } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { isSameName } from "../octopus/same-name.ts";
import { nameReceipt } from "../receipts/receipt.ts";
import { emptyMemory, type Memory } from "../receipts/memory.ts";
import { listInstalled, listReceipts, openReceipts, recallCopy, type Receipts } from "../receipts/receipts.ts";
import { NotFoundError } from "../step/errors.ts";
import { compareCopy } from "./compare-copy.ts";
import type { OwnCopy } from "./own-copy.ts";
import { createReceiptKeeper } from "./receipt-keeper.ts";

export interface RecordCopyOptions {
  manifest: Manifest;
  /** The package's. */
  version: string;
  space: OctopusSpace;
  /** Of a package of a project: the id of the copy, where it is known. */
  projectId?: string | undefined;
  /** What the copy of a project is called. */
  projectName: string;
  /** One Octopus variable of this run. */
  readSecret: (variable: string) => string | undefined;
  receiptKey: string | undefined;
  onlyPlan: boolean;
}

/** What is noted of a copy that another engine made. */
export interface RecordedCopy {
  receiptName: string;
  /** "" for a package of something else than a project. */
  projectId: string;
  /** What of the package the space does not have, in sentences. */
  missing: string[];
  /** What it has otherwise. */
  different: string[];
}

/**
 * Writes the receipt of a copy that something else than a deployment of ours made of a package: what the package says, and what the
 * space has, which is the base of every later compare. Nothing else is written.
 * @throws {@link NotFoundError} when the space has no such project
 */
export async function recordCopy(options: RecordCopyOptions): Promise<RecordedCopy> {
  const { manifest, space } = options;
  const receipts = await openReceipts(space);
  const project = manifest.root.kind === "project" ? await findProject(options) : undefined;
  const own = await findOwn(options, { receipts, project });
  const compared = await compare(options, { receipts, own, project });
  const asked = project === undefined ? "" : options.projectName;
  const keeper = createReceiptKeeper({ ...options, asked }, { receipts, own, compared });
  if (!options.onlyPlan) await keeper.finish({});
  return { receiptName: own.receiptName, projectId: project?.Id ?? "", ...describeDifferences(compared) };
}

async function findProject({ space, projectId, projectName }: RecordCopyOptions): Promise<OctopusDocument> {
  const found =
    projectId === undefined
      ? (await space.list("/projects", { partialName: projectName })).find((one) =>
          isSameName(textOf(one, "Name"), projectName),
        )
      : await space.find(`/projects/${encodeURIComponent(projectId)}`);
  if (found !== undefined) return found;
  const what = projectId === undefined ? `"${projectName}"` : `with the id "${projectId}"`;
  throw new NotFoundError(
    `The space "${space.name}" has no project ${what}, so there is no copy to record. Make the copy first, or enter the name or id that it has.`,
  );
}

interface Place {
  receipts: Receipts;
  project: OctopusDocument | undefined;
}

/** The receipt that tells this project, or the one of its name. */
async function findOwn(options: RecordCopyOptions, { receipts, project }: Place): Promise<OwnCopy> {
  const { manifest, projectName } = options;
  const own = listReceipts(receipts).find(({ receipt }) => project !== undefined && receipt.project === project.Id);
  const receiptName = own?.name ?? nameReceipt(manifest.package.id, project === undefined ? "" : projectName);
  const known = own?.receipt ?? listReceipts(receipts).find(({ name }) => name === receiptName)?.receipt;
  const isSame = known !== undefined && (project === undefined || known.project === project.Id);
  const memory = isSame ? await recallCopy(receipts, receiptName) : emptyMemory;
  return {
    receiptName,
    receipt: isSame ? known : undefined,
    memory: project === undefined ? memory : withId(memory, manifest, project),
    isUnfinished: false,
    isAdopted: false,
    isAdopting: memory.base.length === 0,
  };
}

function withId(memory: Memory, { graph, root }: Manifest, { Id }: OctopusDocument): Memory {
  const node = graph.nodes.find((candidate) => targetId(candidate) === targetId(root));
  return { ...memory, ids: { ...memory.ids, [recordedIdentity(node ?? { ...root, body: {} })]: Id } };
}

/** As a deployment that overwrites everything would: what is otherwise than the package by then, the other engine could not bring. */
function compare(
  { manifest, space, readSecret, receiptKey }: RecordCopyOptions,
  { receipts, own, project }: Place & { own: OwnCopy },
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
    overwrite: true,
    missingStepTemplates: "detach",
    installed: listInstalled(receipts),
    claimsUsed: false,
    secrets: { readVariable: readSecret, missing: "leave", key: receiptKey },
  });
}

function describeDifferences({ plan }: Compared): Pick<RecordedCopy, "missing" | "different"> {
  return {
    missing: plan.resources.filter(({ action }) => action === "create").map(({ description }) => description),
    different: plan.resources
      .filter(({ action, changes }) => action === "update" && changes.length > 0)
      .map(({ description, changes }) => `${description}: ${changes.map(({ path }) => path.join(" › ")).join(", ")}`),
  };
}
