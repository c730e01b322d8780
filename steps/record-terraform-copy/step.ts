import { gitParameters } from "../../lib/copies/copy-parameters.ts";
import { receiptKeyParameters, onlyPlanParameters } from "../../lib/deployment/deployment-parameters.ts";
import type { RecordedCopy } from "../../lib/deployment/record-copy.ts";
import { connect } from "../../lib/octopus/connect.ts";
import { managedTenant, signInParameters } from "../../lib/octopus/connection-parameters.ts";
import { openSpace } from "../../lib/octopus/spaces.ts";
import { warnOfOldServers } from "../../lib/octopus/supported-servers.ts";
import { defineStep, type StepLog } from "../../lib/step/define-step.ts";
import { during } from "../../lib/step/errors.ts";
import { packageReference, text, url } from "../../lib/step/parameters.ts";
import { loadDuring, readAhead } from "../../lib/step/read-ahead.ts";
import { readProjectName } from "../../lib/step/read-project-name.ts";

export const step = defineStep({
  id: "3b7e41d2-58c6-4a90-9f1e-d06a2c84b7e5",
  name: "Managed Spaces - Record Terraform Copy",
  version: 1,
  prefix: "RecordTerraformCopy",
  description:
    "Writes the receipt of a copy that Terraform made from the module in a package, so that Find Updates, Preview Updates and Deploy Project know it like one of their own. Changes nothing else in the managed space.",

  parameters: {
    package: packageReference({ label: "Package", help: "The package whose module Terraform applied." }),
    serverUrl: url({
      label: "Octopus Server URL",
      help: "The instance with the managed space.",
      default: "#{ManagedTenant.Octopus.Url}",
    }),
    ...signInParameters({
      ...managedTenant,
      help: "A key for that instance whose user may view what the package has, and edit library variable sets, in the managed space.",
    }),
    spaceId: text({
      label: "Space",
      help: "Id or name of the space that Terraform applied the module to.",
      default: "#{ManagedTenant.Octopus.SpaceId}",
    }),
    projectId: text({
      label: "Project Id",
      help: "For a package of a project: the id of the copy, which the module gives as its output `octopus_project_id`. Blank to find it by its name.",
      optional: true,
      keepTokens: true,
    }),
    projectName: text({
      label: "Project Name",
      help: "For a package of a project: what the copy is called. Blank, or a variable without a value, for the name of the template.",
      default: "#{Exported.Project.Name}",
      optional: true,
      keepTokens: true,
    }),
    project: text({
      label: "Project of the Runbook",
      help: "For a package of a runbook: name of the project in the managed space that has the copy. Blank for one of the same name as the template's.",
      optional: true,
    }),
    runbook: text({
      label: "Runbook Name",
      help: "For a package of a runbook: what the copy is called. Blank for its own name.",
      optional: true,
    }),
    ...gitParameters({ scopes: "read the copy's repository and the template's" }),
    ...receiptKeyParameters(),
    ...onlyPlanParameters(),
  },

  outputs: {
    ProjectId: "Id of the project in the managed space, such as `Projects-42`. Empty for a package of something else.",
    RunbookId: "Id of the runbook in the managed space. Empty for a package of something else.",
    Missing: "What of the package the space does not have, one line each.",
    Different: "What the space has otherwise than the package, one line each.",
  },

  examples: [{ title: "Behind the step that applies the module", parameters: {} }],

  async run({ input, log, setOutput, mask, readVariable, signal, workingDirectory }) {
    const octopus = connect(input, { log, mask, signal, readVariable });
    const opening = readAhead(openSpace(octopus, input.spaceId));
    const later = await loadDuring(opening, () => import("./later.ts"));
    const packageName = `${input.package.id}.${input.package.version}`;
    const manifest = later.placePackage(later.readPackage(input.package.path, packageName), input);
    const projectName = readProjectName(input.projectName) ?? manifest.source.project?.name ?? "";

    const recorded = await during(`record the copy of the package "${packageName}"`, async () => {
      const space = await opening;
      await warnOfOldServers([octopus], log);
      return later.recordTerraformCopy({
        manifest,
        version: input.package.version,
        space,
        projectId: readProjectName(input.projectId),
        projectName,
        differences: "engine's",
        madeTemplates: later.listMadeTemplates(
          manifest.graph.nodes,
          later.openPackageFiles(input.package.path, packageName),
        ),
        readSecret: later.createSecretReader({ readVariable, mask, log }),
        receiptKey: input.receiptKey,
        onlyPlan: input.onlyPlan,
        git: {
          createAccess: (templateUrl) =>
            later.createGitAccess({
              ...input,
              openHost: later.openHostAccess,
              templateUrl,
              signal,
              onSecret: mask,
              log,
            }),
          workingDirectory,
          signal,
          log,
        },
      });
    });

    tell(recorded, log);
    setOutput("ProjectId", manifest.root.kind === "project" ? recorded.rootId : "");
    setOutput("RunbookId", manifest.root.kind === "runbook" ? recorded.rootId : "");
    setOutput("Missing", recorded.missing.join("\n"));
    setOutput("Different", recorded.different.join("\n"));
    const count = recorded.missing.length + recorded.different.length;
    log.highlight(
      `${input.onlyPlan ? "Would record" : "Recorded"} the copy as ${packageName}${count === 0 ? "" : `: ${count} resources are otherwise than the package has them`}.`,
    );
  },
});

function tell({ missing, different }: RecordedCopy, log: StepLog): void {
  for (const line of missing) log.warn(`Terraform did not bring ${line}.`);
  for (const line of different) log.info(`Otherwise than in the package is ${line}.`);
}
