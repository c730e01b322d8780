import { usualBaselineFile } from "../../lib/baseline/usual-file.ts";
import {
  deploymentOutputs,
  onlyPlanParameters,
  overwriteParameters,
  receiptKeyParameters,
  rehearsalParameters,
  sendAllSecretsParameters,
} from "../../lib/deployment/deployment-parameters.ts";
import { setOutputs } from "../../lib/deployment/set-outputs.ts";
import { managedSpaceParameters } from "../../lib/octopus/connection-parameters.ts";
import { connect } from "../../lib/octopus/connect.ts";
import { openSpace } from "../../lib/octopus/spaces.ts";
import { warnOfOldServers } from "../../lib/octopus/supported-servers.ts";
import { defineStep } from "../../lib/step/define-step.ts";
import { during } from "../../lib/step/errors.ts";
import { multilineText, packageReference, select, text } from "../../lib/step/parameters.ts";
import { loadDuring, readAhead } from "../../lib/step/read-ahead.ts";

export const step = defineStep({
  id: "b7d35e92-0c1f-4d68-9a27-f48e61c0d305",
  name: "Managed Spaces - Populate Space",
  version: 1,
  prefix: "PopulateSpace",
  description:
    "Gives a managed space what a baseline says that every space has: environments, lifecycles, accounts, feeds, library variable sets, projects and all other kinds (docs/baseline.md). Adds and updates, deletes nothing. " +
    "Safe to run again: what is in place is not written.",

  parameters: {
    baseline: multilineText({
      label: "Baseline",
      help: "A YAML document. Secrets in it are names of Octopus variables: `password: { variable: Git.Password }`. Blank when a package has it.",
      optional: true,
      keepTokens: true,
    }),
    package: packageReference({
      label: "Baseline Package",
      help: "A package with the baseline, instead of the text above. That of a template has the one that Serialize Project was given as its own.",
      optional: true,
    }),
    fileName: text({ label: "Baseline File", help: "Where the package has it.", default: usualBaselineFile }),
    packageWithoutBaseline: select({
      label: "Package Without a Baseline",
      help: "What becomes of a package that does not have the file.",
      options: { fail: "Fail", doNothing: "There is nothing to do" },
      default: "fail",
    }),
    ...managedSpaceParameters({
      may: "edit all that the baseline names",
      space: "In a run that makes the space, the output `SpaceId` of the step Create Space.",
    }),
    ...receiptKeyParameters(),
    ...overwriteParameters("baseline", true),
    ...sendAllSecretsParameters(),
    ...rehearsalParameters(),
    ...onlyPlanParameters(),
  },

  outputs: deploymentOutputs,

  examples: [
    {
      title: "Environments and a lifecycle",
      parameters: {
        baseline:
          "environments:\n  - name: Development\n  - name: Production\nlifecycles:\n  - name: Simple\n    phases:\n      - { name: Development, optional: [Development] }\n      - { name: Production, optional: [Production] }\n",
      },
    },
    {
      title: "What would change",
      parameters: { baseline: "projectGroups:\n  - name: Hello World\n", onlyPlan: "True" },
    },
  ],

  async run({ input, log, setOutput, mask, readVariable, signal, now }) {
    const octopus = connect(input, { log, mask, signal, readVariable });
    const opening = readAhead(openSpace(octopus, input.spaceId));
    const later = await loadDuring(opening, () => import("./later.ts"));
    const given = later.readBaseline({ ...input, usualFileName: usualBaselineFile });
    if (given === undefined) {
      const { id = "", version = "" } = input.package ?? {};
      const summary = `The package ${id} ${version} brings no baseline of its own: nothing to do.`;
      const counts = { created: 0, updated: 0, kept: 0, conflicts: 0 };
      setOutputs({ log, setOutput }, { isChanged: false, counts, lines: [], summary }, octopus.requestCount);
      return;
    }
    const rehearsed = later.identifyRehearsed(given, input.package);
    await later.demandRehearsal(input, rehearsed, { log, mask, readVariable, signal, now });
    const outcome = await during(`populate the space "${input.spaceId}"`, async () => {
      const space = await opening;
      await warnOfOldServers([octopus], log);
      return later.populateSpace({
        ...given,
        document: input.package,
        space,
        readSecret: later.createSecretReader({ readVariable, mask, log }),
        receiptKey: input.receiptKey,
        sendsAllSecrets: input.sendAllSecrets,
        overwrite: input.overwriteDownstreamChanges,
        onlyPlan: input.onlyPlan,
        log,
      });
    });

    setOutputs({ log, setOutput }, outcome, octopus.requestCount);
  },
});
