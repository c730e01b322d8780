import { randomUUID } from "node:crypto";
import { isFields, listOf, numberOf, propertyOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import { createCrud } from "./crud.ts";
import { projects } from "./projects.ts";
import { badRequest, type Call, type Route } from "./route.ts";
import { whyUsed } from "./usage.ts";

const keepAsTheSpaceDoes: Fields = { Strategy: "Default", QuantityToKeep: 0, ShouldKeepForever: true, Unit: "Items" };

const lifecycles = createCrud({
  kind: "lifecycles",
  path: "/api/{space}/lifecycles",
  itemType: "Lifecycle",
  noun: "lifecycle",
  fields: { Name: "", Description: "", Phases: [], ReleaseRetentionPolicy: {}, TentacleRetentionPolicy: {} },
  validate: checkPhases,
  defaults: (fields) => ({
    Phases: listOf(fields, "Phases").map(toPhase),
    ReleaseRetentionPolicy: toPolicy(fields["ReleaseRetentionPolicy"]) ?? keepAsTheSpaceDoes,
    TentacleRetentionPolicy: toPolicy(fields["TentacleRetentionPolicy"]) ?? keepAsTheSpaceDoes,
  }),
  inUse: (lifecycle, call) => whyUsed(lifecycle, call, ["projects", "channels"]),
  links: (self) => ({ Projects: `${self}/projects`, Preview: `${self}/preview` }),
  permissions: { view: "LifecycleView", create: "LifecycleCreate", edit: "LifecycleEdit", delete: "LifecycleDelete" },
});

export const lifecyclesRoutes: Route[] = [
  ...lifecycles.routes,
  {
    method: "GET",
    path: "/api/{space}/lifecycles/{id}/projects",
    permission: "ProjectView",
    handle: (call) => ({ body: projectsWith(call, lifecycles.find(call.params["id"] ?? "", call).Id) }),
  },
  {
    method: "GET",
    path: "/api/{space}/lifecycles/{id}/preview",
    handle: (call) => ({ body: lifecycles.show(lifecycles.find(call.params["id"] ?? "", call), call) }),
  },
];

/** Docs, lifecycles, where nothing else is said; the sentences are assumed. */
function checkPhases(fields: Fields, call: Call): void {
  checkEnvironments(listOf(fields, "Phases"), call);
  const names = new Set<string>();
  for (const phase of listOf(fields, "Phases")) {
    const name = String(propertyOf(phase, "Name") ?? "").toLowerCase();
    // Assumed: phases have names, and each its own.
    if (name.trim() === "") throw badRequest("Please provide a name for each phase.");
    if (names.has(name)) throw badRequest(`There is more than one phase named '${String(propertyOf(phase, "Name"))}'.`);
    names.add(name);
  }
}

/** @throws a 400 */
function checkEnvironments(phases: readonly Fields[], { model, space }: Call): void {
  const isHere = (id: string): boolean => model.collection("environments").find(id)?.["SpaceId"] === space.Id;
  const named = phases.map((phase) => [
    ...textsOf(phase, "AutomaticDeploymentTargets"),
    ...textsOf(phase, "OptionalDeploymentTargets"),
  ]);
  const stranger = phases.find((_phase, index) => named[index]?.some((id) => !isHere(id)));
  // Source: octoterra's module 93, where parents of ephemeral environments are refused so; the end of the sentence is assumed.
  if (stranger !== undefined)
    throw badRequest(`The phase '${textOf(stranger, "Name")}' has an invalid environment ID.`);
  const all = named.flatMap((ids) => [...new Set(ids)]);
  const twice = all.find((id, index) => all.indexOf(id) !== index);
  // Docs, lifecycles, as the next two; the sentences are assumed.
  if (twice !== undefined) throw badRequest(`The environment '${twice}' is in more than one phase.`);
  // Docs, lifecycles.
  if (named.filter((ids) => ids.length === 0).length > 1)
    throw badRequest("Only one phase can be without environments.");
  // Docs, lifecycles.
  if (phases.length > 0 && phases.every((phase) => phase["IsOptionalPhase"] === true))
    throw badRequest("At least one phase must not be optional.");
}

function toPhase(phase: Fields): Fields {
  return {
    Id: textOf(phase, "Id") || randomUUID(),
    Name: propertyOf(phase, "Name"),
    AutomaticDeploymentTargets: textsOf(phase, "AutomaticDeploymentTargets"),
    OptionalDeploymentTargets: textsOf(phase, "OptionalDeploymentTargets"),
    MinimumEnvironmentsBeforePromotion: numberOf(phase, "MinimumEnvironmentsBeforePromotion"),
    IsOptionalPhase: phase["IsOptionalPhase"] === true,
    IsPriorityPhase: phase["IsPriorityPhase"] === true,
    ReleaseRetentionPolicy: toPolicy(phase["ReleaseRetentionPolicy"]),
    TentacleRetentionPolicy: toPolicy(phase["TentacleRetentionPolicy"]),
  };
}

/** Units come back capitalized. A policy of an older client has no strategy: it follows from the other two fields (assumed). */
function toPolicy(sent: unknown): Fields | null {
  if (!isFields(sent) || Object.keys(sent).length === 0) return null;
  const quantity = Number(propertyOf(sent, "QuantityToKeep") ?? 0);
  const strategy =
    propertyOf(sent, "Strategy") ||
    (propertyOf(sent, "ShouldKeepForever") === true || quantity === 0 ? "Forever" : "Count");
  const unit = String(propertyOf(sent, "Unit") || "Items").toLowerCase();
  // Source: the provider's lifecycle tests, which list these strategies and units; the sentences are assumed.
  if (strategy !== "Default" && strategy !== "Forever" && strategy !== "Count")
    throw badRequest(`The retention strategy '${String(strategy)}' is not valid.`);
  if (unit !== "items" && unit !== "days") throw badRequest(`The retention unit '${unit}' is not valid.`);
  return {
    Strategy: strategy,
    QuantityToKeep: quantity,
    ShouldKeepForever: strategy !== "Count",
    Unit: unit === "days" ? "Days" : "Items",
  };
}

function projectsWith(call: Call, lifecycleId: string): Fields[] {
  return call.model
    .collection("projects")
    .listInSpace(call.space.Id, (project) => project["LifecycleId"] === lifecycleId)
    .map((project) => projects.show(project, call));
}
