import { scopingEnvironments } from "../model/environment-kinds.ts";
import { randomUUID } from "node:crypto";
import type { Resource } from "../model/collection.ts";
import { fieldsOf, isFields, listOf, numberOf, propertyOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import type { Kind, OctopusModel } from "../model/model.ts";
import { actionsOf } from "../model/processes.ts";
import { isSensitive, sensitive, sensitiveFromRequest } from "../model/sensitive.ts";
import { isFrozen } from "../model/snapshots.ts";
import { requirePermission } from "./access.ts";
import { recordDeed } from "./audit.ts";
import { requireBody } from "./binding.ts";
import { badRequest, notFound, type Answer, type Call, type Route } from "./route.ts";
import { changedMeanwhile, checkVersion } from "./stale-version.ts";

/** Variable sets of projects and library variable sets, and frozen ones. They are made and removed with their owners. */
export const variablesRoutes: Route[] = [
  { method: "GET", path: "/api/{space}/variables/names", handle: (call) => ({ body: listNames(call) }) },
  { method: "GET", path: "/api/{space}/variables/all", handle: (call) => ({ body: listSets(call) }) },
  { method: "GET", path: "/api/{space}/variables/{id}", handle: (call) => ({ body: showSet(findSet(call), call) }) },
  {
    method: "PUT",
    path: "/api/{space}/variables/{id}",
    handle: (call) => ({ body: showSet(replaceSet(findSet(call), call), call) }),
  },
  {
    method: "GET",
    path: "/api/{space}/projects/{project}/variables",
    handle: (call) => ({ body: showSet(setOfProject(call), call) }),
  },
  { method: "PUT", path: "/api/{space}/projects/{project}/variables", handle: replaceSetOfProject },
];

/** The set of a new project or library variable set. */
export function addVariableSet(model: OctopusModel, owner: Resource): Resource {
  return model
    .collection("variablesets")
    .add({ Id: `variableset-${owner.Id}`, OwnerId: owner.Id, SpaceId: owner["SpaceId"], Version: 0, Variables: [] });
}

const dimensions = ["Environment", "Machine", "Action", "Role", "Channel", "TenantTag", "ProcessOwner"] as const;
type Dimension = (typeof dimensions)[number];

function findSet(call: Call): Resource {
  return findSetById(call.params["id"] ?? "", call);
}

function findSetById(id: string, call: Call): Resource {
  const found = call.model.collection("variablesets").find(id);
  if (found === undefined || found["SpaceId"] !== call.space.Id) throw notFound();
  requirePermission(call, isOfLibrary(found) ? "LibraryVariableSetView" : "VariableView", scopeOfSet(found));
  return found;
}

function isOfLibrary(set: Resource): boolean {
  return textOf(set, "OwnerId").startsWith("LibraryVariableSets-");
}

function scopeOfSet(set: Resource): { kind: string; resource: Resource } {
  return { kind: "variablesets", resource: { ...set, ProjectId: isOfLibrary(set) ? "" : set["OwnerId"] } };
}

function listSets(call: Call): Fields[] {
  const ids = call.query.list("ids") ?? [];
  return ids
    .filter((id) => call.model.collection("variablesets").find(id)?.["SpaceId"] === call.space.Id)
    .map((id) => showSet(findSetById(id, call), call));
}

function listNames(call: Call): string[] {
  const project = call.model.collection("projects").find(call.query.get("project") ?? "");
  const owners = project === undefined ? [] : [project.Id, ...textsOf(project, "IncludedLibraryVariableSetIds")];
  const variables = owners.flatMap((id) =>
    listOf(call.model.collection("variablesets").find(`variableset-${id}`) ?? {}, "Variables"),
  );
  return [...new Set(variables.map((variable) => textOf(variable, "Name")))].toSorted();
}

export function showSet(set: Resource, call: Call): Fields {
  return {
    ...set,
    Variables: listOf(set, "Variables").map(showVariable),
    ScopeValues: scopeValues(set, call),
    Links: { Self: `/api/${call.space.Id}/variables/${set.Id}` },
  };
}

/** Secrets come back as null, unlike those of other resources. */
function showVariable(variable: Fields): Fields {
  return isSensitive(variable["Value"]) ? { ...variable, Value: null } : variable;
}

/** What variables of this set can be scoped to. */
function scopeValues(set: Resource, { model, space }: Call): Fields {
  const named = (kind: Kind, matches?: (resource: Resource) => boolean): Fields[] =>
    model
      .collection(kind)
      .listInSpace(space.Id, matches)
      .map(({ Id, Name }) => ({ Id, Name }));
  const ownerId = textOf(set, "OwnerId");
  const isOfProject = (resource: Resource): boolean => resource["ProjectId"] === ownerId;
  const machines = model.collection("machines").listInSpace(space.Id);
  const tags = model
    .collection("tagsets")
    .listInSpace(space.Id)
    .flatMap((tagSet) => listOf(tagSet, "Tags"));
  const project = model.collection("projects").find(ownerId);
  return {
    // Of templates of the platform hub, which are not here.
    EnvironmentParameters: [],
    ProcessTemplateSteps: [],
    TargetTagParameters: [],
    TenantTagParameters: [],
    Environments: named("environments"),
    Machines: named("machines"),
    Actions: project === undefined ? [] : actionsOf(model, ownerId).map(({ Id, Name }) => ({ Id, Name })),
    Roles: [...new Set(machines.flatMap((machine) => textsOf(machine, "Roles")))].map((role) => ({
      Id: role,
      Name: role,
    })),
    Channels: named("channels", isOfProject),
    TenantTags: tags.map((tag) => ({ Id: tag["CanonicalTagName"], Name: tag["CanonicalTagName"] })),
    Processes: project === undefined ? [] : processes(project, model),
  };
}

function processes(project: Resource, model: OctopusModel): Fields[] {
  const runbooks = model.collection("runbooks").list((runbook) => runbook["ProjectId"] === project.Id);
  return [
    { Id: project.Id, Name: project["Name"], ProcessType: "Deployment" },
    ...runbooks.map(({ Id, Name }) => ({ Id, Name, ProcessType: "Runbook" })),
  ];
}

function setOfProject(call: Call): Resource {
  return findSetById(`variableset-${call.params["project"] ?? ""}`, call);
}

/** Docs, variables: unlike the set by its id, it answers an empty object and requires both; the sentence is assumed. */
function replaceSetOfProject(call: Call): Answer {
  const sent = requireBody(call.body);
  for (const field of ["ScopeValues", "Variables"])
    if (typeof propertyOf(sent, field) !== "object") throw badRequest(`Please provide a value for ${field}.`);
  replaceSet(setOfProject(call), call);
  return { body: {} };
}

function replaceSet(stored: Resource, call: Call): Resource {
  requirePermission(call, isOfLibrary(stored) ? "LibraryVariableSetEdit" : "VariableEdit", scopeOfSet(stored));
  // Assumed: what a release or a runbook snapshot froze stays as it is.
  if (isFrozen(stored)) throw badRequest("A variable set snapshot cannot be changed.");
  const sent = requireBody(call.body);
  checkVersion(stored, sent, changedMeanwhile("variables"));
  const before = listOf(stored, "Variables");
  const variables = listOf({ Value: propertyOf(sent, "Variables") }, "Value").map((variable) =>
    toVariable(variable, before),
  );
  for (const variable of variables) checkVariable(variable, { set: stored, before, call });
  recordDeed(call, stored, { category: "Modified", message: `Variable set ${stored.Id} was changed` });
  return call.model
    .collection("variablesets")
    .replace(stored.Id, { ...stored, Variables: variables, Version: numberOf(stored, "Version") + 1 });
}

/** What a client sent, with an id, defaults and the secrets that are kept. */
export function toVariable(sent: Fields, before: readonly Fields[]): Fields {
  const id = String(propertyOf(sent, "Id") || "") || randomUUID();
  const stored = before.find((variable) => variable["Id"] === id);
  const type =
    String(propertyOf(sent, "Type") || "") || (propertyOf(sent, "IsSensitive") === true ? "Sensitive" : "String");
  const isSecret = type === "Sensitive" || propertyOf(sent, "IsSensitive") === true;
  return {
    Id: id,
    Name: String(propertyOf(sent, "Name") ?? ""),
    Value: isSecret ? secretValue(propertyOf(sent, "Value"), stored) : (propertyOf(sent, "Value") ?? null),
    Description: String(propertyOf(sent, "Description") ?? ""),
    Scope: toScope(propertyOf(sent, "Scope")),
    IsEditable: propertyOf(sent, "IsEditable") !== false,
    Prompt: toPrompt(propertyOf(sent, "Prompt")),
    Type: isSecret ? "Sensitive" : type,
    IsSensitive: isSecret,
  };
}

/** No value for a known id keeps the secret; a variable that becomes secret keeps its plain value (assumed). */
function secretValue(sent: unknown, stored: Fields | undefined): unknown {
  const before = typeof stored?.["Value"] === "string" ? sensitive(stored["Value"]) : stored?.["Value"];
  if (sent === null || sent === undefined || sent === "") return isSensitive(before) ? before : null;
  return sensitiveFromRequest(sent, before);
}

/** Only dimensions that say something are kept. */
function toScope(sent: unknown): Fields {
  const scope = isFields(sent) ? sent : {};
  const entries = dimensions.map(
    (dimension) => [dimension, textsOf({ Value: propertyOf(scope, dimension) }, "Value")] as const,
  );
  return Object.fromEntries(entries.filter(([, values]) => values.length > 0));
}

/** Source: the provider's tests expect the control of a single line where a prompt names none. */
function toPrompt(sent: unknown): Fields | null {
  if (!isFields(sent)) return null;
  const settings = propertyOf(sent, "DisplaySettings");
  return {
    Label: propertyOf(sent, "Label") ?? "",
    Description: propertyOf(sent, "Description") ?? "",
    Required: propertyOf(sent, "Required") === true,
    DisplaySettings:
      isFields(settings) && Object.keys(settings).length > 0 ? settings : { "Octopus.ControlType": "SingleLineText" },
  };
}

interface SetContext {
  set: Resource;
  before: readonly Fields[];
  call: Call;
  /** Ids of runbooks that are in Git, and so in no collection. */
  gitRunbooks?: ReadonlySet<string>;
}

/** @throws a 400 for a variable without a name, and for scopes that are not there */
export function checkVariable(variable: Fields, { set, before, call, gitRunbooks }: SetContext): void {
  const name = textOf(variable, "Name");
  // Assumed: status and sentence.
  if (name.trim() === "") throw badRequest("Please provide a name for each variable.");
  // Source: docs, sensitive variables: a value is text; other JSON has no meaning here (assumed to be refused).
  const value = variable["Value"];
  if (value !== null && typeof value !== "string" && !isSensitive(value))
    throw badRequest(`The value of the variable '${name}' must be text.`);
  // Source: docs, prompted variables and variable scopes: what a scope names has to be there; the sentence is assumed.
  const scope = fieldsOf(variable, "Scope");
  const known = fieldsOf(before.find((stored) => stored["Id"] === variable["Id"]) ?? {}, "Scope");
  for (const dimension of dimensions) {
    for (const id of textsOf(scope, dimension)) {
      // What was there when its target was deleted stays: the portal shows it as missing and lets people save (assumed).
      if (textsOf(known, dimension).includes(id) || (dimension === "ProcessOwner" && gitRunbooks?.has(id) === true))
        continue;
      if (!isInScopeValues(dimension, id, { set, call }))
        throw badRequest(`The variable '${name}' is scoped to ${dimension} '${id}', which does not exist.`);
    }
  }
}

function isInScopeValues(dimension: Dimension, id: string, { set, call }: { set: Resource; call: Call }): boolean {
  // Source: octoterra's modules scope to the id of a step, and the server takes it: the portal then shows a missing resource.
  if (dimension === "Role" || dimension === "Action") return true;
  const { model, space } = call;
  const isHere = (kind: Kind): boolean => model.collection(kind).find(id)?.["SpaceId"] === space.Id;
  if (dimension === "Environment") return scopingEnvironments.some(isHere);
  if (dimension === "Machine") return isHere("machines");
  if (dimension === "Channel") return isHere("channels");
  if (dimension === "ProcessOwner") return isHere("projects") || isHere("runbooks");
  return listOf(scopeValues(set, call), "TenantTags").some((tag) => tag["Id"] === id);
}
