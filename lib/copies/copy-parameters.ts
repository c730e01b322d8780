import { addressesWhenNone, applicationTitles, gitHostTitles } from "../git-hosts/describe-hosts.ts";
import { applicationParameters, defaultGitHost, type GitHostId } from "../git-hosts/index.ts";
import { listSignInSecrets, type SignInInput } from "../git-hosts/read-sign-in.ts";
import {
  managedSpaceParameters,
  managementParameters,
  type ManagedSpaceParameters,
  type ManagementParameters,
} from "../octopus/connection-parameters.ts";
import { checkbox, secret, select, text, url, type Parameter } from "../step/parameters.ts";

export interface TemplateParameters extends ManagementParameters {
  project: Parameter<string>;
}

interface HostParameters {
  gitHost: Parameter<GitHostId>;
  gitHostUrl: Parameter<string | undefined>;
  gitUsername: Parameter<string | undefined>;
  gitToken: Parameter<string | undefined>;
  templateGitUsername: Parameter<string | undefined>;
  templateGitToken: Parameter<string | undefined>;
}

type ApplicationParameters = typeof applicationParameters;

export interface GitParameters extends HostParameters, ApplicationParameters {}

/** Where the template is: the instance that the step runs on. */
export function templateParameters(): TemplateParameters {
  return {
    ...managementParameters({
      instance: "with the template project",
      may: "view the template project and its packages",
      space: "with the template project",
    }),
    project: text({
      label: "Template Project",
      help: "Name of the project that the copies were made of.",
      default: "#{Octopus.Project.Name}",
    }),
  };
}

export function copyParameter(): Parameter<string | undefined> {
  return text({
    label: "Copy",
    help: "Name of one copy in the managed space, as this step lists it. Blank for all of them.",
    optional: true,
  });
}

/** How Git hosts are reached; nothing of it is needed where no project is in Git. */
export function gitParameters({ scopes }: { scopes: string }): GitParameters {
  return {
    gitHost: select({
      label: "Git Host",
      help: "What the copies' repositories are hosted on.",
      options: gitHostTitles,
      default: defaultGitHost,
    }),
    gitHostUrl: url({
      label: "Git Host URL",
      help: `Address of that host. Blank for ${addressesWhenNone}. Credentials are sent nowhere else.`,
      optional: true,
    }),
    gitUsername: text({
      label: "Git Username",
      help: "The user name that goes with the token. Blank for the one that the host gives to tokens.",
      optional: true,
      mayBeUnresolved: true,
    }),
    gitToken: secret({
      label: "Git Token",
      help: `A token for the host that may ${scopes}. Not needed for public repositories that are only read, or with ${applicationTitles}.`,
      optional: true,
      mayBeUnresolved: true,
    }),
    ...applicationParameters,
    templateGitUsername: text({
      label: "Template Git Username",
      help: "The user name that goes with the template's token. Blank for `x-access-token`.",
      optional: true,
    }),
    templateGitToken: secret({
      label: "Template Git Token",
      help: "A token that may read the template's repository, where it needs another one than the copies.",
      optional: true,
    }),
  };
}

export interface LookingParameters extends ManagementParameters, ManagedSpaceParameters, GitParameters {
  copies: Parameter<"template" | "all">;
  project: Parameter<string | undefined>;
  copy: Parameter<string | undefined>;
  onlyPlan: Parameter<boolean>;
}

/** All that a step asks for which looks at the copies of a template, and changes nothing. */
export function lookingParameters(): LookingParameters {
  return {
    ...managementParameters({
      instance: "with the templates and packages",
      may: "view the templates and their packages",
      space: "with the templates and packages",
    }),
    copies: select({
      label: "Copies",
      help: "What is looked at: the copies of one project, or all that was deployed to the space: projects, packages of spaces, of step templates and of variable sets, runbooks, and baselines.",
      options: { template: "Those of the template project", all: "All that the space has" },
      default: "template",
    }),
    project: text({
      label: "Template Project",
      help: "Name of the project that the copies were made of. Means nothing when all copies are looked at.",
      default: "#{Octopus.Project.Name}",
      optional: true,
    }),
    ...managedSpaceParameters({ may: "view what was deployed there, and library variable sets, in the managed space" }),
    copy: copyParameter(),
    ...gitParameters({ scopes: "read the repositories" }),
    onlyPlan: neverChangesParameter(),
  };
}

/** What such a step looks at, for sentences about the whole of it. */
export function describeScope({
  copies,
  project = "",
}: {
  copies: "template" | "all";
  project: string | undefined;
}): string {
  return copies === "all" ? "all copies" : `the project "${project}"`;
}

/** For a step that only looks. */
export function neverChangesParameter(): Parameter<boolean> {
  return checkbox({ label: "Only Plan", help: "This step never changes anything.", default: false });
}

type Secrets = SignInInput &
  Record<"templateGitToken" | "apiKey" | "oidcToken" | "managementApiKey" | "managementOidcToken", string | undefined>;

/** All secrets that such a step was given, which no page of it shows. */
export function listSecrets(secrets: Secrets): string[] {
  const { templateGitToken, apiKey, oidcToken, managementApiKey, managementOidcToken } = secrets;
  const others = [templateGitToken, apiKey, oidcToken, managementApiKey, managementOidcToken];
  return [...listSignInSecrets(secrets), ...others.filter((value) => value !== undefined)];
}
