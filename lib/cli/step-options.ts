import type { StepDefinition, StepParameters } from "../step/define-step.ts";
import { getParameterForm, type ParameterForm } from "../step/parameters.ts";

/** A parameter of a step as the command line knows it. */
export interface StepOption {
  key: string;
  /** As in all commands, and all steps that have it. */
  name: string;
  /** Made of its key, as it was before one thing had one name. */
  formerName: string;
  /** The variable that holds it, such as `MANAGED_SPACES_CREATE_SPACE_API_KEY`. */
  variable: string;
  form: ParameterForm;
}

/**
 * What keys are called that do not say it: the same thing has the same name, whichever command or step has it. The server of the
 * management space is `--server`, as everywhere; a step that has another one besides knows it as `--managed-server`.
 */
const namesOfKeys: Readonly<Record<string, string>> = {
  managementServerUrl: "server",
  managementSpaceId: "space",
  managementServiceAccountId: "service-account",
  onlyPlan: "plan",
  owner: "git-owner",
  // The address of one repository; in the commands, the one of the whole host was called so.
  gitUrl: "repository-url",
  overwriteDownstreamChanges: "overwrite",
  adoptExisting: "adopt",
  adoptExistingProject: "adopt",
  adoptExistingProjects: "adopt",
  adoptExistingRunbook: "adopt",
  compares: "compare",
  fails: "fail",
  fileName: "baseline-file",
  names: "name",
};

/** What a step has one of beside the management space's. */
const namesOfManaged: Readonly<Record<string, string>> = {
  serverUrl: "managed-server",
  spaceId: "managed-space",
  serviceAccountId: "managed-service-account",
};

const namesOfOnlyServer: Readonly<Record<string, string>> = {
  serverUrl: "server",
  spaceId: "space",
  serviceAccountId: "service-account",
};

/** Where steps say by the one word what others say by another. */
const namesInSteps: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  DeployRunbook: { project: "into-project", runbook: "runbook-name" },
  RecordTerraformCopy: { project: "into-project", runbook: "runbook-name" },
  Rehearse: { tags: "tag" },
  ReportFleet: { tags: "tag" },
};

/** The options of a step, in the order of its parameters. */
export function listStepOptions({ prefix, parameters }: Pick<StepDefinition, "prefix" | "parameters">): StepOption[] {
  const names = { ...namesOfKeys, ...namesOfServers(parameters), ...namesInSteps[prefix] };
  return Object.entries(parameters).map(([key, parameter]) => {
    const formerName = toWords(key).join("-").toLowerCase();
    return {
      key,
      name: names[key] ?? formerName,
      formerName,
      variable: toEnvironmentName(prefix, key),
      form: getParameterForm(parameter),
    };
  });
}

/** Whether a step knows a management space beside the server that it works on. */
export function hasManagement(parameters: StepParameters): boolean {
  return Object.hasOwn(parameters, "managementServerUrl");
}

/** Whether a step works on a managed space, too, which may be on another server. */
export function namesManagedServer(parameters: StepParameters): boolean {
  return hasManagement(parameters) && Object.hasOwn(parameters, "serverUrl");
}

/** Whether its value is a whole document, which people have in a file. */
export function isDocument({ key, form }: Pick<StepOption, "key" | "form">): boolean {
  return form.control === "MultiLineText" && (key === "baseline" || key === "mapping");
}

function namesOfServers(parameters: StepParameters): Readonly<Record<string, string>> {
  return hasManagement(parameters) ? namesOfManaged : namesOfOnlyServer;
}

/** The environment variable that gives a parameter, such as `MANAGED_SPACES_CREATE_SPACE_API_KEY` for `CreateSpace.ApiKey`. */
function toEnvironmentName(prefix: string, key: string): string {
  return `MANAGED_SPACES_${toWords(prefix).join("_")}_${toWords(key).join("_")}`.toUpperCase();
}

function toWords(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .split(/[^A-Za-z0-9]+/);
}
