import { textOf } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { legacySetName, openLegacyReceipts, type LegacyReceipts } from "./legacy-receipts.ts";
import { emptyMemory, type Memory } from "./memory.ts";
import { isReceiptModule, modulePrefix } from "../octopus/receipt-modules.ts";
import { findMemory, notUnderstood, parseDescription } from "./receipt-module.ts";
import type { Receipt } from "./receipt.ts";

/**
 * The receipts of a space, by name, as they were read and written. Each is a script module of its own that no project includes: so
 * one copy's receipt is written without those of others, and no library variable set is in people's way.
 */
export interface Receipts {
  readonly space: OctopusSpace;
  /** The script modules. */
  readonly modules: Map<string, OctopusDocument>;
  /** Their variable sets, those that were asked for. */
  readonly scripts: Map<string, OctopusDocument>;
  /** What an earlier version left. */
  readonly legacy: LegacyReceipts | undefined;
}

/** Reads whose the copies in the space are, with one request where no earlier version was at work. */
export async function openReceipts(space: OctopusSpace): Promise<Receipts> {
  const sets = await space.list("/libraryvariablesets", { partialName: modulePrefix });
  const legacySet = sets.find((set) => textOf(set, "Name") === legacySetName);
  const legacy = legacySet === undefined ? undefined : await openLegacyReceipts(space, legacySet);
  const modules = sets.filter(isReceiptModule).map((module) => [nameOf(module), module] as const);
  return { space, modules: new Map(modules), scripts: new Map(), legacy };
}

/** A description that was edited has no name any more: then the module's own tells it. */
function nameOf(module: OctopusDocument): string {
  return parseDescription(module)?.name ?? textOf(module, "Name").slice(modulePrefix.length);
}

/** @throws {@link StepError} for a receipt that cannot be understood */
export function findReceipt({ modules, legacy }: Receipts, name: string): Receipt | undefined {
  const module = modules.get(name);
  if (module === undefined && legacy?.receipts.has(name) !== true) return undefined;
  const receipt = module === undefined ? legacy?.receipts.get(name)?.receipt : parseDescription(module)?.receipt;
  if (receipt === undefined) throw notUnderstood(name);
  return receipt;
}

/** All of them. @throws {@link StepError} for one that cannot be understood */
export function listReceipts(receipts: Receipts): { name: string; receipt: Receipt }[] {
  const names = new Set([...receipts.modules.keys(), ...(receipts.legacy?.receipts.keys() ?? [])]);
  return [...names].flatMap((name) => {
    const receipt = findReceipt(receipts, name);
    return receipt === undefined ? [] : [{ name, receipt }];
  });
}

/** By id, the versions of step templates that deployments of any copy installed last. */
export function listInstalled(receipts: Receipts): Record<string, string> {
  const newest: Record<string, string> = {};
  for (const { receipt } of listReceipts(receipts))
    for (const [id, version] of Object.entries(receipt.installed ?? {}))
      if (Number(version) >= Number(newest[id] ?? -1)) newest[id] = version;
  return newest;
}

/** What the copy was; empty for one that has no receipt yet. */
export async function recallCopy(receipts: Receipts, name: string): Promise<Memory> {
  const script = await readScript(receipts, name);
  const own = script === undefined ? undefined : findMemory(script, name);
  return own ?? receipts.legacy?.receipts.get(name)?.memory ?? emptyMemory;
}

/** The variable set of a receipt's script module, read once. */
export async function readScript(
  { space, modules, scripts }: Receipts,
  name: string,
): Promise<OctopusDocument | undefined> {
  const module = modules.get(name);
  if (module === undefined) return undefined;
  const script = scripts.get(name) ?? (await space.get(`/variables/${textOf(module, "VariableSetId")}`));
  scripts.set(name, script);
  return script;
}
