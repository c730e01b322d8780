import { gitParameters } from "../../lib/copies/copy-parameters.ts";
import { describePath } from "../../lib/git-hosts/git-host.ts";
import { splitCredentials } from "../../lib/git/git-credentials.ts";
import { renderRepositoryName } from "../../lib/git/repository-name.ts";
import { connectToManagement, type Run } from "../../lib/octopus/connect.ts";
import { signInParameters, thisInstance } from "../../lib/octopus/connection-parameters.ts";
import { openSpace } from "../../lib/octopus/spaces.ts";
import { warnOfOldServers } from "../../lib/octopus/supported-servers.ts";
import { defineStep } from "../../lib/step/define-step.ts";
import { during, ParameterError } from "../../lib/step/errors.ts";
import { checkbox, text, url } from "../../lib/step/parameters.ts";
import { readProjectName } from "../../lib/step/read-project-name.ts";
import { findTemplate, refuseSharedName, type Template } from "./find-template.ts";
import type { ForkOutcome } from "../../lib/copies/fork-repository.ts";

const signIn = signInParameters({
  ...thisInstance,
  label: "Management",
  help: "A key for that instance whose user may view the template project and the tenants. Not needed with a template repository.",
});

export const step = defineStep({
  id: "b4f1d0a6-57c9-4f83-9f0e-3f6a1c2d7e58",
  name: "Managed Spaces - Fork Repository",
  version: 1,
  prefix: "ForkRepository",
  description:
    "Gives a tenant a repository of its own with the history of a template project's repository: a fork where the host can, else a private copy. " +
    "A repository that is there and came from the template is left alone; one that holds something else is never written to. Safe to run again.",

  parameters: {
    managementServerUrl: url({
      label: "Management Server URL",
      help: "The instance with the template project.",
      default: "#{ThisInstance.Server.Url}",
      optional: true,
    }),
    managementApiKey: signIn.apiKey,
    managementServiceAccountId: signIn.serviceAccountId,
    managementOidcToken: signIn.oidcToken,
    managementSpaceId: text({
      label: "Management Space",
      help: "Id or name of the space with the template project.",
      default: "#{Octopus.Space.Id}",
      optional: true,
    }),
    project: text({
      label: "Template Project",
      help: "Name of the project in Git whose repository is forked.",
      default: "#{Octopus.Project.Name}",
    }),
    templateUrl: url({
      label: "Template Repository",
      help: "Address of the repository to fork. Blank for that of the template project.",
      optional: true,
    }),
    ...gitParameters({ scopes: "read the template's repository, and make and write repositories of the owner" }),
    owner: text({
      label: "Owner",
      help: "The organization, group or user on the host that the new repository belongs to.",
    }),
    repositoryName: text({
      label: "Repository Name",
      help: "Name of the new repository. `{tenant}` and `{project}` stand for their names, in lower case and with `_` for all but letters and digits.",
      default: "{tenant}_{project}",
    }),
    tenant: text({
      label: "Tenant",
      help: "Name of the tenant that the managed space belongs to.",
      default: "#{Octopus.Deployment.Tenant.Name}",
    }),
    projectName: text({
      label: "Project Name",
      help: "What the project is called in the managed space. Blank, or a variable without a value, for the template's name.",
      default: "#{Exported.Project.Name}",
      optional: true,
      keepTokens: true,
    }),
    replaceContents: checkbox({
      label: "Replace What the Repository Holds",
      help: "Whether a repository of that name that has nothing in common with the template gets the template's history on its default branch. What it had there is lost.",
      default: false,
    }),
    onlyPlan: checkbox({ label: "Only Plan", help: "Says what would be done and changes nothing.", default: false }),
  },

  outputs: {
    CloneUrl: "Address of the repository for Git. Empty when it does not exist yet and the step only plans.",
    WebUrl: "Address of the repository for people.",
    DefaultBranch: "The branch that the project starts from.",
    Created: "`True` when this run made the repository, or filled an empty one.",
  },

  examples: [
    { title: "The template project of the runbook, for the tenant of the run", parameters: { owner: "acme" } },
    {
      title: "A repository on GitHub",
      parameters: { gitHost: "github", owner: "acme", repositoryName: "spaces-{tenant}" },
    },
  ],

  async run({ input, log, setOutput, mask, signal, workingDirectory, now }) {
    const project = readProjectName(input.projectName) ?? input.project;
    const name = renderRepositoryName(input.repositoryName, { tenant: input.tenant, project });
    const target = { owner: input.owner, name };

    const outcome = await during(`fork the repository of "${input.project}" to "${describePath(target)}"`, async () => {
      const template = await resolveTemplate(input, { project, run: { log, mask, signal } });
      const later = await import("./later.ts");
      const access = later.createGitAccess({
        ...input,
        openHost: later.createGitHost,
        templateUrl: template.url,
        signal,
        onSecret: mask,
        log,
      });
      const { host } = access;
      if (host === undefined)
        throw new ParameterError(`No credentials for the Git host were given. Enter ${later.waysToSignIn}.`);
      await later.warnOfExpiry(host, input.owner, { log, now: now() });
      return later.forkRepository({
        host,
        access,
        template,
        target,
        replace: input.replaceContents,
        onlyPlan: input.onlyPlan,
        workingDirectory,
        signal,
        log,
      });
    });

    const { repository, defaultBranch, work } = outcome;
    setOutput("CloneUrl", repository?.cloneUrl ?? "");
    setOutput("WebUrl", repository?.webUrl ?? "");
    setOutput("DefaultBranch", defaultBranch);
    setOutput("Created", !input.onlyPlan && (work === "create" || work === "fill") ? "True" : "False");
    log.highlight(summarize(outcome, { path: describePath(target), onlyPlan: input.onlyPlan }));
  },
});

interface TemplateInput {
  managementServerUrl: string | undefined;
  managementApiKey: string | undefined;
  managementServiceAccountId: string | undefined;
  managementOidcToken: string | undefined;
  managementSpaceId: string | undefined;
  project: string;
  templateUrl: string | undefined;
  repositoryName: string;
  tenant: string;
}

async function resolveTemplate(
  input: TemplateInput,
  { project, run }: { project: string; run: Run },
): Promise<{ url: string; defaultBranch: Template["defaultBranch"] | undefined }> {
  const { managementServerUrl, managementApiKey, managementServiceAccountId, managementSpaceId, templateUrl } = input;
  const signsIn = managementApiKey !== undefined || managementServiceAccountId !== undefined;
  const given =
    templateUrl === undefined ? undefined : { url: splitCredentials(templateUrl).url, defaultBranch: undefined };
  if (managementServerUrl === undefined || !signsIn || managementSpaceId === undefined) {
    if (given !== undefined) return given;
    throw new ParameterError(
      'Neither the template project nor its repository can be found. Enter "Management Server URL", "Management API Key" or "Management Service Account", and "Management Space", or a "Template Repository".',
    );
  }
  const octopus = connectToManagement({ ...input, managementServerUrl }, run);
  const space = await openSpace(octopus, managementSpaceId);
  await warnOfOldServers([octopus], run.log);
  const projects = await space.list("/projects");
  const template = given ?? findTemplate(projects, input.project);
  const owner = { pattern: input.repositoryName, tenant: input.tenant, project, templateProject: input.project };
  await refuseSharedName(space, projects, owner);
  return template;
}

function summarize({ repository, work }: ForkOutcome, { path, onlyPlan }: { path: string; onlyPlan: boolean }): string {
  const link = repository === undefined ? `"${path}"` : `[${path}](${repository.webUrl})`;
  if (work === "none")
    return `The repository ${link} is there and came from the template: nothing ${onlyPlan ? "would be" : "was"} done.`;
  const phrases = {
    create: ["Made", "make"],
    fill: ["Filled", "fill"],
    replace: ["Replaced what is in", "replace what is in"],
  };
  const [done, would] = phrases[work];
  return `${onlyPlan ? `Would ${would}` : done} the repository ${link}.`;
}
