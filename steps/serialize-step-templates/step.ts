import { ownSpace } from "../../lib/model/graph.ts";
import {
  inThisProject,
  needsParameters,
  packageIdParameters,
  packageOutputs,
  packageParameters,
  sourceParameters,
} from "../../lib/packing/packing-parameters.ts";
import { selectNamed, serializeSelection } from "../../lib/packing/serialize-selection.ts";
import { defineStep } from "../../lib/step/define-step.ts";
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

  run(context) {
    const { space, names, needs } = context.input;
    return serializeSelection(context, `serialize the step templates of "${space}"`, () => ({
      wanted: ownSpace,
      name: "step_templates",
      select: { ...selectNamed("step template", names), needs },
    }));
  },
});
