import { describeTarget, forEachReference, targetId, type Target } from "../model/graph.ts";
import { readBody } from "../graph/read-body.ts";
import { dropSecrets, writeBody } from "../graph/write-body.ts";
import { isRefusal } from "../http/http-client.ts";
import type { JsonObject } from "../model/json.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import { findKind, getKind } from "../resources/index.ts";
import { StepError } from "../step/errors.ts";
import {
  describe,
  historyOf,
  isMadeByThisRun,
  listStepTemplateUses,
  type Apply,
  type NodePlan,
} from "../compare/apply-state.ts";
import { findStepTemplates, type StepTemplatePlan } from "../compare/bind-step-templates.ts";
import { mergeBody } from "../compare/merge.ts";
import { planAgain } from "../compare/plan-nodes.ts";
import type { SpaceDirectory } from "../compare/space-directory.ts";

/** Writes what the plans say, each in its time, and brings the plans up to what was done. */
export async function writeAll(apply: Apply, plans: NodePlan[]): Promise<void> {
  const queue = plans.filter(({ action }) => action === "create" || action === "update");
  if (queue.length === 0 && apply.templates.length === 0) return;
  await apply.onFirstWrite?.();
  const done: string[] = [];
  try {
    for (const template of apply.templates) done.push(await writeStepTemplate(apply, template));
    await apply.onStepTemplates?.(listStepTemplateUses(apply));
    await writeQueue(apply, queue, done);
    for (const plan of plans) await writeDeferred(apply, plan);
  } catch (error) {
    if (error instanceof StepError) error.message += ` ${describeProgress(done)}`;
    throw error;
  }
}

/** In order; what points to something that comes later waits for it. */
async function writeQueue(apply: Apply, queue: NodePlan[], done: string[]): Promise<void> {
  let waiting = queue;
  while (waiting.length > 0) {
    const later: NodePlan[] = [];
    for (const plan of waiting) {
      apply.onProgress?.(10 + (85 * done.length) / Math.max(1, queue.length), `writing ${describe(apply, plan.node)}`);
      if (isWaiting(apply, plan)) {
        later.push(plan);
        continue;
      }
      Object.assign(plan, await writeNode(apply, plan));
      if (plan.action === "create" || plan.action === "update")
        done.push(`${plan.action === "create" ? "made" : "updated"} ${describe(apply, plan.node)}`);
    }
    const [stuck] = later;
    if (stuck !== undefined && later.length === waiting.length)
      throw brokenReference(apply, stuck, listUnknown(apply.directory, stuck.merge.body));
    waiting = later;
  }
}

function isWaiting({ directory }: Apply, { node, merge, kind }: NodePlan): boolean {
  if (node.owner !== undefined && directory.findId(node.owner) === undefined) return true;
  return listUnknown(directory, withoutFields(merge.body, kind.deferred)).length > 0;
}

function listUnknown(directory: SpaceDirectory, body: JsonObject): Target[] {
  const unknown: Target[] = [];
  forEachReference(body, (target) => void (directory.findId(target) === undefined && unknown.push(target)));
  return unknown;
}

function brokenReference(apply: Apply, { node }: NodePlan, unknown: Target[]): StepError {
  const names = unknown.map((target) => describeTarget(target, findKind(target.kind)?.label));
  return new StepError(
    `Failed to write ${describe(apply, node)}: it refers to ${names.join(", ")}, which neither the package nor the space has, or which people removed in this space. Restore it there, or serialize the project again.`,
  );
}

/** @returns the plan as it was carried out, which is another one when somebody else wrote in between */
async function writeNode(apply: Apply, plan: NodePlan): Promise<NodePlan> {
  const ready = plan.current === undefined && isMadeByThisRun(apply, plan.node) ? await planAgain(apply, plan) : plan;
  if (ready.action === "create") return create(apply, ready);
  if (ready.action !== "update") return ready;
  const updated = isOnlyLate(ready) ? ready : await update(apply, ready);
  // What came with a new owner is new to people too.
  return isMadeByThisRun(apply, plan.node) ? { ...updated, action: "create" } : updated;
}

/** Whether all that differs is written at the end anyway. */
function isOnlyLate({ kind, merge, secrets }: NodePlan): boolean {
  return (
    secrets.toSend.size === 0 && merge.changes.every(({ path }) => kind.deferred?.includes(path[0] ?? "") === true)
  );
}

async function create(apply: Apply, plan: NodePlan): Promise<NodePlan> {
  const { node, kind } = plan;
  const owner = node.owner === undefined ? undefined : apply.directory.findDocument(node.owner);
  try {
    if (kind.create === undefined)
      throw new StepError(`Octopus did not make ${describe(apply, node)} together with its owner. Run the step again.`);
    const body = { ...kind.creationDefaults, ...toDocument(apply, withoutDeferred(plan)) };
    return await take(apply, plan, await kind.create(apply.space, body, owner));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    apply.finder.forget();
    const existing = await planAgain({ ...apply, overwrite: true }, plan);
    if (existing.current === undefined) throw error;
    return existing.action === "update" ? update(apply, existing) : existing;
  }
}

async function take(apply: Apply, plan: NodePlan, document: OctopusDocument): Promise<NodePlan> {
  const { node, kind } = plan;
  apply.directory.learn(kind, document, node.key);
  apply.created.add(targetId(node));
  await apply.onCreated?.(node, document.Id);
  return { ...plan, current: document };
}

/** Somebody may have written the same document since it was read: then it is read and merged again. */
async function update(apply: Apply, plan: NodePlan, attempt = 1): Promise<NodePlan> {
  const version = plan.current?.["Version"];
  try {
    return { ...plan, current: await put(apply, plan, toDocument(apply, withoutDeferred(plan))) };
  } catch (error) {
    if (!isRefusal(error) || attempt > 3 || version === undefined) throw error;
    apply.finder.forget();
    const again = await planAgain(apply, plan);
    if (again.current === undefined || again.current["Version"] === version) throw error;
    return again.action === "update" ? update(apply, again, attempt + 1) : again;
  }
}

function withoutDeferred(plan: NodePlan): NodePlan {
  return { ...plan, merge: { ...plan.merge, body: withoutFields(plan.merge.body, plan.kind.deferred) } };
}

/** Some writes answer with less than the document: what is missing is as it was sent. */
async function put(
  { space, directory }: Apply,
  { kind, node, current }: NodePlan,
  body: JsonObject,
): Promise<OctopusDocument> {
  if (current === undefined || kind.update === undefined) throw new Error(`A ${kind.label} cannot be updated.`);
  const answer = await kind.update(space, current, body);
  const written = { ...body, ...answer, Id: current.Id };
  directory.learn(kind, written, node.key);
  return written;
}

/** Fields that point to what comes after their resource are written when everything is there. */
async function writeDeferred(apply: Apply, plan: NodePlan): Promise<void> {
  const { kind, node, current, desired, action } = plan;
  if (kind.deferred === undefined || current === undefined || action === "skip") return;
  const currentBody = readBody(kind, current, { names: apply.directory });
  const merge = mergeBody({
    kind,
    desired,
    current: currentBody,
    ...historyOf(apply, node),
    overwrite: apply.overwrite || isMadeByThisRun(apply, node),
  });
  if (merge.changes.length === 0) return;
  const unknown = listUnknown(apply.directory, merge.body);
  if (unknown.length > 0) throw brokenReference(apply, plan, unknown);
  const written = await put(
    apply,
    plan,
    toDocument(apply, { ...plan, merge, current, secrets: { ...plan.secrets, toSend: new Map() } }),
  );
  Object.assign(plan, { current: written, action: action === "none" ? "update" : action });
}

async function writeStepTemplate(apply: Apply, { node, current }: StepTemplatePlan): Promise<string> {
  const kind = getKind("stepTemplate");
  const body = writeBody(kind, dropSecrets(kind, node.body), { ...writers(apply), secretAt: () => undefined, current });
  try {
    const written =
      current === undefined ? await kind.create?.(apply.space, body) : await kind.update?.(apply.space, current, body);
    if (written !== undefined)
      apply.directory.learnStepTemplate({ ...written, Id: written.Id || (current?.Id ?? "") }, node);
  } catch (error) {
    if (!isRefusal(error) || (await findStepTemplates({ nodes: [node], lookUps: [], remarks: [] }, apply)).length > 0)
      throw error;
  }
  return `installed ${describe(apply, node)}`;
}

function toDocument(
  apply: Apply,
  { kind, merge, current, secrets }: Pick<NodePlan, "kind" | "merge" | "current" | "secrets">,
): JsonObject {
  return writeBody(kind, merge.body, { ...writers(apply), secretAt: (place) => secrets.toSend.get(place), current });
}

function writers({ directory }: Apply): {
  idOf: (target: Target) => string;
  templateVersionOf: (target: Target) => string;
} {
  return {
    idOf(target) {
      const id = directory.findId(target);
      if (id === undefined) throw new Error(`Nothing in the space is known as ${targetId(target)}.`);
      return id;
    },
    templateVersionOf: (target) => directory.findTemplateVersion(target) ?? "",
  };
}

function describeProgress(done: string[]): string {
  if (done.length === 0) return "Nothing else was written before; running the step again is safe.";
  const rest = done.length - 5;
  const shown = rest > 0 ? [`did ${rest} other ${rest === 1 ? "write" : "writes"}`, ...done.slice(-5)] : done;
  return `Before that it ${shown.join(", ")}. Running the step again is safe and goes on from there.`;
}

function withoutFields(body: JsonObject, fields: readonly string[] = []): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([field]) => !fields.includes(field)));
}
