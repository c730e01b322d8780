import { targetId } from "../model/graph.ts";
import { readBody } from "../graph/read-body.ts";
import { isRefusal } from "../http/http-client.ts";
import { textOf } from "../model/json.ts";
import { isSameName } from "../octopus/same-name.ts";
import { isStale } from "../octopus/stale-data.ts";
import { describe, isMadeByThisRun, type Comparison, type NodePlan } from "../compare/comparison.ts";
import { isAsMade } from "../compare/is-as-made.ts";
import { isSame } from "../compare/is-same.ts";
import { planAgain, planWith, recognizeWritten } from "../compare/plan-nodes.ts";
import { withItems } from "../compare/used-items.ts";
import { ConflictError, StepError } from "../step/errors.ts";
import { toDocument, withoutFields } from "./to-document.ts";
import { brokenReference, listUnknown } from "./unknown-targets.ts";

/** Others may write between our reading and our writing, and once more: so often a write is tried. */
const attempts = 4;

/** @returns the plan as it was carried out, which is another one when somebody else wrote in between */
export async function writeNode(comparison: Comparison, plan: NodePlan): Promise<NodePlan> {
  const isNew = isMadeByThisRun(comparison, plan.node);
  const ready = plan.current === undefined && isNew ? await planAgain(comparison, plan) : plan;
  // What is below it came with it.
  if (isNew && ready.current !== undefined) comparison.created.add(targetId(plan.node));
  if (ready.action === "create") return create(comparison, ready);
  if (ready.action !== "update") return ready;
  const updated = isOnlyLate(ready) ? ready : await update(comparison, ready);
  // What came with a new owner is new to people too.
  return isNew ? { ...updated, action: "create" } : updated;
}

/** Whether all that differs is written at the end anyway. */
function isOnlyLate({ kind, merge: { changes }, secrets }: NodePlan): boolean {
  const isLate = changes.every(({ path }) => kind.deferred?.includes(path[0] ?? "") === true);
  return secrets.toSend.size === 0 && changes.length > 0 && isLate;
}

async function create(comparison: Comparison, plan: NodePlan): Promise<NodePlan> {
  const { node, kind } = plan;
  const owner = node.owner === undefined ? undefined : comparison.directory.findDocument(node.owner);
  if (kind.create === undefined)
    throw new StepError(
      `Octopus did not make ${describe(comparison, node)} together with its owner. Run the step again.`,
    );
  try {
    const ready = await withFreeSlug(comparison, withoutDeferred(plan));
    const body = { ...kind.creationDefaults, ...toDocument(comparison, ready) };
    const document = await kind.create(comparison.space, body, owner);
    const known = recognizeWritten(comparison, withoutDeferred(plan), document);
    comparison.created.add(targetId(node));
    return { ...plan, ...known };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return takeExisting(comparison, plan, error);
  }
}

/** Something else of the template's may have the slug here, such as a channel that came with the project: Octopus makes another. */
async function withFreeSlug({ finder }: Comparison, plan: NodePlan): Promise<NodePlan> {
  const { node, kind, merge } = plan;
  const slug = textOf(merge.body, "Slug");
  if (slug === "" || node.owner === undefined) return plan;
  const documents = await finder.list(kind, node.owner);
  if (!documents.some((document) => isSameName(textOf(document, "Slug"), slug))) return plan;
  return { ...plan, merge: { ...merge, body: withoutFields(merge.body, ["Slug"]) } };
}

/** What is there after a refused creation is another run's, when it is just what we would have made; anything else is not ours. */
async function takeExisting(comparison: Comparison, plan: NodePlan, refusal: StepError): Promise<NodePlan> {
  comparison.finder.forget();
  const { current, rival } = await comparison.finder.find(plan.node);
  const existing = current ?? rival;
  if (existing === undefined) throw refusal;
  const { node, kind } = plan;
  comparison.absent.delete(targetId(node));
  const again = await planWith(comparison, { ...plan, isAdopted: false }, existing);
  const differences = [...again.merge.changes, ...again.merge.kept.filter(({ isConflict }) => isConflict)];
  const isLate = differences.every(({ path }) => kind.deferred?.includes(path[0] ?? "") === true);
  // What the whole space shares is known by its name, whoever made it.
  const isShared = node.owner === undefined && kind.isRenamable !== true;
  if (isLate && (isShared || isAsMade(kind, plan.desired, existing))) {
    comparison.created.add(targetId(node));
    return again;
  }
  throw new ConflictError(
    `While this step was about to make ${describe(comparison, node)}, somebody else made a ${kind.label} of that name (${existing.Id}), which is left as it is. Rename one of them, or remove that one, and run the step again.`,
    { cause: refusal },
  );
}

/** Somebody may have written the same document since it was read: then it is read and merged again. */
async function update(comparison: Comparison, plan: NodePlan, attempt = 1): Promise<NodePlan> {
  const ready = isMadeByThisRun(comparison, plan.node) ? plan : await refresh(comparison, plan);
  if (ready.action !== "update") return ready;
  try {
    return { ...ready, ...(await put(comparison, withoutDeferred(withLateItems(ready)))) };
  } catch (error) {
    if ((!isStale(error) && !(isRefusal(error) && hasVersion(ready))) || attempt >= attempts) throw error;
    comparison.finder.forget();
    const again = await planAgain(comparison, ready);
    if (again.current === undefined || (!isStale(error) && isSameVersion(again, ready))) throw error;
    return again.action === "update" ? update(comparison, again, attempt + 1) : again;
  }
}

/** A document without a version is the last writer's: it is read again right before it is written. */
async function refresh(comparison: Comparison, plan: NodePlan): Promise<NodePlan> {
  const { kind, current } = plan;
  if (current === undefined || hasVersion(plan) || kind.read === undefined) return plan;
  const now = await kind.read(comparison.space, current);
  return isSame(now, current) ? plan : planWith(comparison, plan, now);
}

function hasVersion({ current }: NodePlan): boolean {
  return current?.["Version"] !== undefined;
}

function isSameVersion(a: NodePlan, b: NodePlan): boolean {
  return a.current?.["Version"] === b.current?.["Version"];
}

/** What others use until they are written is still there. */
function withLateItems(plan: NodePlan): NodePlan {
  const { merge, removedLate } = plan;
  return removedLate.length === 0 ? plan : { ...plan, merge: { ...merge, body: withItems(plan, removedLate) } };
}

function withoutDeferred(plan: NodePlan): NodePlan {
  return { ...plan, merge: { ...plan.merge, body: withoutFields(plan.merge.body, plan.kind.deferred) } };
}

/** Some writes answer with less than the document: then it is read again, since items get their ids from the server. */
export async function put(
  comparison: Comparison,
  plan: NodePlan,
): Promise<Pick<NodePlan, "current" | "itemIdentities">> {
  const { space, directory } = comparison;
  const { kind, node, current } = plan;
  if (current === undefined || kind.update === undefined) throw new Error(`A ${kind.label} cannot be updated.`);
  const answer = await kind.update(space, current, toDocument(comparison, plan));
  const isWhole = (kind.items ?? []).every(({ path }) => answer[path[0] ?? ""] !== undefined);
  const owner = node.owner === undefined ? undefined : directory.findDocument(node.owner);
  const [read] = isWhole ? [answer] : await kind.list(space, owner);
  return recognizeWritten(comparison, plan, { ...current, ...(read ?? answer), Id: current.Id });
}

/** Takes away what nothing uses any more. @returns what is to be known of it from now on */
export async function removeLate(
  comparison: Comparison,
  plan: NodePlan,
): Promise<Pick<NodePlan, "current" | "itemIdentities" | "merge">> {
  const { node, current, merge } = plan;
  if (current === undefined) return plan;
  const held = comparison.held.get(targetId(node));
  comparison.held.set(targetId(node), { staying: held?.staying ?? [], late: [] });
  const again = await planWith(comparison, plan, current);
  const written = await update(comparison, { ...again, secrets: { ...again.secrets, toSend: new Map() } });
  const { kept } = written.merge;
  return { current: written.current, itemIdentities: written.itemIdentities, merge: { ...merge, kept } };
}

/** Fields that point to what comes after their resource are written when everything is there, on what is there by then. */
export async function writeDeferred(comparison: Comparison, plan: NodePlan, attempt = 1): Promise<void> {
  const { kind, current, action } = plan;
  if (kind.deferred === undefined || current === undefined || action === "skip") return;
  if (!isLateOpen(comparison, plan)) return;
  const now = kind.read === undefined ? current : await kind.read(comparison.space, current);
  const again = await planWith(comparison, plan, now);
  Object.assign(plan, { current: again.current, itemIdentities: again.itemIdentities });
  if (again.merge.changes.length === 0) return;
  const unknown = listUnknown(comparison.directory, again.merge.body);
  if (unknown.length > 0) throw brokenReference(comparison, plan, unknown);
  try {
    const written = await put(comparison, { ...again, secrets: { ...again.secrets, toSend: new Map() } });
    Object.assign(plan, written, { action: action === "none" ? "update" : action });
  } catch (error) {
    if (!isStale(error) || attempt >= attempts) throw error;
    await writeDeferred(comparison, plan, attempt + 1);
  }
}

/** Whether anything is still to be written of what could not be before. */
function isLateOpen({ directory }: Comparison, { kind, current, merge }: NodePlan): boolean {
  const body = readBody(kind, current ?? {}, { names: directory });
  return (kind.deferred ?? []).some((field) => !isSame(body[field], merge.body[field]));
}
