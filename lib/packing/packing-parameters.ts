import { signInParameters, thisInstance, type SignInParameters } from "../octopus/connection-parameters.ts";
import { checkbox, lines, select, text, url, type Parameter } from "../step/parameters.ts";

export interface SourceParameters extends SignInParameters {
  serverUrl: Parameter<string>;
  space: Parameter<string>;
}

/** The space that is read, and the key. @param what - is read, with an article: `the project`. @param space - what the form says of the space */
export function sourceParameters(what: string, space = `Id or name of the space with ${what}.`): SourceParameters {
  return {
    serverUrl: url({
      label: "Octopus Server URL",
      help: `The instance with ${what}.`,
      default: "#{ThisInstance.Server.Url}",
    }),
    ...signInParameters({
      ...thisInstance,
      help: `A key for that instance whose user may view ${what} and all that it refers to, and push packages (\`BuiltInFeedPush\`).`,
    }),
    space: text({ label: "Space", help: space, default: "#{Octopus.Space.Id}" }),
  };
}

export interface NeedsParameters {
  needs: Parameter<"include" | "lookUp" | "refuse">;
}

/** What becomes of what the selected resources refer to. */
export function needsParameters(): NeedsParameters {
  return {
    needs: select({
      label: "Needed Resources",
      help: "What becomes of resources that the selected ones refer to and that were not selected themselves.",
      options: {
        include: "They come along",
        lookUp: "They have to be in the space, by the same names",
        refuse: "Refuse them, by name",
      },
      default: "include",
    }),
  };
}

export interface PackageParameters {
  packageSpace: Parameter<string | undefined>;
  terraformBackend: Parameter<string | undefined>;
  terraformLookUps: Parameter<string[]>;
  terraformImports: Parameter<boolean>;
  terraformPollingMachines: Parameter<boolean>;
  detachStepTemplates: Parameter<boolean>;
  publishedRunbook: Parameter<string | undefined>;
  publishedRunbookProject: Parameter<string | undefined>;
  keepingRunbook: Parameter<string | undefined>;
  keepingRunbookProject: Parameter<string | undefined>;
  onlyPlan: Parameter<boolean>;
}

/** What becomes of the package. @param home - what the published runbook belongs to when nothing is said */
export function packageParameters(home: { runbook: string; project: string; default?: string }): PackageParameters {
  return {
    packageSpace: text({
      label: "Package Space",
      help: "Id or name of the space of the same instance whose built-in feed gets the package, and which has the runbooks below: `#{Octopus.Space.Id}` when this space deploys what another one has. Blank for the space that is packed.",
      optional: true,
    }),
    terraformBackend: text({
      label: "Terraform Backend",
      help: "Type of the backend that the Terraform module names, such as `s3`. Blank for none.",
      optional: true,
    }),
    terraformLookUps: lines({
      label: "Terraform Look-Ups",
      help: "Resources of the package that the Terraform module finds in the space by their names instead of making them: a kind of resource a line, such as `environment` or `account`, and behind a colon a name, or a regular expression for the whole name; or `dependencies` for all but projects and what belongs to them. Deploy Space makes them all the same.",
    }),
    terraformImports: checkbox({
      label: "Terraform Imports",
      help: "Write an `import` block for each resource of the Terraform module, so that what the space has already is adopted instead of made anew: found by its name, and where the provider finds none by the id that you give as the variable `existing_…`. What is not there is made.",
      default: false,
    }),
    terraformPollingMachines: checkbox({
      label: "Terraform Polling Tentacles",
      help: "Whether the Terraform module makes polling Tentacles, too. One that is registered twice shares its work between two servers or spaces.",
      default: false,
    }),
    detachStepTemplates: checkbox({
      label: "Detach Step Templates",
      help: "In the Terraform module, write steps that use step templates as plain steps, so that other spaces need no such templates. Deploy Project has a choice of its own.",
      default: false,
    }),
    publishedRunbook: text({
      label: "Published Runbook",
      help: `${home.runbook} to publish with the new package, so that its runs use that version until the next one. Blank to publish nothing.`,
      optional: true,
    }),
    publishedRunbookProject: text({
      label: "Published Runbook's Project",
      help: `The project that has this runbook.${home.project}`,
      ...(home.default !== undefined && { default: home.default }),
      optional: true,
    }),
    keepingRunbook: text({
      label: "Keeping Runbook",
      help: "A runbook to publish with the new package that nobody runs: as long as it is published, retention leaves the package in the built-in feed. `managed-spaces install` makes one. The user of the key needs `RunbookEdit`. Blank to keep nothing.",
      optional: true,
    }),
    keepingRunbookProject: text({
      label: "Keeping Runbook's Project",
      help: "The project that has this runbook.",
      default: "#{Octopus.Project.Name}",
      optional: true,
    }),
    onlyPlan: checkbox({ label: "Only Plan", help: "Tell what would be done, and change nothing.", default: false }),
  };
}

/** For what belongs to no project. */
export const inThisProject = {
  runbook: "A runbook",
  project: "",
  default: "#{Octopus.Project.Name}",
} as const;

export interface PackageIdParameters {
  packageId: Parameter<string | undefined>;
}

/** @param otherwise - what is taken when nothing is said */
export function packageIdParameters(otherwise: string): PackageIdParameters {
  return {
    packageId: text({
      label: "Package Id",
      help: `Id of the package in the built-in feed: letters, digits, dots, hyphens and underscores. Blank for ${otherwise}.`,
      optional: true,
    }),
  };
}

/** @param what - of the space may stay behind: `Environments` */
export function excludedParameter(label: string, help: string, initial?: string): Parameter<string[]> {
  return lines({
    label: `Excluded ${label}`,
    help: `${help} One name a line, or a regular expression for the whole name.`,
    ...(initial !== undefined && { default: initial }),
  });
}

/** The outputs of every step that makes a package. */
export const packageOutputs = {
  PackageId: "Id of the package, such as `hello_world`.",
  PackageVersion: "The newest version of it.",
  Changed: "`True` when a new version was pushed, else `False`.",
  UnresolvedSecrets: "Secrets that a deployment cannot send by itself, one a line.",
} as const;
