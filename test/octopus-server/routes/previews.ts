import type { Resource } from "../model/collection.ts";
import { isFields, listOf, propertyOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import { createForm, promptedVariables } from "../model/prompted-variables.ts";
import type { Call } from "./route.ts";

export interface PreviewOptions {
  process: Fields;
  variableSetIds: readonly string[];
  environment: Resource;
}

/** What would run, and what it asks for (go-octopusdeploy `DeploymentPreview`, `RunPreview`). */
export function previewOf(call: Call, { process, variableSetIds, environment }: PreviewOptions): Fields {
  const wanted = isFields(call.body)
    ? propertyOf(call.body, "IncludeDisabledSteps")
    : call.query.get("includeDisabledSteps");
  const includeDisabled = String(wanted).toLowerCase() === "true";
  const steps = listOf(process, "Steps").flatMap((step, stepIndex) =>
    listOf(step, "Actions").map((action, actionIndex, actions) => ({
      action,
      number: actions.length === 1 ? `${stepIndex + 1}` : `${stepIndex + 1}.${actionIndex + 1}`,
    })),
  );
  const shown = steps.filter(
    ({ action }) => appliesTo(action, environment) && (includeDisabled || action["IsDisabled"] !== true),
  );
  return {
    Id: null,
    Form: createForm(promptedVariables(call.model, { variableSetIds, environmentId: environment.Id })),
    StepsToExecute: shown.map(({ action, number }) => describeStep(action, number)),
    UseGuidedFailureModeByDefault: environment["UseGuidedFailure"] === true,
  };
}

function appliesTo(action: Fields, environment: Resource): boolean {
  const only = textsOf(action, "Environments");
  return (
    (only.length === 0 || only.includes(environment.Id)) &&
    !textsOf(action, "ExcludedEnvironments").includes(environment.Id)
  );
}

function describeStep(action: Fields, number: string): Fields {
  return {
    ActionId: textOf(action, "Id"),
    ActionName: textOf(action, "Name"),
    ActionNumber: number,
    Roles: [],
    MachineNames: [],
    Machines: [],
    CanBeSkipped: action["IsRequired"] !== true,
    IsDisabled: action["IsDisabled"] === true,
    HasNoApplicableMachines: false,
    UnavailableMachines: [],
    ExcludedMachines: [],
    AvailableTagSets: [],
  };
}
