import { isJsonObject, objectsOf, textOf, textsOf, type JsonObject, type JsonValue } from "../model/json.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import { targetId, type Key, type Remark, type Target } from "../model/graph.ts";
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
  const pruning: Pruning = {
    exclude,
    isGone,
    isGoneStep: (owner, name) => gone.has(targetId({ kind: "action", key: [...owner, name] })),
    leave,
    nameOf: (id) => names.find(id)?.key.at(-1) ?? id,
    remark: (about, text) => void remarks.push({ about, text }),
  };
  const kept = resources.filter((resource) => !isExcluded(resource, { exclude, leave }));
  const pruned = new Map<ReadResource, ReadResource | undefined>();
  for (const resource of kept.toSorted((a, b) => rank(a) - rank(b))) {
    pruned.set(resource, isOwnedByGone(resource, gone) ? undefined : prune(resource, pruning));
  }
  return kept.flatMap((resource) => pruned.get(resource) ?? []);
}

/** What others point to is pruned before them. */
function rank({ kind }: ReadResource): number {
  const position = ["runbook", "runbookProcess", "deploymentProcess"].indexOf(kind.id);
  return position === -1 ? 3 : position;
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
  /** Some places name a step rather than its id. */
  isGoneStep(owner: Key, name: string): boolean;
  leave: Leave;
  /** The id where nothing is known by it. */
  nameOf(id: string): string;
  remark(about: Target, text: string): void;
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

function prune(resource: ReadResource, pruning: Pruning): ReadResource | undefined {
  const { kind, document } = resource;
  if (kind.id === "project") return { ...resource, document: pruneProject(resource, pruning) };
  if (kind.id === "channel") return { ...resource, document: pruneChannel(resource, pruning) };
  if (kind.id === "deploymentSettings")
    return { ...resource, document: dropFields(document, ["VersioningStrategy"], { resource, pruning }) };
  if (kind.id === "deploymentProcess" || kind.id === "runbookProcess")
    return { ...resource, document: pruneProcess(resource, pruning) };
  if (kind.id === "variableSet") return { ...resource, document: pruneVariables(resource, pruning) };
  if (kind.id === "runbook") return pruneRunbook(resource, pruning);
  if (kind.id === "projectTrigger") return pruneTrigger(resource, pruning);
  return resource;
}

const releaseCreation = ["ReleaseCreationStrategy", "AutoCreateRelease"];

function pruneProject(resource: ReadResource, pruning: Pruning): OctopusDocument {
  const own = withoutGone(resource.document, "IncludedLibraryVariableSetIds", pruning.isGone);
  const fields = ["ReleaseCreationStrategy", "ProvisioningRunbookId", "DeprovisioningRunbookId"];
  const rest = dropFields(own, fields, { resource, pruning });
  const hasStrategy = rest["ReleaseCreationStrategy"] === own["ReleaseCreationStrategy"];
  const document = hasStrategy ? rest : withoutFields(rest, releaseCreation);
  const overrides = objectsOf(document, "AutoDeployReleaseOverrides");
  if (overrides.length === 0) return document;
  const places = overrides.map((override) => describeOverride(override, pruning)).join(", ");
  pruning.remark(aboutOf(resource), `its overrides of automatic deployments stay behind with the releases: ${places}`);
  return withoutFields(document, ["AutoDeployReleaseOverrides"]);
}

function describeOverride(override: JsonObject, { nameOf }: Pruning): string {
  const environment = `to "${nameOf(textOf(override, "EnvironmentId"))}"`;
  const tenant = textOf(override, "TenantId");
  return tenant === "" ? environment : `${environment} for "${nameOf(tenant)}"`;
}

/** The fields that point to something which stays behind are left out whole: half of one would mean something else. */
function dropFields(
  document: OctopusDocument,
  fields: readonly string[],
  { resource, pruning }: { resource: ReadResource; pruning: Pruning },
): OctopusDocument {
  const lost = fields.filter((field) => mentionsGone(document[field], resource.key.slice(0, 1), pruning));
  for (const field of lost)
    pruning.remark(aboutOf(resource), `${field} is left out: it refers to something that is excluded`);
  return withoutFields(document, lost);
}

function mentionsGone(value: JsonValue | undefined, owner: Key, pruning: Pruning): boolean {
  if (typeof value === "string") return pruning.isGone(value) || pruning.isGoneStep(owner, value);
  if (Array.isArray(value)) return value.some((item) => mentionsGone(item, owner, pruning));
  return isJsonObject(value) && Object.values(value).some((item) => mentionsGone(item, owner, pruning));
}

function pruneChannel(resource: ReadResource, pruning: Pruning): OctopusDocument {
  const rules = objectsOf(resource.document, "Rules");
  const kept = rules.filter((rule) => !mentionsGone(rule["ActionPackages"], resource.key.slice(0, 1), pruning));
  if (kept.length === rules.length) return resource.document;
  pruning.remark(aboutOf(resource), "a rule is left out: it is about a step that is excluded");
  return { ...resource.document, Rules: kept };
}

function aboutOf({ kind, key }: ReadResource): Target {
  return { kind: kind.id, key };
}

function withoutFields(document: OctopusDocument, fields: readonly string[]): OctopusDocument {
  const kept = Object.entries(document).filter(([field]) => !fields.includes(field));
  return { ...Object.fromEntries(kept), Id: document.Id };
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
