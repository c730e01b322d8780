import {
  excludedParameter,
  inThisProject,
  packageIdParameters,
  packageOutputs,
  packageParameters,
  sourceParameters,
} from "../../lib/packing/packing-parameters.ts";
import { serializeSelection } from "../../lib/packing/serialize-selection.ts";
import { defineStep } from "../../lib/step/define-step.ts";
import { text } from "../../lib/step/parameters.ts";

export const step = defineStep({
  id: "e47d1a6c-90b3-4f58-a2c1-5b8f3d70e196",
  name: "Managed Spaces - Serialize Runbook",
  version: 1,
  prefix: "SerializeRunbook",
  description:
    "Makes a package of one runbook of a project and pushes it to the built-in feed, for Deploy Runbook to bring into projects of other spaces. A runbook that has not changed since the newest package makes no new one.",

  parameters: {
    ...sourceParameters("the runbook"),
    project: text({
      label: "Project",
      help: "Name of the project that has the runbook.",
      default: "#{Octopus.Project.Name}",
    }),
    runbook: text({ label: "Runbook", help: "Name of the runbook." }),
    ...packageIdParameters("the names of the project and the runbook in lower case"),
    excludedEnvironments: excludedParameter(
      "Environments",
      "Environments that are taken out of every scope. What is scoped to nothing else stays behind.",
      "Sync",
    ),
    ...packageParameters(inThisProject),
  },

  outputs: packageOutputs,

  examples: [{ title: "A runbook of this project", parameters: { runbook: "Restart" } }],

  run(context) {
    const { project, runbook, excludedEnvironments: environments } = context.input;
    return serializeSelection(context, `serialize the runbook "${runbook}" of "${project}"`, () => ({
      wanted: { kind: "runbook", key: [project, runbook] },
      name: `${project} ${runbook}`,
      exclude: { environments },
    }));
  },
});
