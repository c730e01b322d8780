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
import { placingParameters } from "../../lib/deployment/placing-parameters.ts";
import { setOutputs } from "../../lib/deployment/set-outputs.ts";
import { managedSpaceParameters } from "../../lib/octopus/connection-parameters.ts";
import { connect } from "../../lib/octopus/connect.ts";
import { openSpace } from "../../lib/octopus/spaces.ts";
import { warnOfOldServers } from "../../lib/octopus/supported-servers.ts";
import { defineStep } from "../../lib/step/define-step.ts";
import { during } from "../../lib/step/errors.ts";
import { checkbox, packageReference } from "../../lib/step/parameters.ts";
import { loadDuring, readAhead } from "../../lib/step/read-ahead.ts";

export const step = defineStep({
  id: "2a9f6e81-c4d5-47b0-93e8-d60b1f57a3c9",
  name: "Managed Spaces - Deploy Space",
  version: 1,
  prefix: "DeploySpace",
  description:
    "Brings what a package of a space has, all of it or a selection, to a managed space, over the REST API. What people changed in the space since the last deployment is kept and reported; nothing is deleted. " +
    "Safe to run again: what is in place is not written.",

  parameters: {
    package: packageReference({
      label: "Package",
      help: "The package that Serialize Space, Serialize Step Templates or Serialize Variable Sets pushed.",
    }),
    ...managedSpaceParameters({
      may: "edit all that the package has",
      space: "In a run that makes the space, the output `SpaceId` of the step Create Space.",
    }),
    ...receiptKeyParameters(),
    ...overwriteParameters("package"),
    ...decisionParameters(),
    adoptExistingProjects: checkbox({
      label: "Adopt Existing Projects",
      help: "Whether projects that have the names already, and that no deployment of the package made, become the package's. What differs in them is kept and reported, unless downstream changes are overwritten.",
      default: false,
    }),
    ...sendAllSecretsParameters(),
    ...missingParameters(),
    ...mappingParameters(),
    ...placingParameters(),
    ...rehearsalParameters(),
    ...onlyPlanParameters(),
  },

  outputs: deploymentOutputs,

  examples: [
    { title: "The newest package for the tenant of the run", parameters: {} },
    { title: "What would change", parameters: { onlyPlan: "True" } },
  ],

  async run({ input, log, setOutput, mask, readVariable, signal, now }) {
    const octopus = connect(input, { log, mask, signal, readVariable });
    const opening = readAhead(openSpace(octopus, input.spaceId));
    const later = await loadDuring(opening, () => import("./later.ts"));
    const { id, version, path } = input.package;
    const packageName = `${id}.${version}`;
    const packed = later.requireRoot(later.readPackage(path, packageName), "space", packageName);
    const rehearsed = { what: "package", ...input.package } as const;
    await later.demandRehearsal(input, rehearsed, { log, mask, readVariable, signal, now });
    const report = await during(`deploy ${id} to the space "${input.spaceId}"`, async () => {
      const space = await opening;
      await warnOfOldServers([octopus], log);
      const { machines, pollingMachines: withPolling, gitProjects } = input;
      const placed = later.placeResources(packed, { machines, withPolling, gitProjects });
      for (const { about, text } of placed.remarks) log.info(`${later.describeByKind(about)}: ${text}.`);
      const manifest = await later.mapPackage(placed.manifest, await later.findMapping(input), {
        space,
        readVariable,
        log,
      });
      return later.deploySpace({
        manifest,
        version,
        space,
        ...later.readDeployment(input, { log, mask, readVariable, now }),
        adopt: input.adoptExistingProjects,
        readPackageFile: later.openPackageFiles(path, packageName),
      });
    });
    setOutputs({ log, setOutput }, report, octopus.requestCount);
  },
});
