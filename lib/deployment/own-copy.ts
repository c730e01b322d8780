import type { OctopusDocument } from "../octopus/octopus-client.ts";
import { emptyMemory, type Memory } from "../receipts/memory.ts";
import type { Receipt } from "../receipts/receipt.ts";
import { findReceipt, recallCopy, type Receipts } from "../receipts/receipts.ts";

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
  /** Was a copy before, and people deleted it. */
  isMadeAgain?: boolean;
  /** By kind, what was read on the way. */
  known?: ReadonlyMap<string, OctopusDocument[]>;
}

/** The copy of what is not one project: nobody has to look which one it is. @param adopt - whether what people made becomes the copy's */
export async function findOwnCopy(
  receipts: Receipts,
  { receiptName, adopt }: { receiptName: string; adopt: boolean },
): Promise<OwnCopy> {
  const receipt = findReceipt(receipts, receiptName);
  const memory = receipt === undefined ? emptyMemory : await recallCopy(receipts, receiptName);
  return { receiptName, receipt, memory, isUnfinished: false, isAdopted: adopt, isAdopting: adopt };
}
