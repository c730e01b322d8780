import type { GitHostId } from "../git-hosts/index.ts";
import { checkbox, secret, select, text, url, type Parameter } from "../step/parameters.ts";

export interface TemplateParameters {
  managementServerUrl: Parameter<string>;
  managementApiKey: Parameter<string>;
  managementSpaceId: Parameter<string>;
  project: Parameter<string>;
}

export interface ManagedSpaceParameters {
  serverUrl: Parameter<string>;
  apiKey: Parameter<string>;
  spaceId: Parameter<string>;
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
    managementServerUrl: url({
      label: "Management Server URL",
      help: "The instance with the template project.",
      default: "#{ThisInstance.Server.Url}",
    }),
    managementApiKey: secret({
      label: "Management API Key",
      help: "A key for that instance whose user may view the template project and its packages.",
    }),
    managementSpaceId: text({
      label: "Management Space",
      help: "Id or name of the space with the template project.",
      default: "#{Octopus.Space.Id}",
    }),
    project: text({
      label: "Template Project",
      help: "Name of the project that the copies were made of.",
      default: "#{Octopus.Project.Name}",
    }),
  };
}

/** Where the copies are: the tenant's space. */
export function managedSpaceParameters({ may }: { may: string }): ManagedSpaceParameters {
  return {
    serverUrl: url({
      label: "Octopus Server URL",
      help: "The instance with the managed space.",
      default: "#{ManagedTenant.Octopus.Url}",
    }),
    apiKey: secret({
      label: "Octopus API Key",
      help: `A key for that instance whose user may ${may} in the managed space.`,
    }),
    spaceId: text({
      label: "Space",
      help: "Id or name of the managed space.",
      default: "#{ManagedTenant.Octopus.SpaceId}",
    }),
  };
}

export function copyParameter(): Parameter<string | undefined> {
  return text({
    label: "Copy",
    help: "Name of one copy in the managed space. Blank for all copies of the template there.",
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

/** For a step that only looks. */
export function neverChangesParameter(): Parameter<boolean> {
  return checkbox({ label: "Only Plan", help: "This step never changes anything.", default: false });
}
