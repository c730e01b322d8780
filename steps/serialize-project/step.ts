import { connect } from "../../lib/octopus/connect.ts";
import { signInParameters, thisInstance } from "../../lib/octopus/connection-parameters.ts";
import { openSpace } from "../../lib/octopus/spaces.ts";
import { warnOfOldServers } from "../../lib/octopus/supported-servers.ts";
import { defineStep, type StepLog } from "../../lib/step/define-step.ts";
import { during } from "../../lib/step/errors.ts";
import { checkbox, lines, text, url } from "../../lib/step/parameters.ts";
import { keepPackage, publishWithPackage } from "./publish-with-package.ts";
import type { UnresolvedSecret } from "../../lib/graph/explain-secrets.ts";
import { describeSecrets, listUnresolvedSecrets } from "./describe-secrets.ts";
import { pushProjectPackage, type PushResult } from "./push-project-package.ts";

export const step = defineStep({
  id: "c1b9f2d4-3e57-4a0b-8f66-5a1de7b40c03",
  name: "Managed Spaces - Serialize Project",
  version: 1,
  prefix: "SerializeProject",
  description:
    "Makes a package of a project and pushes it to the built-in feed, for Deploy Project or for Terraform to bring to other spaces. A project that has not changed since the newest package makes no new one.",

  parameters: {
    serverUrl: url({
      label: "Octopus Server URL",
      help: "The instance with the project.",
      default: "#{ThisInstance.Server.Url}",
    }),
    ...signInParameters({
      ...thisInstance,
      help: "A key for that instance whose user may view the project and all that it refers to, and push packages (`BuiltInFeedPush`).",
    }),
    space: text({ label: "Space", help: "Id or name of the space with the project.", default: "#{Octopus.Space.Id}" }),
    project: text({ label: "Project", help: "Name of the project.", default: "#{Octopus.Project.Name}" }),
    excludedLibraryVariableSets: lines({
      label: "Excluded Library Variable Sets",
      help: "Library variable sets that deployed copies of the project do not include. One name a line, or a regular expression for the whole name.",
      default: "Export Options",
    }),
    excludedVariables: lines({
      label: "Excluded Variables",
      help: "Variables of the project that stay behind. One name a line, or a regular expression for the whole name.",
      default: "Private\\..*",
    }),
    excludedRunbooks: lines({
      label: "Excluded Runbooks",
      help: "Runbooks that stay behind. One name a line, or a regular expression for the whole name.",
      default: "__ .*",
    }),
    excludedChannels: lines({
      label: "Excluded Channels",
      help: "Channels that stay behind. One name a line, or a regular expression for the whole name.",
    }),
    excludedTriggers: lines({
      label: "Excluded Triggers",
      help: "Triggers that stay behind. One name a line, or a regular expression for the whole name.",
    }),
    excludedEnvironments: lines({
      label: "Excluded Environments",
      help: "Environments that are taken out of every scope. What is scoped to nothing else stays behind. One name a line, or a regular expression for the whole name.",
      default: "Sync",
    }),
    syncEnvironment: text({
      label: "Sync Environment",
      help: "The environment in which the project is deployed to other spaces. Secrets have to be visible there, under the names of their variables, or one value by its scope: `Password[Production]`.",
      default: "Sync",
    }),
    terraformBackend: text({
      label: "Terraform Backend",
      help: "Type of the backend that the Terraform module names, such as `s3`. Blank for none.",
      optional: true,
    }),
    detachStepTemplates: checkbox({
      label: "Detach Step Templates",
      help: "In the Terraform module, write steps that use step templates as plain steps, so that other spaces need no such templates. Deploy Project has a choice of its own.",
      default: false,
    }),
    includeTenants: checkbox({
      label: "Include Tenants",
      help: "Carry the project's links to tenants, and the values that they have for its variables, but for secrets. Deploy Project gives them, once, to tenants of the same name that a managed space has.",
      default: false,
    }),
    publishedRunbook: text({
      label: "Published Runbook",
      help: "A runbook of the project to publish with the new package, so that its runs use that version until the next one. Blank to publish nothing.",
      optional: true,
    }),
    publishedRunbookProject: text({
      label: "Published Runbook's Project",
      help: "The project that has this runbook. Blank for the project that is packed.",
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
  },

  outputs: {
    PackageId: "Id of the package, such as `hello_world`.",
    PackageVersion: "The newest version of it.",
    Changed: "`True` when a new version was pushed, else `False`.",
    UnresolvedSecrets: "Secrets that a deployment cannot send by itself, one a line.",
  },

  examples: [{ title: "The project that the runbook belongs to", parameters: {} }],

  async run({ input, log, setOutput, mask, readVariable, signal, now }) {
    const octopus = connect(input, { log, mask, signal });
    const result = await during(`serialize the project "${input.project}"`, async () => {
      const [space] = await Promise.all([openSpace(octopus, input.space), warnOfOldServers([octopus], log)]);
      const pushed = await pushProjectPackage(space, input.project, {
        ...toOptions(input),
        terraformBackend: input.terraformBackend,
        detachStepTemplates: input.detachStepTemplates,
        includeTenants: input.includeTenants,
        onlyPlan: input.onlyPlan,
        log,
        now,
      });
      if (input.onlyPlan) return pushed;
      const publishing = { space, pushed, log };
      await publishWithPackage(publishing, { name: input.publishedRunbook, project: input.publishedRunbookProject });
      await keepPackage(publishing, { name: input.keepingRunbook, project: input.keepingRunbookProject });
      return pushed;
    });

    const unresolved = listUnresolvedSecrets(result.reading, { mask, readVariable });
    report(result, { unresolved, log });
    setOutput("PackageId", result.packageId);
    setOutput("PackageVersion", result.version);
    setOutput("Changed", result.isChanged && !input.onlyPlan ? "True" : "False");
    setOutput("UnresolvedSecrets", unresolved.map(({ about }) => about).join("\n"));
    log.verbose(`${octopus.requestCount} requests`);
    const link = `[${result.packageId} ${result.version}](${octopus.url}/app#/${result.reading.source.space.id}/library/builtinrepository/versions/${result.packageId})`;
    log.highlight(summarize(result, { link, onlyPlan: input.onlyPlan }));
  },
});

interface Selection {
  excludedLibraryVariableSets: string[];
  excludedVariables: string[];
  excludedRunbooks: string[];
  excludedChannels: string[];
  excludedTriggers: string[];
  excludedEnvironments: string[];
  syncEnvironment: string;
}

function toOptions(input: Selection) {
  const exclude = {
    libraryVariableSets: input.excludedLibraryVariableSets,
    variables: input.excludedVariables,
    runbooks: input.excludedRunbooks,
    channels: input.excludedChannels,
    triggers: input.excludedTriggers,
    environments: input.excludedEnvironments,
  };
  return { exclude, syncEnvironment: input.syncEnvironment };
}

function report(
  { reading: { graph }, remarks, staying }: PushResult,
  { unresolved, log }: { unresolved: UnresolvedSecret[]; log: StepLog },
): void {
  for (const { about, text: remark } of remarks) log.info(`${about}: ${remark}.`);
  for (const sentence of [...staying, ...describeSecrets(graph)]) log.info(sentence);
  for (const { about, reason } of unresolved) log.warn(`A deployment cannot send the secret of ${about}: ${reason}.`);
}

function summarize(
  { packageId, isChanged }: PushResult,
  { link, onlyPlan }: { link: string; onlyPlan: boolean },
): string {
  if (!isChanged) return `Nothing has changed since ${link}: pushed nothing.`;
  return onlyPlan ? `Would push a new version of ${packageId}.` : `Pushed ${link}.`;
}
