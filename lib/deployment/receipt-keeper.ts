import { toNextHistory } from "../apply/next-history.ts";
import type { Compared } from "../compare/compare-graph.ts";
import { listStepTemplateUses, type StepTemplateUses } from "../compare/comparison.ts";
import { recordedIdentity } from "../compare/same-node.ts";
import type { Manifest } from "../graph/manifest.ts";
import { targetId } from "../model/graph.ts";
import type { Decision } from "../compare/decision.ts";
import { listStanding } from "../compare/standing-decisions.ts";
import { addPending, toPendingNodes, type Memory, type PendingDeployment } from "../receipts/memory.ts";
import { identifyReceiptKey } from "../receipts/receipt-key.ts";
import type { Receipts } from "../receipts/receipts.ts";
import { rootKindOf, type Receipt } from "../receipts/receipt.ts";
import { forgetReceipt, rememberCopy, saveReceipt } from "../receipts/write-receipts.ts";
import { StepError } from "../step/errors.ts";
import type { OwnCopy } from "./own-copy.ts";

/** Notes in the managed space what a run is doing, and what it did: once before its first write, and once after its last. */
export interface ReceiptKeeper {
  /** Says what is being deployed, so that a run that is killed can be taken up. */
  begin(): Promise<void>;
  /** Of a run that was refused before it made the project: then nothing in the space is ours. Never throws. */
  withdraw(): Promise<void>;
  /** @param more - to note of the upstream */
  finish(more: Record<string, string>): Promise<void>;
}

export interface KeeperOptions {
  manifest: Manifest;
  version: string;
  /** What the copy was asked to be called. */
  asked: string;
  /** Whether it took back what people had changed. */
  overwrite?: boolean;
  receiptKey: string | undefined;
}

/** What a receipt tells besides. */
export interface ReceiptDetails {
  known: Receipt | undefined;
  upstream: Record<string, string>;
  stepTemplates: StepTemplateUses;
}

interface KeeperContext {
  receipts: Receipts;
  own: OwnCopy;
  compared: Compared;
  /** For what is particular to the copy: its place in Git. */
  describeCopy?: ((details: ReceiptDetails) => Partial<Receipt>) | undefined;
}

export function createReceiptKeeper(options: KeeperOptions, context: KeeperContext): ReceiptKeeper {
  const { receipts, own } = context;
  const isNew = !receipts.modules.has(own.receiptName);
  return {
    begin: () => begin(options, context),
    withdraw: () => withdraw(context, isNew),
    finish: (more) => finish(options, context, more),
  };
}

async function begin(options: KeeperOptions, context: KeeperContext): Promise<void> {
  const { manifest, version, asked } = options;
  const { receipts, own, compared } = context;
  const next: Receipt = {
    format: 2,
    package: manifest.package.id,
    asked,
    ...toRoot(manifest),
    ...toManner(options, context),
  };
  // What another run wrote since we looked stands: it deploys the same project, and may be ahead.
  await saveReceipt(receipts, own.receiptName, (known) => known ?? next);
  const ours = toPending(compared, version);
  await rememberCopy(receipts, own.receiptName, (known) => ({
    ...known,
    pending: addPending(known.pending, ours),
    ...toNoted(compared.decisions),
  }));
}

function toNoted(decisions: readonly Decision[]): Pick<Memory, "decisions"> {
  return { decisions: decisions.length === 0 ? undefined : [...decisions] };
}

function toPending({ comparison, plans }: Compared, version: string): PendingDeployment {
  const creates = plans.filter(({ action, kind }) => action === "create" && kind.isSingleton !== true);
  const templates = comparison.templates.filter(({ action }) => action === "create" || action === "update");
  return {
    version,
    nodes: toPendingNodes([...templates.map(({ node }) => node), ...comparison.nodes]),
    creates: [
      ...templates.filter(({ isInstalled }) => isInstalled).map(({ node }) => targetId(node)),
      ...creates.map(({ node }) => recordedIdentity(node)),
    ],
  };
}

/** A receipt that this run has made, and nothing came of. */
async function withdraw({ receipts, own, compared }: KeeperContext, isNew: boolean): Promise<void> {
  const { comparison } = compared;
  const hasProject = comparison.nodes.some((node) => node.owner === undefined && comparison.directory.findId(node));
  if (!isNew || hasProject) return;
  try {
    await forgetReceipt(receipts, own.receiptName);
  } catch (error) {
    // What made the run fail is what people have to know; the next run takes the receipt up.
    if (!(error instanceof StepError)) throw error;
  }
}

async function finish(options: KeeperOptions, context: KeeperContext, more: Record<string, string>): Promise<void> {
  const { manifest, version, asked, receiptKey } = options;
  const { receipts, own, compared, describeCopy } = context;
  const next = await toNextHistory(compared);
  await saveReceipt(
    receipts,
    own.receiptName,
    (known) => known ?? { format: 2, package: manifest.package.id, ...toRoot(manifest) },
  );
  const key = identifyReceiptKey(receiptKey);
  await rememberCopy(receipts, own.receiptName, (known) => ({
    ...known,
    base: [...next.base],
    ids: { ...next.ids },
    items: { ...next.items },
    secrets: next.secrets,
    installed: { ...next.installed },
    receiptKey: key,
    ...toNoted(listStanding(compared)),
    pending: [],
    ...(compared.comparison.isPartial === true && { said: manifest.graph }),
  }));
  const upstream = { ...toUpstream(manifest), ...more };
  const project = findProject(manifest, compared);
  const receipt: Receipt = {
    format: 2,
    package: manifest.package.id,
    asked,
    ...toRoot(manifest),
    ...toManner(options, context),
    version,
    upstream,
    ...(project !== undefined && { project }),
    installed: { ...own.receipt?.installed, ...listOwnTemplates(compared) },
  };
  // What another step noted there in the meantime stands: Merge Updates keeps its own record of the upstream.
  await saveReceipt(receipts, own.receiptName, (known) =>
    describeCopy === undefined
      ? receipt
      : {
          ...receipt,
          ...describeCopy({ known, upstream, stepTemplates: listStepTemplateUses(compared.comparison) }),
        },
  );
}

/** How it is deployed, that later looks at the copy see it with the same eyes. */
function toManner(
  { manifest: { mapping }, overwrite }: KeeperOptions,
  { own, compared }: Pick<KeeperContext, "own" | "compared">,
): Partial<Receipt> {
  return {
    ...(mapping !== undefined && { mapping }),
    ...(own.isAdopted && { isAdopted: true }),
    ...(compared.comparison.isPartial === true && { isPartial: true, ...(overwrite === true && { overwrites: true }) }),
  };
}

function toRoot({ root }: Manifest): Pick<Receipt, "root"> {
  return root.kind === rootKindOf({}) ? {} : { root: root.kind };
}

function toUpstream({ source: { space, project } }: Manifest): Record<string, string> {
  const own = { spaceId: space.id, space: space.name };
  return project === undefined ? own : { ...own, projectId: project.id, project: project.name };
}

function findProject({ root }: Manifest, { comparison }: Compared): string | undefined {
  return root.kind === "project" ? comparison.directory.findId(root) : undefined;
}

function listOwnTemplates({ comparison }: Compared): Record<string, string> {
  const own = comparison.templates.flatMap(({ isInstalled, current }) =>
    isInstalled && current !== undefined ? [[current.Id, String(current["Version"])] as const] : [],
  );
  return Object.fromEntries(own.toSorted(([, a], [, b]) => Number(a) - Number(b)));
}
