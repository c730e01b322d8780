import type { StepsByName } from "./command-context.ts";
import type { CommandIndex } from "./declare-command.ts";

/** A command below `run` for each step; what it does is known when it is loaded. */
export function indexSteps(steps: StepsByName): CommandIndex {
  return Object.fromEntries(
    Object.entries(steps).map(([slug, readStep]) => [
      slug,
      {
        summary: "",
        load: async () => (await import("./step-command.ts")).toStepCommand(slug, await readStep()),
      },
    ]),
  );
}
