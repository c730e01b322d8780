import { randomUUID } from "node:crypto";
import type { Resource } from "./collection.ts";
import { fieldsOf, isFields, listOf, propertyOf, textOf, textsOf, type Fields } from "./fields.ts";
import type { OctopusModel } from "./model.ts";
import { sensitiveFromRequest } from "./sensitive.ts";
import { uniqueSlug } from "./slugs.ts";

/** Where the process of a project or of a runbook is kept. */
export interface ProcessOwner {
  kind: "deploymentprocesses" | "runbookprocesses";
  /** The id of the project or of the runbook. */
  ownerId: string;
}

/** Deterministic, because the Terraform provider strips the prefix to find the owner. */
export function processIdOf({ kind, ownerId }: ProcessOwner): string {
  return kind === "deploymentprocesses" ? `deploymentprocess-${ownerId}` : `RunbookProcess-${ownerId}`;
}

export function findProcess(model: OctopusModel, owner: ProcessOwner): Resource | undefined {
  return model.collection(owner.kind).find(processIdOf(owner));
}

/** The actions of a project's deployment process and of its runbooks: what variables can be scoped to. Steps with a single action are named once. */
export function actionsOf(model: OctopusModel, projectId: string): { Id: string; Name: string }[] {
  const spaceId = textOf(model.collection("projects").find(projectId) ?? {}, "SpaceId");
  const runbooks = model.collection("runbooks").listInSpace(spaceId, (runbook) => runbook["ProjectId"] === projectId);
  const processes = [
    findProcess(model, { kind: "deploymentprocesses", ownerId: projectId }),
    ...runbooks.map((runbook) => findProcess(model, { kind: "runbookprocesses", ownerId: runbook.Id })),
  ];
  return processes
    .flatMap((process) => actionsIn(process ?? {}))
    .map((action) => ({ Id: textOf(action, "Id"), Name: textOf(action, "Name") }));
}

/** The actions of a process document in order. */
export function actionsIn(process: Fields): Fields[] {
  return listOf(process, "Steps").flatMap((step) => listOf(step, "Actions"));
}

/** An action of a deployment process, with what a sentence needs. */
export interface OwnedAction {
  action: Fields;
  projectName: string;
}

/** The actions of all deployment processes of a space as they are now, disabled ones included; those of snapshots and of runbooks are none. */
export function deploymentActionsIn(model: OctopusModel, spaceId: string): OwnedAction[] {
  return model
    .collection("projects")
    .listInSpace(spaceId)
    .flatMap((project) => {
      const process = findProcess(model, { kind: "deploymentprocesses", ownerId: project.Id }) ?? {};
      return actionsIn(process).map((action) => ({ action, projectName: textOf(project, "Name") }));
    });
}

/** A package that an action needs, as templates of releases and snapshots list it. */
export interface PackageReference {
  ActionName: string;
  StepName: string;
  /** "" is the primary package. */
  PackageReferenceName: string;
  PackageId: string;
  FeedId: string;
  /** Set when the step pins the version. */
  FixedVersion: string;
  /** False when feed or package id contain a variable (docs, runbook snapshots: IsResolvable). */
  IsResolvable: boolean;
}

/** The package references of the actions that are not disabled. */
export function packageReferencesIn(process: Fields): PackageReference[] {
  return listOf(process, "Steps").flatMap((step) =>
    listOf(step, "Actions")
      .filter((action) => action["IsDisabled"] !== true)
      .flatMap((action) =>
        listOf(action, "Packages").map((reference) => describeReference(reference, { step, action })),
      ),
  );
}

function describeReference(reference: Fields, { step, action }: { step: Fields; action: Fields }): PackageReference {
  const packageId = textOf(reference, "PackageId");
  const feedId = textOf(reference, "FeedId");
  return {
    ActionName: textOf(action, "Name"),
    StepName: textOf(step, "Name"),
    PackageReferenceName: textOf(reference, "Name"),
    PackageId: packageId,
    FeedId: feedId,
    FixedVersion: textOf(reference, "Version"),
    IsResolvable: !packageId.includes("#{") && !feedId.includes("#{"),
  };
}

/**
 * Steps as the server keeps them: ids given to new steps, actions and packages and kept for others, defaults filled in, property
 * values made text, sensitive ones kept when a client sends back what it was shown.
 * @param stored - the steps before the change, which hold the secrets
 */
export function normalizeSteps(sent: unknown, stored: readonly Fields[]): Fields[] {
  const steps = (Array.isArray(sent) ? sent : []).filter(isFields);
  const storedActions = stored.flatMap((step) => listOf(step, "Actions"));
  const slugs = new Set(steps.map((step) => ownSlug(step, stored)));
  const actionSlugs = new Set(
    steps.flatMap((step) => fieldsAt(step, "Actions")).map((action) => ownSlug(action, storedActions)),
  );
  return steps.map((step, index) => normalizeStep(step, { index, slugs, actionSlugs, stored, storedActions }));
}

/** The slug that a step or an action brings, or has had before: a new name does not change it. */
function ownSlug(item: Fields, stored: readonly Fields[]): string {
  const before = stored.find((candidate) => candidate["Id"] === textAt(item, "Id"));
  return textAt(item, "Slug") || textOf(before ?? {}, "Slug");
}

interface Normalizing {
  index: number;
  /** Those that are taken, of steps and of actions. */
  slugs: Set<string>;
  actionSlugs: Set<string>;
  stored: readonly Fields[];
  storedActions: readonly Fields[];
}

function normalizeStep(step: Fields, { index, slugs, actionSlugs, stored, storedActions }: Normalizing): Fields {
  const id = textAt(step, "Id") || randomUUID();
  const before = stored.find((candidate) => candidate["Id"] === id) ?? {};
  const name = textAt(step, "Name");
  return {
    Id: id,
    Name: name,
    Slug: ownSlug(step, stored) || takeSlug(name, slugs),
    PackageRequirement: textAt(step, "PackageRequirement") || "LetOctopusDecide",
    Properties: normalizeProperties(propertyOf(step, "Properties"), fieldsOf(before, "Properties")),
    Condition: textAt(step, "Condition") || "Success",
    // The first step cannot start with a previous one: the server corrects it silently (read in the Terraform provider's process resource).
    Type: textAt(step, "Type") || "Step",
    StartTrigger: index === 0 ? "StartAfterPrevious" : textAt(step, "StartTrigger") || "StartAfterPrevious",
    Actions: fieldsAt(step, "Actions").map((action) =>
      normalizeAction(action, { stepName: name, slugs: actionSlugs, storedActions }),
    ),
  };
}

function normalizeAction(
  action: Fields,
  options: { stepName: string; slugs: Set<string>; storedActions: readonly Fields[] },
): Fields {
  const id = textAt(action, "Id") || randomUUID();
  const before = options.storedActions.find((candidate) => candidate["Id"] === id) ?? {};
  const name = textAt(action, "Name") || options.stepName;
  const container = normalizeContainer(propertyOf(action, "Container"));
  return {
    Id: id,
    Name: name,
    Slug: ownSlug(action, options.storedActions) || takeSlug(name, options.slugs),
    ActionType: textAt(action, "ActionType"),
    Notes: textAt(action, "Notes") || null,
    IsDisabled: propertyOf(action, "IsDisabled") === true,
    CanBeUsedForProjectVersioning: propertyOf(action, "CanBeUsedForProjectVersioning") === true,
    IsRequired: propertyOf(action, "IsRequired") === true,
    WorkerPoolId: textAt(action, "WorkerPoolId") || null,
    WorkerPoolVariable: textAt(action, "WorkerPoolVariable") || null,
    Container: container,
    Environments: textsAt(action, "Environments"),
    ExcludedEnvironments: textsAt(action, "ExcludedEnvironments"),
    Channels: textsAt(action, "Channels"),
    TenantTags: textsAt(action, "TenantTags"),
    Packages: normalizePackageReferences(propertyOf(action, "Packages")),
    GitDependencies: fieldsAt(action, "GitDependencies"),
    Condition: textAt(action, "Condition") || "Success",
    Properties: withBundledTooling(
      normalizeProperties(propertyOf(action, "Properties"), fieldsOf(before, "Properties")),
      container,
    ),
    StepPackageVersion: textAt(action, "StepPackageVersion") || null,
    Inputs: propertyOf(action, "Inputs") ?? null,
    Links: {},
  };
}

/** Always an object, also when nothing was sent: a null makes the Terraform provider report an inconsistent result. */
function normalizeContainer(sent: unknown): Fields {
  const container = isFields(sent) ? sent : {};
  return {
    Image: textAt(container, "Image") || null,
    FeedId: textAt(container, "FeedId") || null,
    GitUrl: textAt(container, "GitUrl") || null,
    Dockerfile: textAt(container, "Dockerfile") || null,
  };
}

/** With an image, the server adds this property by itself (the Terraform provider's test of a step with a container). */
function withBundledTooling(properties: Fields, container: Fields): Fields {
  if (container["Image"] === null || "OctopusUseBundledTooling" in properties) return properties;
  return { ...properties, OctopusUseBundledTooling: "False" };
}

/** Package references with ids and defaults; shared by processes and step templates. */
export function normalizePackageReferences(sent: unknown): Fields[] {
  return (Array.isArray(sent) ? sent : []).filter(isFields).map((reference) => ({
    Id: textAt(reference, "Id") || randomUUID(),
    Name: textAt(reference, "Name"),
    PackageId: textAt(reference, "PackageId"),
    FeedId: textAt(reference, "FeedId"),
    Version: textAt(reference, "Version") || null,
    AcquisitionLocation: textAt(reference, "AcquisitionLocation") || "Server",
    Properties: normalizeProperties(propertyOf(reference, "Properties"), {}),
    StepPackageInputsReferenceId: textAt(reference, "StepPackageInputsReferenceId") || null,
  }));
}

/** Property values are text or secrets; a null says that there is none (Octopus's Go client would read it as a secret). */
export function normalizeProperties(sent: unknown, stored: Fields): Fields {
  const entries = Object.entries(isFields(sent) ? sent : {}).map(([key, value]) => [
    key,
    normalizePropertyValue(value, stored[key]),
  ]);
  return Object.fromEntries(entries.filter(([, value]) => value !== null));
}

/** A text stays text, `{ HasValue, NewValue }` is a secret, numbers and booleans become text (assumed). */
export function normalizePropertyValue(value: unknown, stored: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (!isFields(value)) return String(value);
  return sensitiveFromRequest(value, stored);
}

function takeSlug(name: string, taken: Set<string>): string {
  const slug = uniqueSlug(name, taken);
  taken.add(slug);
  return slug;
}

function textAt(fields: Fields, name: string): string {
  const value = propertyOf(fields, name);
  return typeof value === "string" ? value : "";
}

function textsAt(fields: Fields, name: string): string[] {
  return textsOf({ Value: propertyOf(fields, name) }, "Value");
}

function fieldsAt(fields: Fields, name: string): Fields[] {
  return listOf({ Value: propertyOf(fields, name) }, "Value");
}
