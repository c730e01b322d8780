import { listServerFiles, toInput, toOutput } from "./common-files.ts";
import { expression, type HclBlock } from "./hcl.ts";
import { joinLabels } from "./names.ts";
import { toIgnored } from "./plain-form.ts";

/**
 * The module that makes a space for `space_population` to fill, as octoterra's users know it: variables for the name and the team that
 * manages it, and its id as an output. A description stays the space's own: that of a managed space holds marks that say whose it is.
 * @param name - of the space that was read, which the new one has too where nobody says another
 * @returns blocks by file
 */
export function listSpaceCreation(name: string, backend: string | undefined): Map<string, HclBlock[]> {
  const label = `octopus_space_${joinLabels(name)}`;
  const space: HclBlock = {
    type: "resource",
    labels: ["octopusdeploy_space", label],
    attributes: {
      name: expression("var.octopus_space_name"),
      space_managers_teams: [expression("var.octopus_space_managers")],
    },
    // The provider has a value of its own for what nobody says here, and people say it in the space.
    blocks: toIgnored(["description", "is_task_queue_stopped"]),
  };
  return new Map([
    ...listServerFiles(backend),
    [
      `${label}.tf`,
      [
        space,
        toInput("octopus_space_name", `The name of the new space. The one that was read is called "${name}".`, name),
        toInput("octopus_space_managers", "The id of the team that manages the new space.", "teams-administrators"),
        toOutput("octopus_space_id", `octopusdeploy_space.${label}.id`),
        toOutput("octopus_space_name", "var.octopus_space_name"),
      ],
    ],
  ]);
}
