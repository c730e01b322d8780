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
  id: "0d8a4f13-52c7-4e36-b1f9-7a30c6e8d254",
  name: "Managed Spaces - Serialize Step Templates",
  version: 1,
  prefix: "SerializeStepTemplates",
  description:
    "Makes a package of step templates and pushes it to the built-in feed, for Deploy Space or for Terraform to bring to other spaces. Where nothing has changed since the newest package, no new one is made.",

  parameters: {
    ...sourceParameters("the step templates"),
    ...packageIdParameters("`step_templates`"),
    names: lines({
      label: "Step Templates",
      help: "Step templates to pack, at their newest versions. One name a line, or a regular expression for the whole name. Blank for all.",
    }),
    ...needsParameters(),
    ...packageParameters(inThisProject),
  },

  outputs: packageOutputs,

  examples: [{ title: "All step templates of the space", parameters: {} }],

  async run({ input, log, setOutput, mask, readVariable, signal, now }) {
    const octopus = connect(input, { log, mask, signal });
    const pushed = await during(`serialize the step templates of "${input.space}"`, async () => {
      const space = await openSpace(octopus, input.space);
      await warnOfOldServers([octopus], log);
      const names = input.names.length === 0 ? [".*"] : input.names;
      const result = await packSelection(space, {
        ...input,
        wanted: ownSpace,
        name: "step_templates",
        select: { resources: names.map((name) => `step template: ${name}`), needs: input.needs },
        log,
        now,
      });
      await publishRunbooks({ space, pushed: result, log }, input);
      return result;
    });
    reportPackage({ log, setOutput, mask, readVariable }, pushed, { octopus, onlyPlan: input.onlyPlan });
  },
});
