import { forEachReference, targetId, type GraphNode, type ResourceGraph, type Target } from "../graph/graph.ts";
import { collectIds, readBody } from "../graph/read-body.ts";
import { dropSecrets, listSecretPlaces, writeBody, type SecretPlace } from "../graph/write-body.ts";
import type { JsonObject } from "../json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { getKind } from "../resources/index.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import { ParameterError, StepError } from "../step/errors.ts";
import {
  detachStepTemplates,
  findStepTemplates,
  type MissingStepTemplates,
  type StepTemplatePlan,
} from "./bind-step-templates.ts";
import { describeNode } from "./describe-node.ts";
import { createCurrentFinder, type CurrentFinder } from "./find-current.ts";
import { findLookUps } from "./find-look-ups.ts";
import { mergeBody, type Difference, type KeptDifference, type MergeInput, type MergeResult } from "./merge.ts";
import { findSecret, planSecrets, type SecretPlan, type SecretSource } from "./secrets.ts";
import { createSpaceDirectory, type SpaceDirectory } from "./space-directory.ts";

export interface ApplyOptions {
  space: OctopusSpace;
  graph: ResourceGraph;
  /** What was deployed last; absent when nobody knows. */
  base?: ResourceGraph | undefined;
  /** What runs that did not finish were deploying. */
  pending?: readonly ResourceGraph[] | undefined;
  /** Takes what the graph says where people changed the same; what they added stays. */
  overwrite: boolean;
  secrets: SecretSource;
  missingStepTemplates?: MissingStepTemplates;
  /** The name that the graph's project gets in this space. */
  projectName?: string | undefined;
  /** By target, the ids of what earlier runs made. */
  ids?: Readonly<Record<string, string>> | undefined;
  onlyPlan: boolean;
  /** Awaited before the first write, and not called when there is none. */
  onFirstWrite?: () => Promise<void>;
  /** Awaited for each resource that was made. */
  onCreated?: (target: Target, id: string) => Promise<void>;
  onProgress?: (percent: number, doing: string) => void;
}

/** What was done, or would be, about one resource. */
export interface Outcome {
  target: Target;
  /** For sentences: `the runbook "Restart" of "Hello World"`. */
  description: string;
  action: "create" | "update" | "none" | "skip";
  changes: Difference[];
  kept: KeptDifference[];
  /** How many secrets were sent with it. */
  secretCount: number;
}

export interface ApplyResult {
  outcomes: Outcome[];
  /** What was deployed before, is still in the space, and is no longer in the graph. */
  noLongerInGraph: string[];
  /** By target, the ids of what the graph's resources are in the space. */
  ids: Record<string, string>;
  /** The HMACs of the secrets that the space has now. */
  secretDigests: Record<string, string>;
}

/**
 * Makes the space have what the graph says, and keeps what people changed there. Writes nothing where nothing differs. Before the
 * first write all that would make it fail later is known: what the graph points to and the space lacks, and secrets without a value.
 * @throws {@link ParameterError} listing all of those at once
 */
export async function applyGraph(options: ApplyOptions): Promise<ApplyResult> {
  const directory = createSpaceDirectory(options.space);
  const problems = (await findLookUps(options.graph, { space: options.space, directory })).map(
    (lack) => `the space "${options.space.name}" has no ${lack.replace(/^the /, "")}`,
  );
  const templates = await findStepTemplates(options.graph, { space: options.space, directory });
  const apply = createApply(options, { directory, templates });
  const plans = await planAll(apply);
  refuseProblems([...problems, ...listTemplateProblems(apply), ...plans.flatMap((plan) => plan.problems)]);

  if (!options.onlyPlan) await writeAll(apply, plans);
  return toResult(apply, plans);
}

interface Apply extends ApplyOptions {
  directory: SpaceDirectory;
  finder: CurrentFinder;
  nodes: GraphNode[];
  baseBodies: Map<string, JsonObject>;
  pendingBodies: Map<string, JsonObject>[];
  templates: StepTemplatePlan[];
  /** Targets that this run made: nobody can have changed anything in them. */
  created: Set<string>;
  /** Targets that people removed. */
  removed: Set<string>;
}

interface NodePlan {
  node: GraphNode;
  kind: ResourceKind;
  action: Outcome["action"];
  desired: JsonObject;
  current: OctopusDocument | undefined;
  merge: MergeResult;
  secrets: SecretPlan;
  problems: string[];
  /** Its owner is to be made first, so that it cannot be compared yet. */
  isBelowNew: boolean;
}

function createApply(
  options: ApplyOptions,
  { directory, templates }: { directory: SpaceDirectory; templates: StepTemplatePlan[] },
): Apply {
  const isDetaching = options.missingStepTemplates === "detach";
  const detached = new Set(isDetaching ? templates.map(({ node }) => JSON.stringify(node.key)) : []);
  const prepare = (node: GraphNode): GraphNode => ({
    ...node,
    body: detachStepTemplates(withProjectName(node, options.projectName), (key) => detached.has(JSON.stringify(key))),
  });
  const nodes = options.graph.nodes.filter((node) => node.kind !== "stepTemplate").map(prepare);
  const toBodies = (graph: ResourceGraph | undefined): Map<string, JsonObject> =>
    new Map(graph?.nodes.map((node) => [targetId(node), prepare(node).body]));
  const finder = createCurrentFinder({
    space: options.space,
    directory,
    nodes,
    knownIds: new Map(Object.entries(options.ids ?? {})),
    nameOf: (node) => getKind(node.kind).nameOf(node.body),
  });
  return {
    ...options,
    directory,
    finder,
    nodes,
    baseBodies: toBodies(options.base),
    pendingBodies: (options.pending ?? []).map(toBodies),
    templates: isDetaching ? [] : templates,
    created: new Set(),
    removed: new Set(),
  };
}

/** A copy under another name gets a slug of its own. */
function withProjectName({ kind, body }: GraphNode, name: string | undefined): JsonObject {
  if (kind !== "project" || name === undefined || body["Name"] === name) return body;
  const { Slug: _slug, ...rest } = body;
  return { ...rest, Name: name };
}

function listTemplateProblems({ templates, missingStepTemplates = "install" }: Apply): string[] {
  if (missingStepTemplates !== "fail") return [];
  return templates.map(
    ({ node }) => `the space has no step template "${node.key[0] ?? ""}" with the content that the package uses`,
  );
}

function refuseProblems(problems: string[]): void {
  if (problems.length === 0) return;
  const all = [...new Set(problems)];
  throw new ParameterError(
    `${all.length === 1 ? `${all[0] ?? ""}.` : `${all.length} things are missing:\n${all.map((problem) => `- ${problem}`).join("\n")}\n`} Nothing was written. Add what is missing and run the step again.`,
  );
}

async function planAll(apply: Apply): Promise<NodePlan[]> {
  const located: { node: GraphNode; current: OctopusDocument | undefined }[] = [];
  for (const node of apply.nodes) located.push({ node, current: await locate(apply, node) });
  for (const { node, current } of located)
    if (current !== undefined) await apply.directory.resolve(collectIds(getKind(node.kind), current));
  return located.map(({ node, current }) => planNode(apply, node, current));
}

async function locate({ finder, directory }: Apply, node: GraphNode): Promise<OctopusDocument | undefined> {
  const current = await finder.find(node);
  if (current !== undefined) directory.learn(getKind(node.kind), current, node.key);
  return current;
}

function planNode(apply: Apply, node: GraphNode, current: OctopusDocument | undefined): NodePlan {
  const kind = getKind(node.kind);
  const currentBody = current === undefined ? {} : readBody(kind, current, { names: apply.directory });
  const { desired, problems } = settleSecrets(apply, { node, kind, currentBody, isNew: current === undefined });
  const id = targetId(node);
  const history = historyOf(apply, node);
  const isRemoved = current === undefined && isRemovedByPerson(apply, { node, kind, base: history.base });
  if (isRemoved) apply.removed.add(id);
  const overwrite = apply.overwrite || isMadeByThisRun(apply, node);
  const merge =
    current === undefined
      ? toNewMerge(desired, { isRemoved, base: history.base })
      : mergeBody({ kind, desired, current: currentBody, ...history, overwrite });
  const secrets = planSecrets(node, {
    kind,
    body: merge.body,
    desired,
    current: currentBody,
    spaceId: apply.space.id,
    source: apply.secrets,
  });
  const isChanged = merge.changes.length > 0 || secrets.toSend.size > 0;
  const action = isRemoved ? "skip" : current === undefined ? "create" : isChanged ? "update" : "none";
  return {
    node,
    kind,
    action,
    desired,
    current,
    merge,
    secrets,
    problems: isRemoved ? [] : problems,
    isBelowNew: current === undefined && kind.isSingleton === true,
  };
}

function historyOf({ baseBodies, pendingBodies }: Apply, node: GraphNode): Pick<MergeInput, "base" | "pending"> {
  const id = targetId(node);
  return {
    base: baseBodies.get(id),
    pending: pendingBodies.map((bodies) => bodies.get(id)).filter((body) => body !== undefined),
  };
}

/** What was deployed and is gone was removed by a person, unless its whole owner is new. */
function isRemovedByPerson(
  apply: Apply,
  { node, kind, base }: { node: GraphNode; kind: ResourceKind; base: JsonObject | undefined },
): boolean {
  if (node.owner !== undefined && apply.removed.has(targetId(node.owner))) return true;
  const isOwnerThere = node.owner !== undefined && apply.directory.findDocument(node.owner) !== undefined;
  return base !== undefined && isOwnerThere && !apply.overwrite && kind.isSingleton !== true;
}

function isMadeByThisRun({ created }: Apply, node: GraphNode): boolean {
  return created.has(targetId(node)) || (node.owner !== undefined && created.has(targetId(node.owner)));
}

function toNewMerge(
  desired: JsonObject,
  { isRemoved, base }: { isRemoved: boolean; base: JsonObject | undefined },
): MergeResult {
  if (!isRemoved) return { body: desired, changes: [{ path: [], what: "added" }], kept: [] };
  return { body: {}, changes: [], kept: base === undefined ? [] : [{ path: [], what: "removed", isConflict: false }] };
}

interface Settling {
  node: GraphNode;
  kind: ResourceKind;
  currentBody: JsonObject;
  isNew: boolean;
}

/** Secrets without a value: those that the space has stay there, others are problems, or left out if that is wanted. */
function settleSecrets(
  apply: Apply,
  { node, kind, currentBody }: Settling,
): { desired: JsonObject; problems: string[] } {
  const present = new Set(listSecretPlaces(kind, currentBody).map(({ place }) => place));
  const unknown = listSecretPlaces(kind, node.body).filter((secret) => findSecret(secret, apply.secrets) === undefined);
  const lacking = unknown.filter(
    (secret) => !present.has(secret.place) || (secret.variable !== null && secret.unresolvable === undefined),
  );
  const problems =
    apply.secrets.missing === "leave" ? [] : lacking.map((secret) => describeLack(secret, describe(apply, node)));
  const dropped = new Set(unknown.filter(({ place }) => !present.has(place)).map(({ place }) => place));
  return { desired: dropSecrets(kind, node.body, dropped), problems };
}

function describeLack({ place, variable, unresolvable }: SecretPlace, owner: string): string {
  if (unresolvable !== undefined) return `the secret in ${owner} (${place}) cannot be known: ${unresolvable}`;
  return `this run has no variable "${variable ?? ""}", the secret of ${owner}`;
}

async function writeAll(apply: Apply, plans: NodePlan[]): Promise<void> {
  const queue = plans.filter(({ action }) => action === "create" || action === "update");
  if (queue.length === 0 && apply.templates.length === 0) return;
  await apply.onFirstWrite?.();
  const done: string[] = [];
  try {
    for (const template of apply.templates) done.push(await writeStepTemplate(apply, template));
    await writeQueue(apply, { plans, queue, done });
    for (const plan of plans) await writeDeferred(apply, plan);
  } catch (error) {
    if (error instanceof StepError) error.message += ` ${describeProgress(done)}`;
    throw error;
  }
}

/** In order; what points to something that comes later waits for it. */
async function writeQueue(
  apply: Apply,
  { plans, queue, done }: { plans: NodePlan[]; queue: NodePlan[]; done: string[] },
): Promise<void> {
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
      if (plan.action !== "none")
        done.push(`${plan.action === "create" ? "made" : "updated"} ${describe(apply, plan.node)}`);
    }
    if (later.length === waiting.length) return giveUp(apply, { plans, waiting });
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

/** What is left needs something that people removed: then it stays away too. Anything else is a broken package. */
function giveUp(apply: Apply, { waiting }: { plans: NodePlan[]; waiting: NodePlan[] }): void {
  for (const plan of waiting) {
    const unknown = listUnknown(apply.directory, plan.merge.body);
    if (!unknown.every((target) => isBelowRemoved(apply, target))) throw brokenReference(apply, plan, unknown);
    Object.assign(plan, {
      action: "skip",
      merge: { ...plan.merge, changes: [], kept: [{ path: [], what: "removed", isConflict: true }] },
    });
  }
}

function isBelowRemoved({ removed }: Apply, { kind, key }: Target): boolean {
  return (
    removed.has(targetId({ kind, key })) ||
    ["runbook", "channel", "projectTrigger"].some((owner) =>
      removed.has(targetId({ kind: owner, key: key.slice(0, -1) })),
    )
  );
}

function brokenReference(apply: Apply, { node }: NodePlan, unknown: Target[]): StepError {
  const names = unknown.map(({ kind, key }) => `the ${kind} ${key.map((name) => `"${name}"`).join(" of ")}`);
  return new StepError(
    `Failed to write ${describe(apply, node)}: it refers to ${names.join(", ")}, which neither the package nor the space has. Serialize the project again.`,
  );
}

async function writeNode(apply: Apply, plan: NodePlan): Promise<Partial<NodePlan>> {
  const ready = plan.current === undefined && isMadeByThisRun(apply, plan.node) ? await planAgain(apply, plan) : plan;
  if (ready.action === "create") return { ...ready, current: await create(apply, ready) };
  if (ready.action !== "update") return { ...ready, action: "none" };
  const updated = isOnlyLate(ready) ? ready : { ...ready, current: await update(apply, ready) };
  // What came with a new owner is new to people too.
  return isMadeByThisRun(apply, plan.node) ? { ...updated, action: "create" } : updated;
}

/** Whether all that differs is written at the end anyway. */
function isOnlyLate({ kind, merge, secrets }: NodePlan): boolean {
  return (
    secrets.toSend.size === 0 && merge.changes.every(({ path }) => kind.deferred?.includes(path[0] ?? "") === true)
  );
}

/** Looks again, since its owner was made, or somebody else was faster. */
async function planAgain(apply: Apply, { node }: NodePlan): Promise<NodePlan> {
  const current = await locate(apply, node);
  if (current !== undefined) await apply.directory.resolve(collectIds(getKind(node.kind), current));
  return planNode(apply, node, current);
}

async function create(apply: Apply, plan: NodePlan): Promise<OctopusDocument> {
  const { node, kind } = plan;
  const owner = node.owner === undefined ? undefined : apply.directory.findDocument(node.owner);
  const body = toDocument(apply, {
    ...plan,
    merge: { ...plan.merge, body: withoutFields(plan.merge.body, kind.deferred) },
  });
  try {
    if (kind.create === undefined)
      throw new StepError(`Octopus did not make ${describe(apply, node)} together with its owner. Run the step again.`);
    return await take(apply, plan, await kind.create(apply.space, { ...kind.creationDefaults, ...body }, owner));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    apply.finder.forget();
    const existing = await planAgain({ ...apply, overwrite: true }, plan);
    if (existing.current === undefined) throw error;
    return existing.action === "update" ? update(apply, existing) : existing.current;
  }
}

async function take(apply: Apply, { node, kind }: NodePlan, document: OctopusDocument): Promise<OctopusDocument> {
  apply.directory.learn(kind, document, node.key);
  apply.created.add(targetId(node));
  await apply.onCreated?.(node, document.Id);
  return document;
}

/** Somebody may have written the same document since it was read: then it is read and merged again. */
async function update(apply: Apply, plan: NodePlan, attempt = 1): Promise<OctopusDocument> {
  const { kind, node, current } = plan;
  if (current === undefined || kind.update === undefined)
    throw new StepError(`Failed to update ${describe(apply, node)}: Octopus has no way to do so.`);
  const body = toDocument(apply, {
    ...plan,
    merge: { ...plan.merge, body: withoutFields(plan.merge.body, kind.deferred) },
  });
  try {
    return await put(apply, plan, body);
  } catch (error) {
    if (!isRefusal(error) || attempt > 3 || current["Version"] === undefined) throw error;
    apply.finder.forget();
    const again = await planAgain(apply, plan);
    if (again.current === undefined || again.current["Version"] === current["Version"]) throw error;
    return again.action === "update" ? update(apply, again, attempt + 1) : again.current;
  }
}

/** Some writes answer with less than the document: what is missing is as it was sent. */
async function put(
  { space, directory }: Apply,
  { kind, node, current }: NodePlan,
  body: JsonObject,
): Promise<OctopusDocument> {
  if (current === undefined || kind.update === undefined) throw new Error("There is nothing to update.");
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

/** An answer that says no, to what another run may have done already; not silence, and not a missing permission. */
function isRefusal(error: unknown): error is StepError {
  return error instanceof StepError && ["StepError", "ConflictError"].includes(error.name);
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

async function toResult(apply: Apply, plans: NodePlan[]): Promise<ApplyResult> {
  const outcomes = plans.map((plan) => toOutcome(apply, plan));
  const ids = plans.flatMap(({ node, kind }) =>
    kind.isSingleton === true ? [] : [[targetId(node), apply.directory.findId(node) ?? ""]],
  );
  return {
    outcomes: [...apply.templates.map((template) => toTemplateOutcome(apply, template)), ...outcomes],
    noLongerInGraph: await listNoLongerInGraph(apply),
    ids: Object.fromEntries(ids.filter(([, id]) => id !== "")),
    secretDigests: Object.assign({}, ...plans.map(({ secrets }) => secrets.digests)),
  };
}

function toOutcome(apply: Apply, { node, action, merge, secrets }: NodePlan): Outcome {
  const target = { kind: node.kind, key: node.key };
  return {
    target,
    description: describe(apply, node),
    action,
    changes: merge.changes,
    kept: merge.kept,
    secretCount: action === "none" ? 0 : secrets.toSend.size,
  };
}

function toTemplateOutcome(apply: Apply, { node, current }: StepTemplatePlan): Outcome {
  const action = current === undefined ? "create" : "update";
  return {
    target: { kind: node.kind, key: node.key },
    description: describe(apply, node),
    action,
    changes: [],
    kept: [],
    secretCount: 0,
  };
}

async function listNoLongerInGraph(apply: Apply): Promise<string[]> {
  const wanted = new Set(apply.graph.nodes.map(targetId));
  const gone = (apply.base?.nodes ?? []).filter(
    (node) => !wanted.has(targetId(node)) && node.owner !== undefined && getKind(node.kind).isSingleton !== true,
  );
  const present: string[] = [];
  for (const node of gone) if ((await apply.finder.find(node)) !== undefined) present.push(describe(apply, node));
  return present;
}

function describe({ projectName }: Pick<Apply, "projectName">, node: GraphNode): string {
  const isOfProject =
    node.kind === "project" || (node.owner !== undefined && ["project", "runbook"].includes(node.owner.kind));
  const key = isOfProject && projectName !== undefined ? [projectName, ...node.key.slice(1)] : node.key;
  return describeNode({ kind: node.kind, key }, getKind(node.kind));
}

function describeProgress(done: string[]): string {
  if (done.length === 0) return "Nothing else was written before; running the step again is safe.";
  const shown = done.length > 5 ? [`${done.length - 5} earlier writes`, ...done.slice(-5)] : done;
  return `Before that it ${shown.join(", ")}. Running the step again is safe and goes on from there.`;
}

function withoutFields(body: JsonObject, fields: readonly string[] = []): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([field]) => !fields.includes(field)));
}
