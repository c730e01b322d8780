import {
  deploymentOutputs,
  missingParameters,
  onlyPlanParameters,
  decisionParameters,
  overwriteParameters,
  receiptKeyParameters,
  rehearsalParameters,
  sendAllSecretsParameters,
} from "../../lib/deployment/deployment-parameters.ts";
import { mappingParameters } from "../../lib/deployment/mapping-parameters.ts";
import { setOutputs } from "../../lib/deployment/set-outputs.ts";
import { managedSpaceParameters } from "../../lib/octopus/connection-parameters.ts";
import { connect } from "../../lib/octopus/connect.ts";
import { openSpace } from "../../lib/octopus/spaces.ts";
import { warnOfOldServers } from "../../lib/octopus/supported-servers.ts";
import { defineStep } from "../../lib/step/define-step.ts";
import { during } from "../../lib/step/errors.ts";
import { checkbox, packageReference, text } from "../../lib/step/parameters.ts";
import { loadDuring, readAhead } from "../../lib/step/read-ahead.ts";

export const step = defineStep({
  id: "b85c0e24-71fa-4d36-8c9d-3e6a52f1907b",
  name: "Managed Spaces - Deploy Runbook",
  version: 1,
  prefix: "DeployRunbook",
  description:
    "Brings the runbook in a package that Serialize Runbook made into a project of a managed space, over the REST API. What people changed in it since the last deployment is kept and reported. " +
    "Safe to run again: what is in place is not written.",

  parameters: {
    package: packageReference({ label: "Package", help: "The package that Serialize Runbook pushed." }),
    ...managedSpaceParameters({ may: "edit runbooks of the project" }),
    project: text({
      label: "Project",
      help: "Name of the project in the managed space that gets the runbook. Blank for one of the same name as the template's.",
      optional: true,
    }),
    runbook: text({
      label: "Runbook Name",
      help: "What the runbook is called in the managed space. Blank for its own name.",
      optional: true,
    }),
    ...receiptKeyParameters(),
    ...overwriteParameters("package"),
    ...decisionParameters(),
    adoptExistingRunbook: checkbox({
      label: "Adopt an Existing Runbook",
      help: "Whether a runbook that has the name already, and that this step did not make, becomes the copy. What differs in it is kept and reported, unless downstream changes are overwritten.",
      default: false,
    }),
    ...sendAllSecretsParameters(),
    ...missingParameters(),
    ...mappingParameters(),
    ...rehearsalParameters(),
    ...onlyPlanParameters(),
  },

  outputs: {
    RunbookId: "Id of the runbook in the managed space. Empty when it does not exist yet and the step only plans.",
    ...deploymentOutputs,
  },

  examples: [
    { title: "Into the project of the same name", parameters: {} },
    { title: "What would change", parameters: { onlyPlan: "True" } },
  ],

  async run({ input, log, setOutput, mask, readVariable, signal, now }) {
    const octopus = connect(input, { log, mask, signal, readVariable });
    const opening = readAhead(openSpace(octopus, input.spaceId));
    const later = await loadDuring(opening, () => import("./later.ts"));
    const { id, version, path } = input.package;
    const packed = later.requireRoot(later.readPackage(path, `${id}.${version}`), "runbook", `${id}.${version}`);
    const rehearsed = { what: "package", ...input.package } as const;
    await later.demandRehearsal(input, rehearsed, { log, mask, readVariable, signal, now });
    const report = await during(`deploy the runbook of ${id} to the space "${input.spaceId}"`, async () => {
      const space = await opening;
      await warnOfOldServers([octopus], log);
      const manifest = await later.mapPackage(later.placeRunbook(packed, input), await later.findMapping(input), {
        space,
        readVariable,
        log,
      });
      return later.deployRunbook({
        manifest,
        version,
        space,
        ...later.readDeployment(input, { log, mask, readVariable, now }),
        adopt: input.adoptExistingRunbook,
      });
    });
    setOutput("RunbookId", report.runbookId);
    setOutputs({ log, setOutput }, report, octopus.requestCount);
  },
});
