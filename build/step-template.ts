import type { StepDefinition } from "../lib/step/define-step.ts";
import { getParameterForm } from "../lib/step/parameters.ts";
import type { Parameter, ParameterForm } from "../lib/step/parameters.ts";
import { toParameterId, toVariableName } from "../lib/step/variable-names.ts";
import type { Syntax } from "./launchers.ts";

/** A step template as Octopus exports and imports it. */
export interface StepTemplate {
  Id: string;
  Name: string;
  Description: string;
  ActionType: "Octopus.Script";
  Version: number;
  CommunityActionTemplateId: null;
  Packages: TemplatePackage[];
  GitDependencies: [];
  Properties: Record<string, string>;
  Parameters: TemplateParameter[];
  StepPackageId: "Octopus.Script";
  $Meta: { ExportedAt: string; OctopusVersion: string; Type: "ActionTemplate" };
  LastModifiedBy: string;
  /** The library's word for a group of templates, after which their logo is called. */
  Category: string;
}

export interface TemplatePackage {
  Id: string;
  Name: string;
  PackageId: string | null;
  FeedId: null;
  AcquisitionLocation: "Server";
  Version?: string;
  Properties: Record<string, string>;
}

export interface TemplateParameter {
  Id: string;
  Name: string;
  Label: string;
  HelpText: string;
  DefaultValue: string | null;
  DisplaySettings: Record<string, string>;
}

export interface TemplateOptions {
  body: string;
  /** What the body is written in. */
  syntax?: Syntax;
  /** When this version was exported: ISO 8601. */
  exportedAt: string;
  /** Of the package that the body runs, for the packaged flavor. */
  runtime?: { packageId: string; version: string };
}

/** The oldest Octopus that has all that these templates use. */
const OCTOPUS_VERSION = "2025.1.0";

/** The step template of a step. */
export function renderStepTemplate(
  step: StepDefinition,
  { body, exportedAt, runtime, syntax = "Bash" }: TemplateOptions,
): StepTemplate {
  return {
    // A template has one syntax: for workers with PowerShell there is a second one of each, which may be in a space beside the first.
    Id: syntax === "Bash" ? step.id : toParameterId(step.id, syntax),
    Name: syntax === "Bash" ? step.name : `${step.name} (${syntax})`,
    Description: step.description,
    ActionType: "Octopus.Script",
    Version: step.version,
    CommunityActionTemplateId: null,
    Packages: [...(runtime ? [renderRuntimePackage(step, runtime)] : []), ...renderPackages(step)],
    GitDependencies: [],
    Properties: {
      "Octopus.Action.RunOnServer": "true",
      "Octopus.Action.Script.ScriptSource": "Inline",
      "Octopus.Action.Script.Syntax": syntax,
      "Octopus.Action.Script.ScriptBody": body,
      OctopusUseBundledTooling: "False",
    },
    Parameters: listForms(step).map(({ name, form }) => renderParameter(step.id, name, { form })),
    StepPackageId: "Octopus.Script",
    $Meta: { ExportedAt: exportedAt, OctopusVersion: OCTOPUS_VERSION, Type: "ActionTemplate" },
    LastModifiedBy: "managed-spaces",
    Category: "octopus",
  };
}

/** The parameters of a step, each with its key, its Octopus variable and its form. */
export function listForms(step: StepDefinition): { key: string; name: string; form: ParameterForm }[] {
  return Object.entries(step.parameters).map(([key, parameter]: [string, Parameter]) => {
    const form = getParameterForm(parameter);
    return { key, name: toVariableName(step.prefix, key, form), form };
  });
}

function renderParameter(stepId: string, name: string, { form }: { form: ParameterForm }): TemplateParameter {
  const options = Object.entries(form.options).map(([value, text]) => `${value}|${text}`);
  return {
    Id: toParameterId(stepId, name),
    Name: name,
    Label: form.label,
    HelpText: form.help,
    DefaultValue: form.control === "Package" ? null : form.default,
    DisplaySettings: {
      "Octopus.ControlType": form.control,
      ...(options.length > 0 && { "Octopus.SelectOptions": options.join("\n") }),
    },
  };
}

function renderPackages(step: StepDefinition): TemplatePackage[] {
  const packages = listForms(step).filter(({ form }) => form.control === "Package");
  return packages.map(({ name }) => ({
    Id: toParameterId(step.id, `package ${name}`),
    Name: name,
    PackageId: null,
    FeedId: null,
    AcquisitionLocation: "Server",
    Properties: { Extract: "True", SelectionMode: "deferred", PackageParameterName: name },
  }));
}

function renderRuntimePackage(step: StepDefinition, runtime: { packageId: string; version: string }): TemplatePackage {
  return {
    Id: toParameterId(step.id, `package ${runtime.packageId}`),
    Name: runtime.packageId,
    PackageId: runtime.packageId,
    // The id of the built-in feed differs from server to server: `install` sets it.
    FeedId: null,
    AcquisitionLocation: "Server",
    Version: runtime.version,
    Properties: { Extract: "True", SelectionMode: "immediate" },
  };
}
