import { isJsonObject, isSameJson, objectsOf, textOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import { idToBe, type Installer } from "./installer.ts";
import { isDeferred } from "./step-templates.ts";

/** Where the steps of a management runbook run; undefined leaves what is there, or Octopus's default. */
export interface StepPlacement {
  workerPoolId: string | undefined;
  container: { image: string; feedId: string } | undefined;
}

export interface WantedRunbook {
  project: OctopusDocument;
  name: string;
  description: string;
  isTenanted: boolean;
  environmentId: string;
  steps: WantedStep[];
}

export interface WantedStep {
  name: string;
  /** The step template as the space has it; absent for a built-in step. */
  template?: OctopusDocument;
  actionType?: string;
  /** Values of parameters, and any other property. What a person changed in them later stays. */
  properties: JsonObject;
  /** The package of a package parameter, by the parameter's name; "" is the step's own package. */
  packages?: Record<string, { packageId: string; feedId: string }>;
}

/** Makes the runbook and its steps, and brings the steps of an older version up to this one without touching what people set in their forms. */
export async function ensureRunbook(
  installer: Installer,
  wanted: WantedRunbook,
  placement: StepPlacement,
): Promise<OctopusDocument> {
  const projectName = textOf(wanted.project, "Name");
  const runbooks =
    wanted.project.Id === idToBe ? [] : await installer.space.list(`/projects/${wanted.project.Id}/runbooks`);
  const runbook = await installer.ensure({
    label: "runbook",
    owner: projectName,
    collection: "runbooks",
    name: wanted.name,
    among: runbooks,
    create: {
      ProjectId: wanted.project.Id,
      Description: wanted.description,
      MultiTenancyMode: wanted.isTenanted ? "Tenanted" : "Untenanted",
      EnvironmentScope: "Specified",
      Environments: [wanted.environmentId],
      DefaultGuidedFailureMode: "EnvironmentDefault",
      ConnectivityPolicy: {
        SkipMachineBehavior: "None",
        TargetRoles: [],
        AllowDeploymentsToNoTargets: true,
        ExcludeUnhealthyTargets: false,
      },
    },
  });
  await ensureProcess(installer, runbook, wanted, placement);
  return runbook;
}

async function ensureProcess(
  installer: Installer,
  runbook: OctopusDocument,
  wanted: WantedRunbook,
  placement: StepPlacement,
): Promise<void> {
  const id = textOf(runbook, "RunbookProcessId");
  const process =
    runbook.Id === idToBe ? { Id: idToBe, Steps: [] } : await installer.space.get(`/runbookProcesses/${id}`);
  const present = objectsOf(process, "Steps");
  const steps = present.map((step) => {
    const own = wanted.steps.find((candidate) => candidate.name === textOf(step, "Name"));
    return own === undefined
      ? step
      : {
          ...step,
          Actions: objectsOf(step, "Actions").map((action, index) =>
            index === 0 ? upgraded(action, own, placement) : action,
          ),
        };
  });
  const missing = wanted.steps.filter((step) => !present.some((existing) => textOf(existing, "Name") === step.name));
  const all = [...steps, ...missing.map((step) => stepOf(step, placement))];
  if (isSameJson(present, all)) return;
  const what = `the process of the runbook "${wanted.name}" of "${textOf(wanted.project, "Name")}"`;
  await installer.change({ verb: present.length === 0 ? "create" : "update", what }, () =>
    installer.space.put(`/runbookProcesses/${id}`, { ...process, Steps: all }),
  );
}

function stepOf(wanted: WantedStep, placement: StepPlacement): JsonObject {
  return {
    Name: wanted.name,
    PackageRequirement: "LetOctopusDecide",
    Condition: "Success",
    StartTrigger: "StartAfterPrevious",
    Properties: {},
    Actions: [actionOf(wanted, placement)],
  };
}

function actionOf(wanted: WantedStep, placement: StepPlacement): JsonObject {
  return {
    Name: wanted.name,
    ActionType: actionTypeOf(wanted),
    Notes: "",
    IsDisabled: false,
    IsRequired: false,
    CanBeUsedForProjectVersioning: false,
    WorkerPoolId: placement.workerPoolId ?? "",
    Container: containerOf(placement) ?? {},
    Environments: [],
    ExcludedEnvironments: [],
    Channels: [],
    TenantTags: [],
    Packages: packagesOf(wanted, []),
    Properties: { ...templateProperties(wanted), ...parameterDefaults(wanted), ...wanted.properties },
  };
}

/** Everything that comes from the template is the template's; everything that a form holds is the person's. */
function upgraded(action: JsonObject, wanted: WantedStep, placement: StepPlacement): JsonObject {
  const present = isJsonObject(action["Properties"]) ? action["Properties"] : {};
  if (isOtherStep(action, present, wanted)) return { ...actionOf(wanted, placement), Id: textOf(action, "Id") };
  const container = containerOf(placement);
  return {
    ...action,
    ...(placement.workerPoolId === undefined ? {} : { WorkerPoolId: placement.workerPoolId }),
    ...(container === undefined
      ? {}
      : { Container: { ...(isJsonObject(action["Container"]) ? action["Container"] : {}), ...container } }),
    Packages: packagesOf(wanted, objectsOf(action, "Packages")),
    Properties: { ...parameterDefaults(wanted), ...wanted.properties, ...present, ...templateProperties(wanted) },
  };
}

/** Another engine was chosen: what the form of the step before holds means nothing to this one. */
function isOtherStep(action: JsonObject, properties: JsonObject, wanted: WantedStep): boolean {
  const template = textOf(properties, "Octopus.Action.Template.Id");
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

function parameterDefaults({ template }: WantedStep): JsonObject {
  const parameters = objectsOf(template ?? {}, "Parameters");
  const plain = parameters.filter(
    (parameter) => typeof parameter["DefaultValue"] === "string" && parameter["DefaultValue"] !== "",
  );
  return Object.fromEntries(plain.map((parameter) => [textOf(parameter, "Name"), parameter["DefaultValue"] ?? ""]));
}

function packagesOf({ template, packages = {} }: WantedStep, present: JsonObject[]): JsonObject[] {
  const references = template === undefined ? Object.keys(packages).map(ownPackage) : objectsOf(template, "Packages");
  return references.flatMap((reference): JsonObject[] => {
    const name = textOf(reference, "Name");
    const existing = present.find((candidate) => textOf(candidate, "Name") === name);
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
