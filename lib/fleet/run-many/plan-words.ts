import { textOf } from "../../model/json.ts";
import type { OctopusSpace } from "../../octopus/octopus-client.ts";
import { fit, widthOf, withoutCommands } from "./display-width.ts";
import { linkTo } from "../../octopus/task-failure.ts";
import type { PreparedWork } from "./prepare-work.ts";
import type { TenantRun } from "./tenant-run.ts";

/** What would be started, for whom, and who would not be. */
export function planWords({ chosen, snapshot, runs }: PreparedWork, space: OctopusSpace): string {
  const names = runs.map(({ name }) => withoutCommands(name));
  const width = Math.min(40, Math.max(0, ...names.map(widthOf)));
  const lines = runs.map((run, index) => `  ${fit(names[index] ?? "", width)}  ${describe(run, space)}`);
  const count = runs.filter(({ state }) => state === "toStart").length;
  const runbook = `"${textOf(chosen.runbook, "Name")}" of "${textOf(chosen.project, "Name")}"`;
  return `Would run ${snapshot.text} of ${runbook} in ${textOf(chosen.environment, "Name")} for ${count} of ${runs.length} tenants:\n${lines.map((line) => `${withoutCommands(line)}\n`).join("")}`;
}

function describe({ state, taskId = "", took = "", reason = "" }: TenantRun, space: OctopusSpace): string {
  if (state === "toStart") return "would be started";
  if (state === "doneBefore") return `succeeded ${took}, would not be started again without --again`;
  if (state === "leftOut") return `would be left out: ${reason}`;
  return `runs already, would be watched: ${linkTo(space, taskId)}`;
}
