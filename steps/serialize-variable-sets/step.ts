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

  run(context) {
    const { space, names, needs } = context.input;
    return serializeSelection(context, `serialize the library variable sets of "${space}"`, () => ({
      wanted: ownSpace,
      name: "library_variable_sets",
      select: { ...selectNamed("library variable set", names), needs },
    }));
  },
});
