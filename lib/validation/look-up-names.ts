import { matchStepTemplates } from "../copies/match-step-templates.ts";
import type { StepTemplateMap, StepTemplateUse } from "../ocl/list-step-templates.ts";
import { createNameIndex } from "../graph/read-names.ts";
import { objectsOf, textOf } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { foldName } from "../octopus/same-name.ts";
import { findMissingReferences } from "../ocl/find-missing-references.ts";
import { findMissingProcessTemplates } from "../resources/process-template.ts";
import { readDefinedNames, type DefinedNames } from "./defined-names.ts";
import { toSentence, type Findings, type Problem } from "./problem.ts";
import type { BranchContent } from "./read-branch.ts";
import { isDefined } from "./variable-uses.ts";

/** A project whose files are looked at, in the space that they are from. */
export interface OwnPlace {
  space: OctopusSpace;
  project: OctopusDocument;
}

export interface OwnNames {
  findings: Findings;
  /** What the project has besides its files. */
  defined: DefinedNames;
  /** Names of the parameters of step templates that the files use, folded. */
  parameters: ReadonlySet<string>;
  /** Those of the files' step templates that the space has. */
  stepTemplates: readonly StepTemplateUse[];
}

/** What files of a project name and its own space lacks. */
export async function lookUpOwnNames(content: BranchContent, { space, project }: OwnPlace): Promise<OwnNames> {
  const [missing, templates, defined] = await Promise.all([
    findMissing(content, space),
    lookUpStepTemplates(content, space),
    readDefinedNames(space, project),
  ]);
  const { parameters, present: stepTemplates } = templates;
  const known = new Set([...defined.all, ...parameters, ...content.defined.map(foldName)]);
  const variables = groupUses(content, (name) => !isDefined(name, known)).map(
    ({ name, users }) => `the project "${textOf(project, "Name")}" has no variable "${name}", which ${users}`,
  );
  const problems = [...missing, ...templates.missing, ...variables].map((phrase) => toProblem(space, phrase));
  return { findings: { problems, remarks: [], unknown: [] }, defined, parameters, stepTemplates };
}

/** A managed space that gets the files, or has got them. */
export interface ManagedPlace {
  space: OctopusSpace;
  /** The copy; absent where it is still to be deployed. */
  project: OctopusDocument | undefined;
  tenant: string;
  /** Where the files come from. */
  templateSpace: OctopusSpace;
  template: OwnNames;
  /** What step templates are called in the space, as far as the receipt knows. */
  knownStepTemplates: StepTemplateMap;
  /** What a deployment for the tenant knows of a variable: undefined for nothing, "" for a secret. */
  readKnown(name: string): string | undefined;
  /** The project whose runbook deploys, for sentences. */
  deployingProject: string;
}

/** What the template's files name and a managed space lacks. What a deployment brings along is remarked. */
export async function lookUpManagedNames(content: BranchContent, place: ManagedPlace): Promise<Findings> {
  const { space, project, templateSpace: template, knownStepTemplates: known } = place;
  const [missing, templates, own] = await Promise.all([
    findMissing(content, space),
    matchStepTemplates(place.template.stepTemplates, { template, copy: space, known }),
    project === undefined ? undefined : readDefinedNames(space, project),
  ]);
  const secrets = groupUses(content, (name) => isMissingSecret(name, place, own));
  const brought = own === undefined ? [] : groupUses(content, (name) => isBrought(name, place, own));
  const { tenant, deployingProject } = place;
  const whose = deployingProject === "" ? "" : `, or to the project "${deployingProject}" under that name`;
  return {
    problems: [
      ...missing,
      ...secrets.map(
        ({ name, users }) =>
          `the space "${space.name}" has no value for the secret "${name}", which ${users}: give one to the tenant "${tenant}"${whose}`,
      ),
    ].map((phrase) => toProblem(space, phrase)),
    remarks: [
      ...templates.missing.map((name) => `the space "${space.name}" gets the step template "${name}" by a deployment`),
      ...brought.map(({ name }) => `the space "${space.name}" gets the variable "${name}" by a deployment`),
    ].map((phrase) => toProblem(space, phrase)),
    unknown: [],
  };
}

/** What Deploy Project would refuse for, or leave empty: the template has it as a secret, and neither the space nor the run has. */
function isMissingSecret(name: string, { template, readKnown }: ManagedPlace, own: DefinedNames | undefined): boolean {
  const isSecret = template.defined.secrets.has(foldName(name));
  return isSecret && own?.all.has(foldName(name)) !== true && readKnown(name) === undefined;
}

function isBrought(name: string, { template }: ManagedPlace, own: DefinedNames): boolean {
  const folded = foldName(name);
  return template.defined.all.has(folded) && !template.defined.secrets.has(folded) && !own.all.has(folded);
}

async function findMissing(content: BranchContent, space: OctopusSpace): Promise<string[]> {
  return [
    ...(await findMissingReferences(space, content.references)),
    ...(await findMissingProcessTemplates(space, content.processTemplates)),
  ];
}

async function lookUpStepTemplates(
  { stepTemplates }: BranchContent,
  space: OctopusSpace,
): Promise<{ missing: string[]; present: StepTemplateUse[]; parameters: Set<string> }> {
  if (stepTemplates.length === 0) return { missing: [], present: [], parameters: new Set() };
  const names = createNameIndex(space);
  await names.resolve({ ids: new Set(), tags: new Set(), stepTemplates });
  const isThere = ({ id, version }: StepTemplateUse): boolean => names.findStepTemplate(id, version) !== undefined;
  const missing = stepTemplates.filter((use) => !isThere(use));
  const documents = names.stepTemplates().map(({ document }) => document);
  return {
    missing: missing.map(
      ({ id, version }) =>
        `the space "${space.name}" has no step template ${id} in version ${version}, which a step is made with`,
    ),
    present: stepTemplates.filter(isThere),
    parameters: new Set(
      documents.flatMap((one) => objectsOf(one, "Parameters")).map((one) => foldName(textOf(one, "Name"))),
    ),
  };
}

/** @returns names that are asked for, each once, with who uses them in words: `the step "a" in x.ocl uses` */
function groupUses({ uses }: BranchContent, isAsked: (name: string) => boolean): { name: string; users: string }[] {
  const groups = new Map<string, { name: string; users: Set<string> }>();
  for (const { name, usedBy } of uses.filter((use) => isAsked(use.name))) {
    const group = groups.get(foldName(name)) ?? { name, users: new Set() };
    groups.set(foldName(name), { ...group, users: group.users.add(usedBy) });
  }
  return [...groups.values()].map(({ name, users }) => ({
    name,
    users: `${[...users].join(" and ")} ${users.size === 1 ? "uses" : "use"}`,
  }));
}

function toProblem({ name }: OctopusSpace, phrase: string): Problem {
  return { kind: "space", place: name, text: toSentence(phrase) };
}
