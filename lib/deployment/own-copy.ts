import type { Manifest } from "../graph/manifest.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import { emptyMemory, type Memory } from "../receipts/memory.ts";
import { nameReceipt, type Receipt } from "../receipts/receipt.ts";
import { findReceipt, listReceipts, recallCopy, type Receipts } from "../receipts/receipts.ts";

/** What is known of a copy before anything is done. */
export interface OwnCopy {
  receiptName: string;
  /** Absent for a copy that no run has begun to make. */
  receipt: Receipt | undefined;
  memory: Memory;
  /** Made by a run that did not come to its end, as a whole: nothing in it is a person's work. */
  isUnfinished: boolean;
  /** Was there before, made by people. */
  isAdopted: boolean;
  /** Becomes the copy in this run, or in one before that did not come to its end. */
  isAdopting: boolean;
  /** By kind, what was read on the way. */
  known?: ReadonlyMap<string, OctopusDocument[]>;
}

/**
 * The copy of a package that is not of one project: a managed space has one of each package and name.
 * @param asked - what tells it from others of the package: nothing for a space, the project for a runbook
 */
export async function findOwnCopy(
  receipts: Receipts,
  { manifest, asked, adopt }: { manifest: Manifest; asked: string; adopt: boolean },
): Promise<OwnCopy> {
  const receiptName = findName(receipts, manifest, asked);
  const receipt = receipts.modules.has(receiptName) ? findReceipt(receipts, receiptName) : undefined;
  const memory = receipt === undefined ? emptyMemory : await recallCopy(receipts, receiptName);
  return { receiptName, receipt, memory, isUnfinished: false, isAdopted: false, isAdopting: adopt };
}

/** A package that got another id is still made from the same. */
function findName(receipts: Receipts, { package: { id }, root, source }: Manifest, asked: string): string {
  const own = nameReceipt(id, asked);
  if (receipts.modules.has(own)) return own;
  const former = listReceipts(receipts).find(
    ({ receipt }) =>
      receipt.root === root.kind &&
      receipt.asked === asked &&
      receipt.package === id &&
      receipt.upstream?.["spaceId"] === source.space.id,
  );
  return former?.name ?? own;
}
