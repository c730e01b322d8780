import { targetId, type Remark, type Target } from "../model/graph.ts";
import { textsOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { foldName } from "../octopus/same-name.ts";
import type { StepTemplateUse } from "../ocl/list-step-templates.ts";
import { listOwners } from "../resources/holders.ts";
import { describeHidden, refuseHidden } from "../resources/hidden-kinds.ts";
import { findKind, getKind } from "../resources/index.ts";
import { listIfKnown } from "../resources/list-if-known.ts";
import { describeByKind } from "../resources/describe-by-kind.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import { ParameterError } from "../step/errors.ts";
import type { ReadResource } from "./leave-out.ts";
import { matchNames } from "./name-patterns.ts";
import { listUnfit, type UnfitLine } from "./list-unfit.ts";
import { mergeMet } from "./read-body.ts";
import { readResources, type Reading } from "./read-resources.ts";
import { matchResources, selectableKinds, type ResourceFilter, type Selection } from "./select-resources.ts";

/** What of a space is wanted, as it was read. */
export interface SpaceReading {
  resources: ReadResource[];
  /** Step templates at their newest versions, wanted for their own sake. */
  stepTemplates: StepTemplateUse[];
  unfit: UnfitLine[];
}

interface SpaceContext extends Reading {
  remarks: Remark[];
}

/**
 * The selected resources of a space with all that belongs to them and, where they are to come along, with what they refer to.
 * @throws {@link NotAllowedError} for kinds that the user may not see, all of them at once
 */
export async function readSpace(
  space: OctopusSpace,
  selection: Selection,
  context: SpaceContext,
): Promise<SpaceReading> {
  const listing = { space, isLeftOut: matchResources(selection.leftOut ?? []) };
  const lists = await listKinds(listing, selection);
  learnNames(lists, context);
  const chosen = choose(lists, selection, context.remarks);
  const { templates, others } = splitTemplates(chosen);
  const resources = await readResources(space, others, context);
  const needs = selection.needs ?? "include";
  const known = { resources, templates, lists };
  const all = needs === "include" ? await addNeeded(listing, known, context) : resources;
  return {
    resources: all,
    stepTemplates: templates.map(({ document }) => ({ id: document.Id, version: String(document["Version"]) })),
    unfit: listUnfit(selection, {
      place: `the space "${space.name}"`,
      namesOf: (kind) => (lists.get(getKind(kind)) ?? []).map(getKind(kind).nameOf),
      selects: (part) => selectsSome(lists, part),
    }),
  };
}

/** By kind, what the space has that a package could have. */
type Lists = Map<ResourceKind, readonly OctopusDocument[]>;

async function listKinds(listing: Listing, selection: Selection): Promise<Lists> {
  const kinds = selectableKinds.filter(matchKinds(selection));
  const read = await Promise.all(kinds.map(async (kind) => [kind, await listVisible(kind, listing)] as const));
  const hidden = read.flatMap(([, list]) => (typeof list === "string" ? [list] : []));
  if (hidden.length === 0)
    return new Map(read.flatMap(([kind, list]) => (typeof list === "string" ? [] : [[kind, list]])));
  throw refuseHidden(listing.space, hidden, "Let the user view them, or name these kinds as left out.");
}

/** What is not chosen may be referred to. */
function learnNames(lists: Lists, { names }: SpaceContext): void {
  for (const [kind, documents] of lists)
    if (kind.isVersioned !== true) for (const document of documents) names.learn(kind, document);
}

interface Listing {
  space: OctopusSpace;
  isLeftOut: ResourceFilter;
}

/** Without what is left out. @returns what the kind is called, where the user may see nothing of it */
async function listVisible(kind: ResourceKind, { space, isLeftOut }: Listing): Promise<OctopusDocument[] | string> {
  try {
    const documents = (await listIfKnown(kind, space)) ?? [];
    return documents.filter((document) => !isLeftOut(kind, kind.nameOf(document)));
  } catch (error) {
    const told = describeHidden(kind, error);
    if (told === undefined) throw error;
    return told;
  }
}

/** Only what may be selected is asked for; what that needs is, too, once something needs it, and then what belongs to the whole server. */
function matchKinds(selection: Selection): (kind: ResourceKind) => boolean {
  const { resources = [], leftOut = [], projectGroups = [], tags = [] } = selection;
  const isAll = isEverything(selection);
  const isLeftOut = matchResources(leftOut.filter((line) => !line.includes(":")));
  const isNamed = matchResources(resources.map((line) => line.split(":")[0] ?? ""));
  const isGrouped = ({ id }: ResourceKind): boolean =>
    projectGroups.length > 0 && ["project", "projectGroup"].includes(id);
  const isTagged = (kind: ResourceKind): boolean => tags.length > 0 && listTagFields(kind).length > 0;
  return (kind) => {
    if (isLeftOut(kind, "")) return false;
    return (isAll && kind.isServerWide !== true) || isNamed(kind, "") || isGrouped(kind) || isTagged(kind);
  };
}

function isEverything({ resources = [], projectGroups = [], tags = [] }: Selection): boolean {
  return resources.length + projectGroups.length + tags.length === 0;
}

function choose(lists: Lists, selection: Selection, remarks: Remark[]): ReadResource[] {
  const isWanted = createFilter(lists, selection);
  return [...lists].flatMap(([kind, documents]) => {
    const last = new Map(documents.map((document) => [foldName(kind.nameOf(document)), document]));
    return documents.flatMap((document) => {
      if (!isWanted(kind, document)) return [];
      const key = [kind.nameOf(document)];
      const reason =
        last.get(foldName(key[0] ?? "")) === document ? kind.whyUncarried?.(document) : describeSameName(kind);
      if (reason === undefined) return [{ kind, key, document }];
      remarks.push({ about: { kind: kind.id, key }, text: `left out: ${reason.replace(/\.$/, "")}` });
      return [];
    });
  });
}

/** Few kinds may have names twice: certificates, of which the one that is valid for longest is listed last. */
function describeSameName({ label }: ResourceKind): string {
  return `another ${label} of the space has its name, and by names they are told apart. Rename one of them`;
}

type DocumentFilter = (kind: ResourceKind, document: OctopusDocument) => boolean;

function createFilter(lists: Lists, selection: Selection): DocumentFilter {
  const { resources = [], projectGroups = [], tags = [] } = selection;
  const isAll = isEverything(selection);
  const isNamed = matchResources(resources);
  const isInGroup = matchGroups(lists, projectGroups);
  const wantedTags = new Set(tags.map(foldName));
  return (kind, document) => {
    const name = kind.nameOf(document);
    if (kind.isKeptBack?.(document) === true) return false;
    return isAll || isNamed(kind, name) || isInGroup(kind, document) || hasTag(kind, document, wantedTags);
  };
}

function selectsSome(lists: Lists, part: Selection): boolean {
  const isWanted = createFilter(lists, part);
  return [...lists].some(([kind, documents]) => documents.some((document) => isWanted(kind, document)));
}

function matchGroups(lists: Lists, patterns: readonly string[]): DocumentFilter {
  const isNamed = matchNames(patterns);
  const groups = lists.get(getKind("projectGroup")) ?? [];
  const ids = new Set(groups.filter((group) => isNamed(String(group["Name"]))).map(({ Id }) => Id));
  return (kind, document) => kind.id === "project" && ids.has(String(document["ProjectGroupId"]));
}

/** Whether a list of tags in the document has one of them. */
function hasTag(kind: ResourceKind, document: JsonObject, wanted: ReadonlySet<string>): boolean {
  if (wanted.size === 0) return false;
  return listTagFields(kind).some((field) => textsOf(document, field).some((tag) => wanted.has(foldName(tag))));
}

/** Of what a kind is tagged with, or is for tenants with. */
export function listTagFields({ fields = {} }: ResourceKind): string[] {
  const found = Object.entries(fields).filter(
    ([, { text, isAccumulating }]) => text === "tag" && isAccumulating === true,
  );
  return found.map(([field]) => field);
}

function splitTemplates(chosen: ReadResource[]): { templates: ReadResource[]; others: ReadResource[] } {
  return {
    templates: chosen.filter(({ kind }) => kind.isVersioned === true),
    others: chosen.filter(({ kind }) => kind.isVersioned !== true),
  };
}

/** Adds what is referred to until nothing is missing that the space has. */
async function addNeeded(
  listing: Listing,
  { resources, templates, lists }: { resources: ReadResource[]; templates: ReadResource[]; lists: Lists },
  context: SpaceContext,
): Promise<ReadResource[]> {
  const all = [...resources];
  for (let added = [...resources, ...templates]; added.length > 0;) {
    const targets = await findNeeded(added, context);
    const known = new Set(all.map(({ kind, key }) => targetId({ kind: kind.id, key })));
    const wanted = targets.filter((target) => !known.has(targetId(target)));
    const open = wanted.filter((target) => findMet(target, context) === undefined);
    await listFurther(open, { lists, listing });
    const needed = wanted.flatMap((target) => {
      const document = findMet(target, context) ?? findListed(lists, target);
      return document === undefined ? [] : toNeeded(target, document, listing);
    });
    added = needed.length === 0 ? [] : await readResources(listing.space, needed, context);
    all.push(...added);
  }
  return all;
}

/** What the resources refer to, and what has that, as far as it belongs to the space or the server. */
async function findNeeded(added: readonly ReadResource[], { names }: SpaceContext): Promise<Target[]> {
  const met = mergeMet(added.map(({ kind, document }) => names.meet(kind, document)));
  await names.resolve(met);
  const pointed = [...[...met.ids].map(names.find), ...[...met.tags].map(names.findTag)];
  const tops = pointed.filter((target) => target !== undefined).flatMap(listTops);
  return [...new Map(tops.map((target) => [targetId(target), target])).values()];
}

/** What was not asked for itself is read once something needs it. Whoever may not see all of it can look one up all the same. */
async function listFurther(
  needed: readonly Target[],
  { lists, listing }: { lists: Lists; listing: Listing },
): Promise<void> {
  const kinds = new Set(needed.map(({ kind }) => getKind(kind)).filter((kind) => !lists.has(kind)));
  await Promise.all(
    [...kinds].map(async (kind) => {
      const list = await listVisible(kind, listing);
      lists.set(kind, typeof list === "string" ? [] : list);
    }),
  );
}

/** What belongs to the space and has the target, or is it. */
function listTops(target: Target): Target[] {
  return [target, ...listOwners(target)].filter(({ kind: id }) => {
    const kind = findKind(id);
    return kind !== undefined && kind.ownedBy === undefined && kind.isLookUpOnly !== true;
  });
}

/** What belongs to the server was read where it was looked up by its id: no need to list all that every space shares. */
function findMet(target: Target, { names }: SpaceContext): OctopusDocument | undefined {
  return names.findServerWide(target);
}

function findListed(lists: Lists, { kind: id, key }: Target): OctopusDocument | undefined {
  const kind = getKind(id);
  return lists.get(kind)?.findLast((one) => kind.nameOf(one) === key[0]);
}

function toNeeded({ kind: id, key }: Target, document: OctopusDocument, { isLeftOut }: Listing): ReadResource[] {
  const kind = getKind(id);
  const isKept = kind.isKeptBack?.(document) === true || kind.whyUncarried?.(document) !== undefined;
  return isKept || isLeftOut(kind, key[0] ?? "") ? [] : [{ kind, key, document }];
}

/**
 * What every space has is found in each.
 * @throws {@link ParameterError} naming all that the selection refers to, could have and does not
 */
export function refuseNeeds(lookUps: readonly Target[]): void {
  const needed = lookUps.filter(({ kind: id, key: [name = ""] }) => {
    const kind = findKind(id);
    return kind?.isLookUpOnly !== true && kind?.isInEverySpace?.(name) !== true;
  });
  if (needed.length === 0) return;
  const list = needed.map((target) => describeByKind(target)).join(", ");
  throw new ParameterError(
    `The selection refers to what it does not have: ${list}. Select these too, or choose that what is needed comes along or is looked up.`,
  );
}
