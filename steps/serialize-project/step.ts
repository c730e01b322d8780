import { ownKey } from "../../lib/octopus/api-key.ts";
import { connect } from "../../lib/octopus/connect.ts";
import type { OctopusClient, OctopusDocument } from "../../lib/octopus/octopus-client.ts";
import { isSpaceId, openSpace } from "../../lib/octopus/spaces.ts";
import { warnOfOldServers } from "../../lib/octopus/supported-servers.ts";
import { packageOutputs, packageParameters, sourceParameters } from "../../lib/packing/packing-parameters.ts";
import { defineStep } from "../../lib/step/define-step.ts";
import { during } from "../../lib/step/errors.ts";
import { checkbox, lines, multilineText, text } from "../../lib/step/parameters.ts";
import { loadDuring, readAhead } from "../../lib/step/read-ahead.ts";

export const step = defineStep({
  id: "c1b9f2d4-3e57-4a0b-8f66-5a1de7b40c03",
  name: "Managed Spaces - Serialize Project",
  version: 1,
  prefix: "SerializeProject",
  description:
    "Makes a package of a project and pushes it to the built-in feed, for Deploy Project or for Terraform to bring to other spaces. A project that has not changed since the newest package makes no new one.",

  parameters: {
    ...sourceParameters("the project"),
    project: text({ label: "Project", help: "Name of the project.", default: "#{Octopus.Project.Name}" }),
    excludedLibraryVariableSets: lines({
      label: "Excluded Library Variable Sets",
      help: "Library variable sets that deployed copies of the project do not include. One name a line, or a regular expression for the whole name.",
      // What `install` makes for the runbooks: a package that is made elsewhere leaves it out, too.
      default: "Octopus Server\nExport Options\nThis Instance\nGit Host\nTerraform State",
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
    includeTenants: checkbox({
      label: "Include Tenants",
      help: "Carry the project's links to tenants, and the values that they have for its variables, but for secrets. Deploy Project gives them, once, to tenants of the same name that a managed space has.",
      default: false,
    }),
    ownBaseline: multilineText({
      label: "Own Baseline",
      help: "What a space needs for this project alone: a YAML document as Populate Space takes it (docs/baseline.md). The package carries it, and a step Populate Space with that package brings it before the project is deployed. Blank for none.",
      optional: true,
      keepTokens: true,
    }),
    ...packageParameters({
      runbook: "A runbook of the project",
      project: " Blank for the project that is packed.",
    }),
  },

  outputs: packageOutputs,

  examples: [{ title: "The project that the runbook belongs to", parameters: {} }],

  async run({ input, log, setOutput, mask, readVariable, signal, now }) {
    const octopus = connect(input, { log, mask, signal, readVariable }, ownKey("Octopus"));
    const projects = listAhead(octopus, input.space);
    const opening = readAhead(Promise.all([openSpace(octopus, input.space), warnOfOldServers([octopus], log)]));
    const [{ pushProjectPackage }, { publishRunbooks, reportPackage }, { toPackChoices }] = await loadDuring(
      opening,
      () =>
        Promise.all([
          import("./push-project-package.ts"),
          import("../../lib/packing/finish-package.ts"),
          import("../../lib/packing/pack-choices.ts"),
        ]),
    );
    const result = await during(`serialize the project "${input.project}"`, async () => {
      const [space] = await opening;
      const pushed = await pushProjectPackage(space, input.project, {
        ...toOptions(input),
        projects,
        ...toPackChoices(input),
        includeTenants: input.includeTenants,
        ownBaseline: input.ownBaseline,
        onlyPlan: input.onlyPlan,
        log,
        now,
      });
      await publishRunbooks({ space, pushed, log }, input);
      return pushed;
    });

    reportPackage({ log, setOutput, mask, readVariable }, result, { ...input, ...result, octopus });
  },
});

/** Who names the space by its id need not wait for its name. */
function listAhead(octopus: OctopusClient, wanted: string): Promise<OctopusDocument[]> | undefined {
  const id = wanted.trim();
  return isSpaceId(id) ? readAhead(octopus.inSpace({ Id: id, Name: id }).list("/projects")) : undefined;
}

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
