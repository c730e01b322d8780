import type { StepContext } from "../step/define-step.ts";

/** The address of the task that runs the step, for people; undefined where the run is none, or does not know its server's address. */
export function findTaskUrl(readVariable: StepContext["readVariable"]): string | undefined {
  const [server = "", space = "", task = ""] = ["Octopus.Web.ServerUri", "Octopus.Space.Id", "Octopus.Task.Id"].map(
    readVariable,
  );
  if (server === "" || task === "") return undefined;
  return `${server.replace(/\/+$/, "")}/app#/${space}/tasks/${task}`;
}
