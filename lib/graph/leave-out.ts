import { isJsonObject, objectsOf, textOf, textsOf, type JsonObject, type JsonValue } from "../json.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import { targetId, type Key, type Remark, type Target } from "./graph.ts";
import type { NameFilter } from "./name-patterns.ts";
import type { Names } from "./read-body.ts";

/** A document that was read, and where it stands in the graph. */
export interface ReadResource {
  kind: ResourceKind;
  key: Key;
  owner?: Target;
  document: OctopusDocument;
}

/** What stays behind, by name. */
export interface Exclusions {
  libraryVariableSets: NameFilter;
  variables: NameFilter;
  runbooks: NameFilter;
  channels: NameFilter;
  triggers: NameFilter;
  environments: NameFilter;
}

/**
 * The resources without what is excluded, nor what only made sense with it: a variable whose scope would lose its last
 * environment would apply everywhere, so it stays behind too. Every such case is a remark.
 */
export function leaveOut(
  resources: ReadResource[],
  exclude: Exclusions,
  { names, remarks }: { names: Names; remarks: Remark[] },
): ReadResource[] {
  const gone = new Set<string>();
  const isGone: IsGone = (id) => {
    const target = names.find(id);
    if (target === undefined) return false;
    const filter =
      target.kind === "environment"
        ? exclude.environments
        : target.kind === "libraryVariableSet"
          ? exclude.libraryVariableSets
          : undefined;
    return gone.has(targetId(target)) || isInGoneRunbook(target, gone) || filter?.(target.key.at(-1) ?? "") === true;
  };
  const leave: Leave = (about, why) => {
    gone.add(targetId(about));
    if (why !== undefined) remarks.push({ about, text: `left out: ${why}` });
  };
  const kept = resources.filter((resource) => !isExcluded(resource, { exclude, leave }));
  return kept.flatMap((resource) =>
    isOwnedByGone(resource, gone) ? [] : (prune(resource, { exclude, isGone, leave }) ?? []),
  );
}

function isOwnedByGone({ owner }: ReadResource, gone: Set<string>): boolean {
  return owner !== undefined && gone.has(targetId(owner));
}

/** The steps of a runbook have its key before their own names. */
function isInGoneRunbook(target: Target, gone: Set<string>): boolean {
  return (
    ["action", "step"].includes(target.kind) && gone.has(targetId({ kind: "runbook", key: target.key.slice(0, -1) }))
  );
}

type IsGone = (id: string) => boolean;
type Leave = (about: Target, why?: string) => void;

interface Pruning {
  exclude: Exclusions;
  isGone: IsGone;
  leave: Leave;
}

function isExcluded({ kind, key }: ReadResource, { exclude, leave }: Pick<Pruning, "exclude" | "leave">): boolean {
  const filters: Record<string, NameFilter> = {
    channel: exclude.channels,
    runbook: exclude.runbooks,
    projectTrigger: exclude.triggers,
  };
  const name = kind.id === "runbookProcess" ? undefined : key.at(-1);
  const excluded = name !== undefined && filters[kind.id]?.(name) === true;
  if (excluded) leave({ kind: kind.id, key });
  return excluded;
}

/** Resources stand in the order of creation, so what a later one points to has been pruned already. */
function prune(resource: ReadResource, pruning: Pruning): ReadResource | undefined {
  const { kind, document } = resource;
  if (kind.id === "project")
    return { ...resource, document: withoutGone(document, "IncludedLibraryVariableSetIds", pruning.isGone) };
  if (kind.id === "deploymentProcess" || kind.id === "runbookProcess")
    return { ...resource, document: pruneProcess(resource, pruning) };
  if (kind.id === "variableSet") return { ...resource, document: pruneVariables(resource, pruning) };
  if (kind.id === "runbook") return pruneRunbook(resource, pruning);
  if (kind.id === "projectTrigger") return pruneTrigger(resource, pruning);
  return resource;
}

function pruneProcess(resource: ReadResource, pruning: Pruning): OctopusDocument {
  const steps = objectsOf(resource.document, "Steps").flatMap((step) => {
    const actions = objectsOf(step, "Actions").flatMap((action) => pruneAction(action, resource.key, pruning) ?? []);
    if (actions.length > 0 || objectsOf(step, "Actions").length === 0) return [{ ...step, Actions: actions }];
    pruning.leave({ kind: "step", key: [...resource.key, textOf(step, "Name")] });
    return [];
  });
  return { ...resource.document, Steps: steps };
}

function pruneAction(action: JsonObject, owner: Key, { isGone, leave }: Pruning): JsonObject | undefined {
  const emptied = ["Environments", "Channels"].find((field) => isEmptied(action, field, isGone));
  if (emptied === undefined)
    return ["Environments", "ExcludedEnvironments", "Channels"].reduce(
      (rest, field) => withoutGone(rest, field, isGone),
      action,
    );
  leave(
    { kind: "action", key: [...owner, textOf(action, "Name")] },
    `it runs only for ${describeField(emptied)} that are excluded`,
  );
  return undefined;
}

function pruneVariables({ document, key }: ReadResource, { exclude, isGone, leave }: Pruning): OctopusDocument {
  const variables = objectsOf(document, "Variables").filter((variable) => !exclude.variables(textOf(variable, "Name")));
  const kept = variables.flatMap((variable) => {
    const scope = isJsonObject(variable["Scope"]) ? variable["Scope"] : {};
    const emptied = Object.keys(scope).find((field) => isEmptied(scope, field, isGone));
    if (emptied === undefined)
      return [
        { ...variable, Scope: Object.keys(scope).reduce((rest, field) => withoutGone(rest, field, isGone), scope) },
      ];
    leave(
      { kind: "variable", key: [...key, textOf(variable, "Name")] },
      `a value of it is only for ${describeField(emptied)} that are excluded, and without them it would apply everywhere`,
    );
    return [];
  });
  return { ...document, Variables: kept };
}

function pruneRunbook(resource: ReadResource, { isGone, leave }: Pruning): ReadResource | undefined {
  if (!isEmptied(resource.document, "Environments", isGone))
    return { ...resource, document: withoutGone(resource.document, "Environments", isGone) };
  leave({ kind: "runbook", key: resource.key }, "it runs only in environments that are excluded");
  return undefined;
}

/** A trigger does one thing: without the place where it does it, nothing of it is left. */
function pruneTrigger(resource: ReadResource, { isGone, leave }: Pruning): ReadResource | undefined {
  const parts = ["Action", "Filter"].map((field) => resource.document[field]).filter(isJsonObject);
  const lost = parts.flatMap((part) =>
    Object.keys(part).filter((field) => isEmptied(part, field, isGone) || isGoneText(part[field], isGone)),
  );
  if (lost.length > 0) {
    leave(
      { kind: "projectTrigger", key: resource.key },
      `its ${lost.join(" and ")} ${lost.length === 1 ? "is" : "are"} excluded`,
    );
    return undefined;
  }
  const pruned = Object.entries(resource.document).map(([field, part]) => [
    field,
    isJsonObject(part) ? withoutAllGone(part, isGone) : part,
  ]);
  return { ...resource, document: { ...resource.document, ...Object.fromEntries(pruned) } };
}

function withoutAllGone(part: JsonObject, isGone: IsGone): JsonObject {
  return Object.keys(part).reduce((rest, field) => withoutGone(rest, field, isGone), part);
}

function withoutGone<T extends JsonObject>(object: T, field: string, isGone: IsGone): T {
  const list = object[field];
  if (!Array.isArray(list) || !textsOf(object, field).some(isGone)) return object;
  return { ...object, [field]: list.filter((item) => !isGoneText(item, isGone)) };
}

function isEmptied(object: JsonObject, field: string, isGone: IsGone): boolean {
  const ids = textsOf(object, field);
  return ids.length > 0 && ids.every(isGone);
}

function isGoneText(value: JsonValue | undefined, isGone: IsGone): boolean {
  return typeof value === "string" && isGone(value);
}

function describeField(field: string): string {
  const words: Record<string, string> = {
    Environment: "environments",
    Channel: "channels",
    Action: "steps",
    ProcessOwner: "processes",
  };
  return words[field] ?? field.toLowerCase();
}
