import type { GitHostId } from "../git-hosts/index.ts";
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

export interface GitParameters {
  gitHost: Parameter<GitHostId>;
  gitHostUrl: Parameter<string | undefined>;
  gitUsername: Parameter<string>;
  gitToken: Parameter<string | undefined>;
  gitAppId: Parameter<string | undefined>;
  gitAppPrivateKey: Parameter<string | undefined>;
  templateGitUsername: Parameter<string>;
  templateGitToken: Parameter<string | undefined>;
}

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
      options: { gitea: "Gitea or Forgejo", github: "GitHub" },
      default: "gitea",
    }),
    gitHostUrl: url({
      label: "Git Host URL",
      help: "Address of that host. Blank for https://github.com, or for Gitea that of the template's repository. Credentials are sent nowhere else.",
      optional: true,
    }),
    gitUsername: text({
      label: "Git Username",
      help: "The user name that goes with the token.",
      default: "x-access-token",
    }),
    gitToken: secret({
      label: "Git Token",
      help: `A token for the host that may ${scopes}. Not needed for public repositories that are only read, or with a GitHub App.`,
      optional: true,
    }),
    gitAppId: text({
      label: "GitHub App",
      help: "Id of a GitHub App that is used in place of a token.",
      optional: true,
    }),
    gitAppPrivateKey: secret({
      label: "GitHub App Private Key",
      help: "The private key of that app, in PEM form.",
      optional: true,
    }),
    templateGitUsername: text({
      label: "Template Git Username",
      help: "The user name that goes with the template's token.",
      default: "x-access-token",
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

type Secrets = Record<
  | "gitToken"
  | "gitAppPrivateKey"
  | "templateGitToken"
  | "apiKey"
  | "oidcToken"
  | "managementApiKey"
  | "managementOidcToken",
  string | undefined
>;

/** All secrets that such a step was given, which no page of it shows. */
export function listSecrets(secrets: Secrets): string[] {
  const { gitToken, gitAppPrivateKey, templateGitToken, apiKey, oidcToken, managementApiKey, managementOidcToken } =
    secrets;
  return [
    gitToken,
    gitAppPrivateKey,
    templateGitToken,
    apiKey,
    oidcToken,
    managementApiKey,
    managementOidcToken,
  ].filter((value) => value !== undefined);
}
