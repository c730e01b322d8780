import {
  missingParameters,
  overwriteParameters,
  receiptKeyParameters,
} from "../../lib/deployment/deployment-parameters.ts";
import { gitParameters } from "../../lib/copies/copy-parameters.ts";
import { usualBaselineFile } from "../../lib/baseline/usual-file.ts";
import { mappingParameters } from "../../lib/deployment/mapping-parameters.ts";
import { placingParameters } from "../../lib/deployment/placing-parameters.ts";
import { createInstanceAccess } from "../../lib/fleet/instance-access.ts";
import { tenantParameters } from "../../lib/fleet/tenant-parameters.ts";
import { connectToManagement } from "../../lib/octopus/connect.ts";
import { managementParameters } from "../../lib/octopus/connection-parameters.ts";
import { openSpace } from "../../lib/octopus/spaces.ts";
import { warnOfOldServers } from "../../lib/octopus/supported-servers.ts";
import { defineStep } from "../../lib/step/define-step.ts";
import { during } from "../../lib/step/errors.ts";
import { checkbox, multilineText, packageReference, text, type PackageReference } from "../../lib/step/parameters.ts";
import { loadDuring, readAhead } from "../../lib/step/read-ahead.ts";

export const step = defineStep({
  id: "5f1d7c3a-0b86-4c92-a4e7-2d90b6f8c113",
  name: "Managed Spaces - Rehearse",
  version: 1,
  prefix: "Rehearse",
  description:
    "Tells what deploying a package would do in the spaces of all tenants, or of some: how many would be changed, which would refuse it and what mends that for all of them, what people changed and would keep. " +
    "Compares as Deploy Project does and writes nothing to any space. How it went is left in the management space, where deployments may demand it.",

  parameters: {
    package: packageReference({
      label: "Package",
      help: "The package that would be deployed: of a project, of a space or what is in one, of a runbook, or one with a baseline.",
      optional: true,
    }),
    baseline: multilineText({
      label: "Baseline",
      help: "Instead of a package: a YAML document as Populate Space takes it.",
      optional: true,
      keepTokens: true,
    }),
    baselineFile: text({
      label: "Baseline File",
      help: "Where a package with a baseline has it.",
      default: usualBaselineFile,
    }),
    ...managementParameters({
      instance: "with the tenants",
      may: "view tenants, projects and variables there, edit library variable sets to leave the result, and view the spaces on this instance",
      space: "with the tenants",
    }),
    ...tenantParameters(),
    deployingProject: text({
      label: "Deploying Project",
      help: "Name of the project whose runbook would deploy: its variables are what such a run knows besides the tenant's.",
      default: "#{Octopus.Project.Name}",
      optional: true,
      mayBeUnresolved: true,
    }),
    projectName: text({
      label: "Project Name",
      help: "What copies of a project would be called. Blank for the name that each has.",
      optional: true,
    }),
    intoProject: text({
      label: "Into Project",
      help: "Name of the project that would get a runbook. Blank for the one that each copy is in, and for a first one that of the template's name.",
      optional: true,
    }),
    runbookName: text({
      label: "Runbook Name",
      help: "What copies of a runbook would be called. Blank for the name that each has.",
      optional: true,
    }),
    ...receiptKeyParameters(),
    ...overwriteParameters("package"),
    adoptExisting: checkbox({
      label: "Adopt What Is There",
      help: "Whether the deployment would take what people made under the package's names for its own.",
      default: false,
    }),
    ...missingParameters(),
    ...mappingParameters(),
    ...placingParameters(),
    filesInGit: checkbox({
      label: "Look at Files in Git",
      help: "Of copies in Git, whether the template's newest files would merge into theirs is tried, too, as Find Updates does. The fields below say how the repositories are reached.",
      default: false,
    }),
    ...gitParameters({ scopes: "read the repositories" }),
    failWhenRefused: checkbox({
      label: "Fail When Refused",
      help: "Whether this step fails when a space would refuse the package.",
      default: false,
    }),
    onlyPlan: checkbox({
      label: "Only Plan",
      help: "Nothing is written to a space in any case. With this, the result is not left in the management space either.",
      default: false,
    }),
  },

  outputs: {
    Changed: "How many copies would be changed or made.",
    Unchanged: "How many would stay as they are.",
    Refused: "How many would refuse the package.",
    Unknown: "How many could not be looked at.",
    Kept: "In how many copies something that people changed would be kept.",
    Conflicts: "How many of people's changes the package has something else for.",
    FileConflicts: "In how many copies in Git merging the template's files would be in conflict.",
    Causes: "Why, as JSON: a list with `kind`, `text`, `mend`, `spaces` and `tenants`.",
    Report: "The same in words, one line each.",
  },

  examples: [
    { title: "The newest package in the spaces of all tenants of the project", parameters: {} },
    {
      title: "In one ring, and no way on where it is refused",
      parameters: { tags: "Ring/Canary", failWhenRefused: "True" },
    },
  ],

  async run({ input, log, setOutput, attach, mask, readVariable, workingDirectory, signal, now }) {
    const octopus = connectToManagement(input, { log, mask, signal, readVariable });
    const opening = readAhead(openSpace(octopus, input.managementSpaceId));
    const later = await loadDuring(opening, () => import("./later.ts"));
    const management = await opening;
    await warnOfOldServers([octopus], log);
    const aliases = [readVariable("ThisInstance.Server.Url") ?? ""].filter((url) => url !== "");
    const access = createInstanceAccess({ management: octopus, aliases, readVariable, run: { log, mask, signal } });
    const rehearsal = await during(`rehearse ${nameContent(input)}`, () =>
      later.rehearseContent(input, {
        management,
        access,
        readVariable,
        countRequests: access.countRequests,
        git: { mask, workingDirectory, signal },
        now,
        log,
      }),
    );
    if (!input.onlyPlan)
      await during("leave the result of the rehearsal in the management space", () =>
        later.leaveRehearsal(management, later.toRecord(rehearsal)),
      );
    const { gitToken, gitAppPrivateKey, templateGitToken } = input;
    const given = [input.managementApiKey, input.managementOidcToken, input.receiptKey];
    const secrets = [...given, gitToken, gitAppPrivateKey, templateGitToken];
    await later.reportRehearsal(
      rehearsal,
      { secrets: secrets.filter((value) => value !== undefined), failWhenRefused: input.failWhenRefused },
      { log, setOutput, attach, workingDirectory },
    );
  },
});

function nameContent({ package: chosen }: { package: PackageReference | undefined }): string {
  return chosen === undefined ? "the baseline" : `the package ${chosen.id}.${chosen.version}`;
}
