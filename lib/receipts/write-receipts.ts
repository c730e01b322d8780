import { isRefusal } from "../http/http-client.ts";
import { isSameJson, textOf, type JsonValue } from "../model/json.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import { isStale } from "../octopus/stale-data.ts";
import { StepError } from "../step/errors.ts";
import type { Memory } from "./memory.ts";
import { nameModule, renderDescription, withMemory } from "./receipt-module.ts";
import type { Receipt } from "./receipt.ts";
import { findReceipt, readScript, recallCopy, type Receipts } from "./receipts.ts";

/** Another run may write between our reading and our writing, and once more: so often a write is tried. */
const attempts = 5;

/**
 * Writes the receipt, unless the space has the same.
 * @param change - makes it from what is there now, which another run may have written since it was read; may be called again
 */
export async function saveReceipt(
  receipts: Receipts,
  name: string,
  change: (known: Receipt | undefined) => Receipt,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const known = findReceipt(receipts, name);
    const receipt = change(known);
    const module = receipts.modules.get(name);
    if (module !== undefined && isSameJson(toJson(known), toJson(receipt))) return;
    try {
      receipts.modules.set(name, await writeModule(receipts, { name, receipt, module }));
      break;
    } catch (error) {
      if (!mayBeStale(error) || attempt >= attempts) throw error;
      if (!(await lookAgain(receipts, name)) && !isStale(error)) throw error;
    }
  }
  if (findReceipt(receipts, name)?.version !== undefined && receipts.legacy?.receipts.delete(name) === true)
    await receipts.legacy.remove(name);
}

/**
 * Writes what the copy was, unless the space has the same; the copy has a receipt.
 * @throws {@link StepError} when the server takes no document of that size
 */
export async function rememberCopy(receipts: Receipts, name: string, change: (known: Memory) => Memory): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const script = await readScript(receipts, name);
    if (script === undefined) throw new Error(`There is no receipt "${name}".`);
    const known = await recallCopy(receipts, name);
    const memory = change(known);
    if (isSameJson(toJson(memory), toJson(known))) return;
    const body = withMemory(script, name, memory);
    try {
      const answer = await receipts.space.put(`/variables/${script.Id}`, body);
      receipts.scripts.set(name, { ...script, ...body, ...answer, Id: script.Id });
      return;
    } catch (error) {
      explainSize(error, { name, size: JSON.stringify(body).length });
      if (!mayBeStale(error) || attempt >= attempts) throw error;
      if (!(await isNewer(receipts, name, script)) && !isStale(error)) throw error;
    }
  }
}

/** A refusal in other words than the server's usual ones may mean it, too. */
function mayBeStale(error: unknown): boolean {
  return isRefusal(error) || isStale(error);
}

/** Takes the receipt away of a copy that did not come to be. */
export async function forgetReceipt({ space, modules, scripts }: Receipts, name: string): Promise<void> {
  const module = modules.get(name);
  if (module === undefined) return;
  await space.remove(`/libraryvariablesets/${module.Id}`);
  modules.delete(name);
  scripts.delete(name);
}

interface Writing {
  name: string;
  receipt: Receipt;
  module: OctopusDocument | undefined;
}

async function writeModule({ space }: Receipts, { name, receipt, module }: Writing): Promise<OctopusDocument> {
  const Description = renderDescription(name, receipt);
  if (module === undefined)
    return space.post("/libraryvariablesets", {
      Name: nameModule(name),
      ContentType: "ScriptModule",
      Description,
      Templates: [],
    });
  const answer = await space.put(`/libraryvariablesets/${module.Id}`, { ...module, Description });
  return { ...module, Description, ...answer, Id: module.Id };
}

/** @returns whether another run has written the receipt since ours was read */
async function lookAgain({ space, modules }: Receipts, name: string): Promise<boolean> {
  const candidates = await space.list("/libraryvariablesets", { partialName: nameModule(name) });
  const newer = candidates.find((candidate) => textOf(candidate, "Name") === nameModule(name));
  if (newer === undefined || isSameJson(newer, modules.get(name))) return false;
  modules.set(name, newer);
  return true;
}

async function isNewer(receipts: Receipts, name: string, known: OctopusDocument): Promise<boolean> {
  receipts.scripts.delete(name);
  const newer = await readScript(receipts, name);
  return newer?.["Version"] !== known["Version"];
}

function explainSize(error: unknown, { name, size }: { name: string; size: number }): void {
  if (!(error instanceof StepError) || !/\(413\)/.test(error.message)) return;
  error.message = `Octopus takes no document as large as the receipt "${name}" (${Math.ceil(size / 1024)} KB). What was deployed stays; allow larger requests on the server or the proxy in front of it, and run the step again.`;
}

/** Without fields that are undefined, as it is written. */
function toJson(value: Receipt | Memory | undefined): JsonValue {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}
