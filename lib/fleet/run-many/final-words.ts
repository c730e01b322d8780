import type { OctopusSpace } from "../../octopus/octopus-client.ts";
import { stateWords } from "./count-words.ts";
import { withoutCommands } from "./display-width.ts";
import { linkTo } from "../../octopus/task-failure.ts";
import { activeStates, badStates, groupByReason, type Round, type TenantRun } from "./tenant-run.ts";

/** How it ended: how many succeeded, and of the others who, why, and where to look. */
export function finalWords(round: Round, space: OctopusSpace): string {
  const lines = [
    sumUp(round),
    ...adviseAgain(round),
    ...badStates.flatMap((state) => describeBad(round.list(state), space)),
  ];
  return `${lines.map(withoutCommands).join("\n")}\n`;
}

function sumUp(round: Round): string {
  const [now, before] = [round.list("succeeded").length, round.list("doneBefore").length];
  const earlier = before === 0 ? "" : ` (${before} of them before)`;
  const open: [number, string][] = [
    [round.list(...badStates).length, "did not"],
    [round.list(...activeStates).length, "are not over"],
    [round.list("toStart").length, "were not started"],
  ];
  const others = open.flatMap(([count, what]) => (count === 0 ? [] : [`, ${count} ${what}`])).join("");
  return `${now + before} of ${round.list().length} succeeded${earlier}${others}.`;
}

/** Somebody may have meant it. */
function adviseAgain(round: Round): string[] {
  if (round.list("doneBefore").length < round.list().length) return [];
  return ["Nothing was started: all succeeded before with the same snapshot. Start them anew by --again."];
}

/** What failed alike is told once. */
function describeBad(runs: readonly TenantRun[], space: OctopusSpace): string[] {
  return groupByReason(runs).flatMap(([reason, group]) => {
    const [first] = group;
    const state = first === undefined ? "" : stateWords[first.state];
    return [
      "",
      ...`${group.length} ${state}: ${reason}`.split("\n"),
      ...group.map((run) => `  ${describeOne(run, space)}`),
    ];
  });
}

function describeOne({ name, taskId }: TenantRun, space: OctopusSpace): string {
  return taskId === undefined ? name : `${name}  ${linkTo(space, taskId)}`;
}
