import { ownSpace } from "../../lib/model/graph.ts";
import { connect } from "../../lib/octopus/connect.ts";
import { openSpace } from "../../lib/octopus/spaces.ts";
import { warnOfOldServers } from "../../lib/octopus/supported-servers.ts";
import { publishRunbooks, reportPackage } from "../../lib/packing/finish-package.ts";
import { packSelection } from "../../lib/packing/pack-selection.ts";
import {
  inThisProject,
  needsParameters,
  packageIdParameters,
  packageOutputs,
  packageParameters,
  sourceParameters,
} from "../../lib/packing/packing-parameters.ts";
import { defineStep } from "../../lib/step/define-step.ts";
import { during } from "../../lib/step/errors.ts";
import { lines } from "../../lib/step/parameters.ts";

export const step = defineStep({
  id: "93e5b7c0-1f64-4d0a-8e2b-c45d9a17f380",
  name: "Managed Spaces - Serialize Variable Sets",
  version: 1,
  prefix: "SerializeVariableSets",
  description:
    "Makes a package of library variable sets and pushes it to the built-in feed, for Deploy Space or for Terraform to bring to other spaces. Where nothing has changed since the newest package, no new one is made.",

  parameters: {
    ...sourceParameters("the library variable sets"),
    ...packageIdParameters("`library_variable_sets`"),
    names: lines({
      label: "Library Variable Sets",
      help: "Library variable sets to pack, with their variables and templates. One name a line, or a regular expression for the whole name. Blank for all.",
    }),
    ...needsParameters(),
    ...packageParameters(inThisProject),
  },

  outputs: packageOutputs,

  examples: [{ title: "All library variable sets of the space", parameters: {} }],

  async run({ input, log, setOutput, mask, readVariable, signal, now }) {
    const octopus = connect(input, { log, mask, signal });
    const pushed = await during(`serialize the library variable sets of "${input.space}"`, async () => {
      const space = await openSpace(octopus, input.space);
      await warnOfOldServers([octopus], log);
      const names = input.names.length === 0 ? [".*"] : input.names;
      const result = await packSelection(space, {
        ...input,
        wanted: ownSpace,
        name: "library_variable_sets",
        select: { resources: names.map((name) => `library variable set: ${name}`), needs: input.needs },
        log,
        now,
      });
      await publishRunbooks({ space, pushed: result, log }, input);
      return result;
    });
    reportPackage({ log, setOutput, mask, readVariable }, pushed, { octopus, onlyPlan: input.onlyPlan });
  },
});
