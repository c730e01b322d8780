import {
  describe,
  listStepTemplateUses,
  type Comparison,
  type NodePlan,
  type StepTemplateUses,
} from "../compare/comparison.ts";
import type { Compared } from "../compare/compare-graph.ts";
import { targetId } from "../model/graph.ts";
import type { JsonObject } from "../model/json.ts";
import { StepError } from "../step/errors.ts";
import { findHolder, freeName } from "./change-names.ts";
import { brokenReference, listUnknown } from "./unknown-targets.ts";
import { isToGiveUp, readHandedOver } from "./held-by-one.ts";
import { withoutFields } from "./to-document.ts";
import { writeBeside } from "./write-beside.ts";
import { removeLate, writeDeferred, writeNode } from "./write-node.ts";
import { writeStepTemplate } from "./write-step-template.ts";

export interface ApplyHooks {
  /** Awaited when the graph's step templates are in the space, and nothing of it was written yet but those and what they need. */
  onStepTemplates?: (known: StepTemplateUses) => Promise<void>;
  /** Awaited before the first write, and not called when there is none. */
  onFirstWrite?: () => Promise<void>;
  onProgress?: (percent: number, doing: string) => void;
}

/** Whether carrying the plan out writes anything. */
export function writesAnything({ comparison, plans }: Compared): boolean {
  return comparison.templates.some(isWriting) || plans.some(isWriting);
}

/** Writes what the plan says, each in its time, and brings the plans up to what was done. Writes nothing where nothing differs. */
export async function applyPlan(compared: Compared, hooks: ApplyHooks = {}): Promise<void> {
  const { comparison, plans } = compared;
  if (!writesAnything(compared)) return;
  await hooks.onFirstWrite?.();
  const done: string[] = [];
  try {
    const first = await writeTemplates(comparison, plans, { hooks, done });
    await hooks.onStepTemplates?.(listStepTemplateUses(comparison));
    const others = plans.filter((plan) => isWriting(plan) && !first.has(plan));
    await writeQueue(comparison, others.toSorted(compareTimes), { hooks, done });
    for (const plan of plans) await writeDeferred(comparison, plan);
    for (const plan of plans.filter(({ removedLate }) => removedLate.length > 0))
      Object.assign(plan, await removeLate(comparison, plan));
    await readHandedOver(comparison, plans);
  } catch (error) {
    if (error instanceof StepError) error.message += ` ${describeProgress(done)}`;
    throw error;
  }
}

/** After the feeds and credentials of the graph that they name. @returns these */
async function writeTemplates(
  comparison: Comparison,
  plans: readonly NodePlan[],
  progress: Progress,
): Promise<ReadonlySet<NodePlan>> {
  const templates = comparison.templates.filter(isWriting);
  const needed = new Set<NodePlan>();
  for (const { merge } of templates) addNeeded(merge.body, { comparison, plans, needed });
  await writeQueue(comparison, [...needed], progress);
  for (const template of templates) progress.done.push(await writeStepTemplate(comparison, template));
  return needed;
}

interface Needing {
  comparison: Comparison;
  plans: readonly NodePlan[];
  needed: Set<NodePlan>;
}

function addNeeded(body: JsonObject, needing: Needing): void {
  const { comparison, plans, needed } = needing;
  const wanted = new Set(listUnknown(comparison.directory, body).map(targetId));
  for (const plan of plans.filter((one) => isWriting(one) && !needed.has(one) && wanted.has(targetId(one.node)))) {
    needed.add(plan);
    addNeeded(withoutFields(plan.merge.body, plan.kind.deferred), needing);
  }
}

function isWriting({ action }: Pick<NodePlan, "action">): boolean {
  return action === "create" || action === "update";
}

/** What takes something away goes last. */
function compareTimes(a: NodePlan, b: NodePlan): number {
  return Number(isLate(a)) - Number(isLate(b)) || compareDefaults(a, b) || comparePlaces(a, b);
}

function isLate({ kind, action, currentBody, merge }: NodePlan): boolean {
  return action === "update" && kind.isLateChange?.(currentBody, merge.body) === true;
}

/** There is always one default of a kind: what becomes it goes before what no longer is. */
function compareDefaults(a: NodePlan, b: NodePlan): number {
  if (a.kind !== b.kind || a.kind.isDefault === undefined) return 0;
  return Number(b.kind.isDefault?.(b.merge.body)) - Number(a.kind.isDefault(a.merge.body));
}

/** Servers take 0 for nothing said, and put what is made at the end: so the first is made first. */
function comparePlaces(a: NodePlan, b: NodePlan): number {
  return a.kind === b.kind ? placeOf(a) - placeOf(b) : 0;
}

function placeOf({ merge }: NodePlan): number {
  const { SortOrder: place } = merge.body;
  return typeof place === "number" ? place : 0;
}

interface Progress {
  hooks: ApplyHooks;
  done: string[];
}

/** In order; what points to something that comes later waits for it. */
async function writeQueue(comparison: Comparison, queue: NodePlan[], { hooks, done }: Progress): Promise<void> {
  const open = new Set(queue);
  while (open.size > 0) {
    const waiting = [...open];
    await writeBeside(waiting, {
      isLate,
      isReady: (plan) =>
        !isWaiting(comparison, plan) &&
        !isEarly(plan, open) &&
        !isToGiveUp(plan, open) &&
        findHolder(plan, open) === undefined,
      async write(plan) {
        const percent = 10 + (85 * done.length) / Math.max(1, queue.length);
        hooks.onProgress?.(percent, `writing ${describe(comparison, plan.node)}`);
        await carryOut(comparison, plan, done);
        open.delete(plan);
      },
    });
    if (open.size === waiting.length) await loosen(comparison, waiting);
  }
}

/** Whether it names items of a part of the same thing that is not written yet. */
function isEarly({ node, kind }: NodePlan, open: ReadonlySet<NodePlan>): boolean {
  const { comesAfter = [] } = kind;
  if (comesAfter.length === 0) return false;
  return [...open].some((other) => comesAfter.includes(other.kind.id) && other.node.key[0] === node.key[0]);
}

/** All that is left waits for each other's names, or one for what nobody has. */
async function loosen(comparison: Comparison, waiting: readonly NodePlan[]): Promise<void> {
  const ready = waiting.find((plan) => !isWaiting(comparison, plan));
  const holder = ready === undefined ? undefined : findHolder(ready, waiting);
  if (holder !== undefined) return freeName(comparison, holder);
  const [stuck] = waiting;
  if (stuck !== undefined)
    throw brokenReference(comparison, stuck, listUnknown(comparison.directory, stuck.merge.body));
}

async function carryOut(comparison: Comparison, plan: NodePlan, done: string[]): Promise<void> {
  Object.assign(plan, await writeNode(comparison, plan));
  if (isWriting(plan)) done.push(`${plan.action === "create" ? "made" : "updated"} ${describe(comparison, plan.node)}`);
}

function isWaiting({ directory }: Comparison, { node, merge, kind }: NodePlan): boolean {
  if (node.owner !== undefined && directory.findId(node.owner) === undefined) return true;
  return listUnknown(directory, withoutFields(merge.body, kind.deferred)).length > 0;
}

function describeProgress(done: string[]): string {
  if (done.length === 0) return "Nothing else was written before; running the step again is safe.";
  const rest = done.length - 5;
  const shown = rest > 0 ? [`did ${rest} other ${rest === 1 ? "write" : "writes"}`, ...done.slice(-5)] : done;
  return `Before that it ${shown.join(", ")}. Running the step again is safe and goes on from there.`;
}
