import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { StepDefinition } from "../lib/step/define-step.ts";
import type { ParameterForm } from "../lib/step/parameters.ts";
import { RUNTIME_PACKAGE, renderPublishedScript, toSha512 } from "./launchers.ts";
import type { Syntax } from "./launchers.ts";
import { projectRoot, toJson } from "./project.ts";
import { listForms, renderStepTemplate } from "./step-template.ts";
import type { StepTemplate, TemplateParameter } from "./step-template.ts";
import { findExportedAt, toDigest } from "./versions.ts";
import type { TemplateState, TemplateVersions } from "./versions.ts";

/** Where dist has what goes to Octopus's community library, laid out as the library's repository. */
export const PUBLISHED = "published";

/** The library's word for our templates, and the name of their logo there. */
const CATEGORY = "managed-spaces";

const SYNTAXES = ["Bash", "PowerShell"] as const;

/** A script body that runs out of the npm package. */
export interface PublishedBody {
  slug: string;
  syntax: Syntax;
  body: string;
}

export interface PublishedOptions {
  /** Of the npm package. */
  version: string;
  versions: TemplateVersions;
  /** Its program, which the templates pin. */
  program: string;
}

/** The templates for the community library, in both syntaxes, and their logo: by path from the library's root. */
export function renderPublished(
  steps: Readonly<Record<string, StepDefinition>>,
  { version, versions, program }: PublishedOptions,
): { bodies: PublishedBody[]; files: Map<string, Buffer> } {
  const exportedAt = findExportedAt(versions, toPackageState(version, program).step);
  const sha512 = toSha512(program);
  const files = new Map<string, Buffer>();
  const bodies: PublishedBody[] = [];
  for (const [slug, step] of Object.entries(steps)) {
    for (const syntax of SYNTAXES) {
      const body = renderPublishedScript(step, { slug, version, sha512, syntax });
      const template = toLibraryTemplate(step, renderStepTemplate(step, { body, exportedAt, syntax }), version);
      bodies.push({ slug, syntax, body });
      files.set(`step-templates/${toFileName(template.Name)}.json`, toJson(template));
    }
  }
  files.set(`step-templates/logos/${CATEGORY}.png`, readFileSync(join(projectRoot, "templates/logo/logo.png")));
  return { bodies, files };
}

/** The npm package as steps/versions.json records it: whoever has a published template has its version and what it pins. */
export function toPackageState(version: string, program: string): TemplateState {
  return {
    slug: RUNTIME_PACKAGE,
    step: { id: RUNTIME_PACKAGE, version: toTemplateVersion(version) },
    digest: toDigest(program),
  };
}

/** A number that goes up with each version of the npm package, since all published templates change with it: 1.2.3 is 10203. */
export function toTemplateVersion(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.+-]/).slice(0, 3).map(Number);
  return major * 10_000 + minor * 100 + patch;
}

/** The library wants a file to be called after its template, in the words of addresses. */
function toFileName(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/-$/, "");
}

/** What the library's reviewers look for besides: each is named in the library's CONTRIBUTING.md and in the checklist of its pull requests. */
function toLibraryTemplate(step: StepDefinition, template: StepTemplate, version: string): StepTemplate {
  const forms = new Map(listForms(step).map(({ name, form }) => [name, form]));
  return {
    ...template,
    Description: `${template.Description}\n\n${describeSoftware(template, version)}`,
    Version: toTemplateVersion(version),
    Parameters: template.Parameters.map((parameter) => {
      const form = forms.get(parameter.Name);
      return form === undefined ? parameter : toLibraryParameter(parameter, form);
    }),
    Category: CATEGORY,
  };
}

function describeSoftware({ Properties }: StepTemplate, version: string): string {
  const shell =
    Properties["Octopus.Action.Script.Syntax"] === "Bash"
      ? "Bash 4.4 or newer, OpenSSL"
      : "Windows PowerShell 5.1 or PowerShell 7";
  return [
    `**Needs on the worker:** Node.js 20.19 or newer with npm, ${shell}. The image \`octopusdeploy/worker-tools\` has them from 6.4.0 on.`,
    `The step runs out of the npm package \`${RUNTIME_PACKAGE}\` ${version}, which is fetched once for each worker and whose SHA-512 is in the script. Set the variable \`ManagedSpaces.Registry\` to take it from a mirror.`,
  ].join("\n\n");
}

function toLibraryParameter(parameter: TemplateParameter, form: ParameterForm): TemplateParameter {
  const { value, hint } = toLibraryDefault(form);
  const mark = form.optional || form.control === "Checkbox" ? "Optional." : "Required.";
  return {
    ...parameter,
    HelpText: [mark, parameter.HelpText, ...(hint === undefined ? [] : [hint])].join(" "),
    DefaultValue: parameter.DefaultValue === null ? null : value,
  };
}

/** A default that means something in every space: no variable but those that Octopus itself has. */
function toLibraryDefault(form: ParameterForm): { value: string; hint: string | undefined } {
  if (form.default === "#{ThisInstance.Server.Url}") return { value: "#{Octopus.Web.ServerUri}", hint: undefined };
  if (!/#\{(?!Octopus\.)/.test(form.default)) return { value: form.default, hint: undefined };
  return { value: "", hint: `Where a project's tenants say it: \`${form.default}\`.` };
}
