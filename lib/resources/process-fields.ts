import { processTemplateUse } from "./process-template.ts";
import { anyOf, byPeople, id, map, object, onlyFor, program, words, type Fields } from "./field.ts";

const commaWords = { text: "words", isCommaList: true } as const;
/** Fewer of them mean less; without the last one a step would ask anybody, or nobody. */
const commaIds = { text: "id", isCommaList: true, whenGone: "drop", label: "teams" } as const;

/** Where a step runs: without the last of them it would run elsewhere. */
const targetTags = onlyFor("role", "target tags");

/** How a step says from which step template it was made: the id and the version that it has in the space, read as one. */
export const templateUse = { id: "Octopus.Action.Template.Id", version: "Octopus.Action.Template.Version" } as const;

/** What is known of the properties of steps, by the types of step that Octopus brings along. */
const properties: Fields = {
  [templateUse.id]: words,
  [templateUse.version]: words,
  [processTemplateUse.slug]: words,
  [processTemplateUse.versionMask]: words,
  "Octopus.Action.TargetRoles": { ...targetTags, isCommaList: true },
  "Octopus.Action.EnabledFeatures": commaWords,
  "Octopus.Action.Manual.Instructions": words,
  "Octopus.Action.Manual.ResponsibleTeamIds": commaIds,
  "Octopus.Action.Email.Subject": words,
  "Octopus.Action.Email.Body": words,
  "Octopus.Action.Email.To": words,
  "Octopus.Action.Email.CC": words,
  "Octopus.Action.Email.BCC": words,
  "Octopus.Action.Email.ToTeamIds": commaIds,
  "Octopus.Action.Email.CCTeamIds": commaIds,
  "Octopus.Action.Email.BCCTeamIds": commaIds,
  "Octopus.Step.ConditionVariableExpression": words,
  "Octopus.Action.Package.CustomInstallationDirectory": words,
  "Octopus.Action.Helm.YamlValues": program,
  "Octopus.Action.Script.ScriptBody": program,
  "Octopus.Action.CustomScripts.*": program,
  "Octopus.Action.Terraform.Template": program,
  "Octopus.Action.KubernetesContainers.CustomResourceYaml": program,
  "Octopus.Action.Aws.CloudFormationTemplate": program,
  "Octopus.Action.Azure.ResourceGroupTemplate": program,
};

export const propertyFields = map(properties);

/** An object of people's words, such as how a parameter is asked for. */
export const wordMap = map({ "*": words });

export const packageFields = object({ PackageId: id, FeedId: id, Properties: map() });

export const gitDependencyFields = object({
  RepositoryUri: words,
  DefaultBranch: words,
  FilePathFilters: words,
  GitCredentialId: id,
});

const actionFields: Fields = {
  Notes: byPeople(words),
  WorkerPoolId: byPeople(id),
  WorkerPoolVariable: byPeople({}),
  Environments: onlyFor("id", "environments"),
  ExcludedEnvironments: anyOf("id", "excluded environments"),
  Channels: onlyFor("id", "channels"),
  TenantTags: onlyFor("tag", "tenant tags"),
  Container: object({ FeedId: byPeople(id), Image: byPeople(words) }),
  Packages: packageFields,
  GitDependencies: gitDependencyFields,
  Properties: propertyFields,
  Inputs: map(),
};

/** What to do so that a step holds no secret itself. */
export const moveIntoVariable = "move the value into a sensitive variable and let the field refer to that";

/** The fields of a process, of deployments and of runbooks alike. */
export const processFields: Fields = {
  Steps: object({ Properties: propertyFields, Actions: object(actionFields, { isNeeded: true }) }),
};

/** The fields of a parameter that people are asked for: of a project, a variable set or a step template. */
export const parameterFields: Fields = { Label: words, HelpText: words, DisplaySettings: wordMap };

/** In which order and by which rules a project or runbook takes its targets. */
export const connectivityFields = object({ TargetRoles: { text: "role", whenGone: "drop", label: "target tags" } });

/** A package of a step, named by the step's name: in a project that the step has left, whoever uses it does without. */
export const actionPackageFields: Fields = { DeploymentAction: { text: "actionName" }, PackageReference: words };
