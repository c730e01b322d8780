import { collectIds, readBody } from "../graph/read-body.ts";
import { dropSecrets } from "../graph/write-body.ts";
import { targetId, type GraphNode } from "../model/graph.ts";
import { listIdentities } from "../model/identity.ts";
import type { JsonObject } from "../model/json.ts";
import { findStepTemplateVersion } from "../octopus/find-step-template-version.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { isSameName } from "../octopus/same-name.ts";
import { getKind } from "../resources/index.ts";
import { noHistory, type CopyHistory } from "./history.ts";
import { isSame } from "./is-same.ts";
import type { MissingStepTemplates } from "./bind-step-templates.ts";
import { markDecided, mergeDecided, type DecisionBook } from "./decision.ts";
import { alignItems, listMatches, matchItems } from "./match-items.ts";
import { mergeBody, type Base, type MergeResult } from "./merge.ts";
import { toPlace } from "./places.ts";
import type { SpaceDirectory } from "./space-directory.ts";

/** What one step template of the graph needs. */
export interface StepTemplatePlan {
  node: GraphNode;
  /** `none`: the space has it with that content, or people keep what differs. `skip`: the one of that name is people's. */
  action: "create" | "update" | "none" | "skip";
  /** The one of that name, at the version that is used; after it was written, as it was written. */
  current: OctopusDocument | undefined;
  /** Nobody can read secrets, so they do not count. */
  desired: JsonObject;
  itemIdentities: ReadonlyMap<string, string>;
  base: Base | undefined;
  merge: MergeResult;
  /** Whether deployments made it what it is. */
  isInstalled: boolean;
}

export interface StepTemplatesOptions {
  space: OctopusSpace;
  directory: SpaceDirectory;
  history?: CopyHistory | undefined;
  /** By id, the versions of step templates that deployments installed last in the space. */
  installed: Readonly<Record<string, string>>;
  /** Whether what the copy uses counts as installed: receipts of earlier versions do not tell. */
  claimsUsed?: boolean | undefined;
  /** Those that another engine is known to have made, as a deployment would have installed them. */
  madeTemplates?: readonly GraphNode[] | undefined;
  overwrite: boolean;
  book: DecisionBook;
  missingStepTemplates?: MissingStepTemplates | undefined;
}

const kind = getKind("stepTemplate");

/**
 * Finds the step templates by name and content, at any of their versions, and tells the directory; compares others three ways with
 * what deployments installed. One of that name that no deployment installed is people's.
 */
export async function planStepTemplates(
  nodes: readonly GraphNode[],
  options: StepTemplatesOptions,
): Promise<StepTemplatePlan[]> {
  const own = nodes.filter((node) => node.kind === kind.id);
  if (own.length === 0) return [];
  learnFormer(options);
  const documents = await kind.list(options.space);
  const plans: StepTemplatePlan[] = [];
  for (const node of own) {
    const newest = documents.find((document) => isSameName(kind.nameOf(document), kind.nameOf(node.body)));
    const plan = newest === undefined ? toCreated(node) : await planWithNewest(node, newest, options);
    plans.push({ ...plan, merge: { ...plan.merge, kept: markDecided(options.book, node, plan.merge.kept) } });
  }
  return plans;
}

/** The same, as what the space has by now wants it. */
export async function planStepTemplateAgain(node: GraphNode, options: StepTemplatesOptions): Promise<StepTemplatePlan> {
  const [plan] = await planStepTemplates([node], options);
  return plan ?? toCreated(node);
}

/** What the copy's steps use by now may have another content than the template has: people's and ours. */
function learnFormer({ history = noHistory, directory }: StepTemplatesOptions): void {
  for (const node of history.base) {
    const use = node.kind === kind.id ? history.installed?.[targetId(node)] : undefined;
    if (use !== undefined) directory.learnStepTemplate({ Id: use.id, Version: use.version }, toTarget(node));
  }
}

function toTarget({ kind: id, key }: GraphNode): Pick<GraphNode, "kind" | "key"> {
  return { kind: id, key };
}

function toCreated(node: GraphNode): StepTemplatePlan {
  const desired = dropSecrets(kind, node.body);
  const changes: MergeResult["changes"] = [{ path: [], place: toPlace([]), what: "added", template: desired }];
  return {
    node,
    action: "create",
    current: undefined,
    desired,
    itemIdentities: new Map(),
    base: undefined,
    merge: { body: desired, changes, kept: [] },
    isInstalled: true,
  };
}

async function planWithNewest(
  node: GraphNode,
  newest: OctopusDocument,
  options: StepTemplatesOptions,
): Promise<StepTemplatePlan> {
  const plan = toCreated(node);
  const { Name: name = "" } = plan.desired;
  // As it is found, in whatever case, so it may be called.
  const isWanted = async (document: OctopusDocument): Promise<boolean> =>
    isSame({ ...(await read(document, options)), Name: name }, plan.desired);
  const found =
    (await findUsed(node, newest, { ...options, isWanted })) ??
    (await findStepTemplateVersion(options.space, newest, isWanted));
  if (found === undefined || isEditInUse(node, newest, options)) return compare(plan, newest, options);
  const isOurs = options.installed[found.Id] === String(found["Version"]);
  const isEdited = isOurs && found["Version"] !== newest["Version"];
  const { missingStepTemplates = "install" } = options;
  if (isEdited && options.overwrite && missingStepTemplates === "install") return compare(plan, newest, options);
  options.directory.learnStepTemplate(found, node);
  const kept = isEdited ? await listEdits(plan, newest, options) : [];
  return {
    ...plan,
    action: "none",
    current: found,
    // What is in use is what the template says; people's version is beside it.
    ...(kept.length > 0 && { base: { template: plan.desired, space: plan.desired } }),
    merge: { ...plan.merge, changes: [], kept },
    isInstalled: isOurs || isClaimed(node, options),
  };
}

/**
 * Whether the copy uses a version already that has people's changes in it: an older one would take these out of use. It may have been
 * another content of the template's that was made into that version.
 */
function isEditInUse(
  node: GraphNode,
  { Id, Version }: OctopusDocument,
  { installed, history = noHistory }: StepTemplatesOptions,
): boolean {
  const isNewest = (use: { id: string; version: string }): boolean => use.id === Id && use.version === String(Version);
  const ours = installed[Id];
  if (ours === undefined || ours === String(Version)) return false;
  const own = history.installed?.[targetId(toTarget(node))];
  return own === undefined ? Object.values(history.installed ?? {}).some(isNewest) : isNewest(own);
}

/** What people made of it since a deployment installed it, unless that is what a killed run wrote. */
async function listEdits(
  plan: StepTemplatePlan,
  newest: OctopusDocument,
  options: StepTemplatesOptions,
): Promise<MergeResult["kept"]> {
  const own = await read(newest, options);
  if (listPending(plan, options).some((body) => isSame(body, own))) return [];
  const { desired } = plan;
  const base = { template: desired, space: desired };
  const current = match(desired, own, { base: desired, pending: [] });
  return mergeBody({ kind, desired, current, base, pending: [], overwrite: false }).kept;
}

function match(
  desired: JsonObject,
  current: JsonObject,
  { base, pending }: { base: JsonObject | undefined; pending: readonly JsonObject[] },
): JsonObject {
  const templates = listIdentities(desired);
  return matchItems({ kind, desired, current, base, pending, templates, items: {}, isAdopting: true });
}

/** The version that the copy uses, if that still serves: people may have made a newer one that is called otherwise. */
async function findUsed(
  node: GraphNode,
  newest: OctopusDocument,
  { space, history, isWanted }: StepTemplatesOptions & { isWanted: (document: OctopusDocument) => Promise<boolean> },
): Promise<OctopusDocument | undefined> {
  const { id, version } = history?.installed?.[targetId(toTarget(node))] ?? {};
  if (id !== newest.Id || version === undefined || version === String(newest["Version"])) return undefined;
  const used = await space.find(`/actiontemplates/${id}/versions/${version}`);
  return used !== undefined && (await isWanted(used)) ? { ...used, Id: newest.Id } : undefined;
}

async function read(document: OctopusDocument, { directory }: StepTemplatesOptions): Promise<JsonObject> {
  await directory.resolve(collectIds(kind, document));
  return dropSecrets(kind, readBody(kind, document, { names: directory }));
}

/** By a run that was killed before it could note it, by an earlier version, which noted nothing, or by an engine that notes nothing. */
function isClaimed(
  node: GraphNode,
  { history = noHistory, claimsUsed, madeTemplates = [] }: StepTemplatesOptions,
): boolean {
  if (claimsUsed === true || madeTemplates.some((made) => targetId(made) === targetId(node))) return true;
  return history.pending.some(({ creates }) => creates.includes(targetId(node)));
}

async function compare(
  plan: StepTemplatePlan,
  newest: OctopusDocument,
  options: StepTemplatesOptions,
): Promise<StepTemplatePlan> {
  const own = await read(newest, options);
  const base = await findBase(plan, newest, options);
  const pending = listPending(plan, options);
  const isOurs = options.installed[newest.Id] !== undefined || pending.some((body) => isSame(body, own));
  const isKnown = isOurs || (options.claimsUsed === true && base !== undefined);
  if (!isKnown && !options.overwrite) return toTaken(plan, newest);
  const { desired, node } = plan;
  const current = match(desired, own, { base: base?.template, pending });
  const merge = mergeDecided(options.book, node, (takes) =>
    mergeBody({ kind, desired, current, base, pending, overwrite: options.overwrite, takes }),
  );
  const action = merge.changes.length > 0 ? "update" : "none";
  if (action === "none") options.directory.learnStepTemplate(newest, node);
  const isInstalled = action === "update" && (merge.kept.length === 0 || !isKnown);
  const itemIdentities = listMatches({ kind, current: own, templates: listIdentities(desired) }, current);
  return { ...plan, action, current: newest, base, merge, itemIdentities, isInstalled };
}

/** What was settled last in this copy; else the version that a deployment of another copy installed last. */
async function findBase(
  { node, desired }: StepTemplatePlan,
  newest: OctopusDocument,
  options: StepTemplatesOptions,
): Promise<Base | undefined> {
  const align = (body: JsonObject): JsonObject => alignItems(kind, dropSecrets(kind, body), desired);
  const settled = findSettled(node, newest, options);
  if (settled !== undefined) return { template: align(settled.body), space: align(settled.answered ?? settled.body) };
  const version = options.installed[newest.Id];
  const path = `/actiontemplates/${newest.Id}/versions/${version ?? ""}`;
  const document = version === undefined ? undefined : await options.space.find(path);
  if (document === undefined) return undefined;
  const body = align(await read(document, options));
  return { template: body, space: body };
}

/** Steps of one copy may use several versions: what counts is what the newest was made of. */
function findSettled(
  node: GraphNode,
  { Id, Version }: OctopusDocument,
  { history = noHistory }: StepTemplatesOptions,
): CopyHistory["base"][number] | undefined {
  const settled = history.base.filter((one) => isNamesake(one, node));
  const isNewest = (one: GraphNode): boolean => {
    const use = history.installed?.[targetId(one)];
    return use?.id === Id && use.version === String(Version);
  };
  return settled.find(isNewest) ?? settled.at(-1);
}

function listPending({ node, desired }: StepTemplatePlan, { history = noHistory }: StepTemplatesOptions): JsonObject[] {
  const bodies = history.pending.flatMap(({ nodes }) => nodes.filter((one) => isNamesake(one, node)));
  return bodies.map(({ body }) => alignItems(kind, dropSecrets(kind, body), desired));
}

function isNamesake(a: GraphNode, b: GraphNode): boolean {
  return a.kind === b.kind && isSameName(kind.nameOf(a.body), kind.nameOf(b.body));
}

function toTaken(plan: StepTemplatePlan, { Id, Name }: OctopusDocument): StepTemplatePlan {
  const space = { Id, Name: String(Name) };
  const kept: MergeResult["kept"] = [{ path: [], place: toPlace([]), what: "taken", isConflict: true, space }];
  return { ...plan, action: "skip", merge: { body: {}, changes: [], kept }, isInstalled: false };
}

/** As the server answered, in the words of what was sent: the base of the next compare. */
export function readWritten(
  { desired, merge, current }: StepTemplatePlan,
  { directory }: Pick<StepTemplatesOptions, "directory">,
): JsonObject {
  const own = current === undefined ? {} : dropSecrets(kind, readBody(kind, current, { names: directory }));
  const like = { ...desired, ...merge.body };
  return match(like, own, { base: like, pending: [] });
}
