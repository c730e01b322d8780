import { isJsonObject, objectsOf, textOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import { isSameName } from "../octopus/same-name.ts";
import { isDeferred } from "./step-templates.ts";

/** Where the steps of a management runbook run; undefined leaves what is there, or Octopus's default. */
export interface StepPlacement {
  workerPoolId: string | undefined;
  container: { image: string; feedId: string } | undefined;
}

export interface WantedStep {
  name: string;
  /** The step template as the space has it; absent for a built-in step. */
  template?: OctopusDocument;
  actionType?: string;
  /** Values of parameters, and any other property. What a person changed in them later stays. */
  properties: JsonObject;
  /** Values of `properties` that somebody asked for this time: they replace what the form has. */
  said?: JsonObject;
  /** What earlier installations put into properties and nobody should have any more. */
  replaces?: Record<string, string>;
  /** The package of a package parameter, by the parameter's name; "" is the step's own package. */
  packages?: Record<string, { packageId: string; feedId: string }>;
  /** The step runs only where this expression gives something; else after success. A person's, once it is made. */
  condition?: string;
  /** Made disabled, for a person to fill in and enable. */
  isDisabled?: boolean;
  /** For whoever opens the step. */
  notes?: string;
  /** Of a step that not every installation has: whether it is asked for this time, or only kept where it was installed. */
  extra?: { isAskedFor: boolean };
}

/** A new step with one action, as the API takes it. */
export function createStep(wanted: WantedStep, placement: StepPlacement): JsonObject {
  const step = stepAround(wanted.name, createAction(wanted, placement));
  if (wanted.condition === undefined) return step;
  const properties = { "Octopus.Step.ConditionVariableExpression": wanted.condition };
  return { ...step, Condition: "Variable", Properties: properties };
}

/** What Octopus has around an action. */
export function stepAround(name: string, action: JsonObject): JsonObject {
  return {
    Name: name,
    PackageRequirement: "LetOctopusDecide",
    Condition: "Success",
    StartTrigger: "StartAfterPrevious",
    Properties: {},
    Actions: [action],
  };
}

function createAction(wanted: WantedStep, placement: StepPlacement): JsonObject {
  return {
    Name: wanted.name,
    ActionType: actionTypeOf(wanted),
    Notes: wanted.notes ?? "",
    IsDisabled: wanted.isDisabled === true,
    IsRequired: false,
    CanBeUsedForProjectVersioning: false,
    WorkerPoolId: placement.workerPoolId ?? "",
    Container: containerOf(placement) ?? {},
    Environments: [],
    ExcludedEnvironments: [],
    Channels: [],
    TenantTags: [],
    Packages: packagesOf(wanted, []),
    Properties: { ...templateProperties(wanted), ...formOf(wanted) },
  };
}

/**
 * Everything that comes from the template is the template's; everything that a form holds is the person's, and so is what the person
 * took out of it.
 * @param installed - names of the properties that an earlier installation gave to the action
 */
export function upgradeAction(
  action: JsonObject,
  { wanted, installed }: { wanted: WantedStep; installed: readonly string[] },
  placement: StepPlacement,
): JsonObject {
  if (isOtherStep(action, wanted))
    return { ...createAction(wanted, placement), Id: textOf(action, "Id"), Name: textOf(action, "Name") };
  const present = propertiesOf(action);
  const given = Object.entries(formOf(wanted)).filter(([name]) => !installed.includes(name));
  const container = containerOf(placement);
  return {
    ...action,
    ...(placement.workerPoolId === undefined ? {} : { WorkerPoolId: placement.workerPoolId }),
    ...(container === undefined
      ? {}
      : { Container: { ...(isJsonObject(action["Container"]) ? action["Container"] : {}), ...container } }),
    Packages: packagesOf(wanted, objectsOf(action, "Packages")),
    Properties: {
      ...Object.fromEntries(given),
      ...present,
      ...replacements(wanted, present),
      ...wanted.said,
      ...templateProperties(wanted),
    },
  };
}

function replacements({ replaces = {}, properties }: WantedStep, present: JsonObject): JsonObject {
  const left = Object.keys(replaces).filter((name) => present[name] === replaces[name]);
  return Object.fromEntries(left.map((name) => [name, properties[name] ?? ""]));
}

export function propertiesOf(action: JsonObject): JsonObject {
  return isJsonObject(action["Properties"]) ? action["Properties"] : {};
}

/** What installing puts into the step's form. */
export function formOf(wanted: WantedStep): JsonObject {
  return { ...parameterDefaults(wanted.template ?? {}), ...wanted.properties, ...wanted.said };
}

/** Names and values of the parameters that a form is filled with, if nobody says anything. */
export function parameterDefaults(template: JsonObject): JsonObject {
  const plain = objectsOf(template, "Parameters").filter(
    (parameter) => typeof parameter["DefaultValue"] === "string" && parameter["DefaultValue"] !== "",
  );
  return Object.fromEntries(plain.map((parameter) => [textOf(parameter, "Name"), parameter["DefaultValue"] ?? ""]));
}

/** Another engine was chosen: what the form of the step before holds means nothing to this one. */
function isOtherStep(action: JsonObject, wanted: WantedStep): boolean {
  const template = textOf(propertiesOf(action), "Octopus.Action.Template.Id");
  return textOf(action, "ActionType") !== actionTypeOf(wanted) || template !== (wanted.template?.Id ?? "");
}

function actionTypeOf({ actionType, template }: WantedStep): string {
  return actionType ?? textOf(template ?? {}, "ActionType");
}

function containerOf({ container }: StepPlacement): JsonObject | undefined {
  return container === undefined ? undefined : { Image: container.image, FeedId: container.feedId };
}

/** A process carries a copy of the template's properties beside the template's id and version (step templates in Octopus's docs). */
function templateProperties({ template }: WantedStep): JsonObject {
  if (template === undefined) return {};
  const properties = isJsonObject(template["Properties"]) ? template["Properties"] : {};
  return {
    ...properties,
    "Octopus.Action.Template.Id": template.Id,
    "Octopus.Action.Template.Version": String(template["Version"] ?? 1),
  };
}

function packagesOf({ template, packages = {} }: WantedStep, present: JsonObject[]): JsonObject[] {
  const references = template === undefined ? Object.keys(packages).map(ownPackage) : objectsOf(template, "Packages");
  return references.flatMap((reference): JsonObject[] => {
    const name = textOf(reference, "Name");
    const existing = present.find((candidate) => isSameName(textOf(candidate, "Name"), name));
    if (existing !== undefined && (isDeferred(reference) || template === undefined)) return [existing];
    const chosen = packages[name];
    // A package that nobody has to choose: a reference without one would make every run fail.
    if (chosen === undefined && isDeferred(reference)) return [];
    const fields: JsonObject = chosen === undefined ? {} : { PackageId: chosen.packageId, FeedId: chosen.feedId };
    return [{ ...reference, ...fields, Id: textOf(existing ?? {}, "Id") }];
  });
}

function ownPackage(name: string): JsonObject {
  return { Name: name, AcquisitionLocation: "Server", Properties: { SelectionMode: "immediate" } };
}
