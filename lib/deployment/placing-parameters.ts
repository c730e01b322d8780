import { checkbox, select, type Parameter } from "../step/parameters.ts";

export interface PlacingParameters {
  machines: Parameter<"disabled" | "leaveOut" | "asTheyAre">;
  pollingMachines: Parameter<boolean>;
  gitProjects: Parameter<"leaveOut" | "sameRepository">;
}

/** What becomes of what only one server or space may have at a time, where a package of a space has it. */
export function placingParameters(): PlacingParameters {
  return {
    machines: select({
      label: "Targets and Workers",
      help: "What becomes of deployment targets and workers in the package. Those that people enabled in the managed space stay enabled.",
      options: {
        disabled: "They come disabled",
        leaveOut: "They stay behind, with what is only for them",
        asTheyAre: "They come as they are",
      },
      default: "disabled",
    }),
    pollingMachines: checkbox({
      label: "Polling Tentacles",
      help: "Whether polling Tentacles come along, too. One that is registered twice shares its work between two servers or spaces.",
      default: false,
    }),
    gitProjects: select({
      label: "Projects in Git",
      help: "What becomes of projects in the package that have their files in Git. With the same repository, what one of the two servers commits is in the project of the other, too.",
      options: {
        leaveOut: "They stay behind, with what is only for them",
        sameRepository: "They have the same repository",
      },
      default: "leaveOut",
    }),
  };
}
