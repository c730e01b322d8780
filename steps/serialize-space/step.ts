import { ownSpace } from "../../lib/model/graph.ts";
import {
  excludedParameter,
  inThisProject,
  needsParameters,
  packageIdParameters,
  packageOutputs,
  packageParameters,
  sourceParameters,
} from "../../lib/packing/packing-parameters.ts";
import { serializeSelection } from "../../lib/packing/serialize-selection.ts";
import { defineStep } from "../../lib/step/define-step.ts";
import { checkbox, lines } from "../../lib/step/parameters.ts";

export const step = defineStep({
  id: "6f0b3c57-8d1e-4b92-9a44-1c7e25d09f6b",
  name: "Managed Spaces - Serialize Space",
  version: 1,
  prefix: "SerializeSpace",
  description:
    "Makes a package of a space, or of a selection of what is in it, and pushes it to the built-in feed, for Deploy Space or for Terraform to bring to other spaces. Where nothing has changed since the newest package, no new one is made.",

  parameters: {
    ...sourceParameters("the space", "Id or name of the space."),
    ...packageIdParameters("the space's name in lower case"),
    resources: lines({
      label: "Selected Resources",
      help: "A kind of resource a line, such as `environment` or `account`; behind a colon a name, or a regular expression for the whole name: `project: Web .*`. With nothing here and below, everything that the space has.",
    }),
    projectGroups: lines({
      label: "Selected Project Groups",
      help: "Project groups whose projects are packed. One name a line, or a regular expression for the whole name.",
    }),
    tags: lines({
      label: "Selected Tags",
      help: "Tags by their whole names, such as `Region/Europe`: projects, tenants, environments, deployment targets, accounts and certificates that have one of them are packed. A runbook comes with its project, whatever its own tags are.",
    }),
    leftOut: lines({
      label: "Left Out Resources",
      help: "What stays behind, in the same form, whatever else selects it.",
      default: "project: __ .*",
    }),
    ...needsParameters(),
    logos: checkbox({
      label: "Logos",
      help: "Whether the logos of projects, tenants and step templates come along. No list tells who has one, so it takes a request for each of them.",
      default: true,
    }),
    excludedEnvironments: excludedParameter(
      "Environments",
      "Environments that are taken out of every scope. What is scoped to nothing else stays behind.",
    ),
    excludedVariables: excludedParameter(
      "Variables",
      "Variables of any project or library variable set that stay behind.",
    ),
    excludedRunbooks: excludedParameter("Runbooks", "Runbooks that stay behind.", "__ .*"),
    ...packageParameters(inThisProject),
  },

  outputs: packageOutputs,

  examples: [
    { title: "Everything that the space has", parameters: {} },
    {
      title: "The web projects, and what they need",
      parameters: { packageId: "web", projectGroups: "Web", tags: "Team/Web" },
    },
  ],

  run(context) {
    const { space, resources, leftOut, projectGroups, tags, needs, ...input } = context.input;
    return serializeSelection(context, `serialize the space "${space}"`, ({ name }) => ({
      wanted: ownSpace,
      name,
      spaceName: name,
      logos: input.logos,
      select: { resources, leftOut, projectGroups, tags, needs },
      exclude: {
        environments: input.excludedEnvironments,
        variables: input.excludedVariables,
        runbooks: input.excludedRunbooks,
      },
    }));
  },
});
