import type { ApplyResult, Outcome } from "../apply/apply-graph.ts";
import type { Difference, KeptDifference } from "./merge.ts";

export interface Counts {
  created: number;
  updated: number;
  kept: number;
  conflicts: number;
}

/** How much was written, or would be, and how much people keep. */
export function countOutcomes({ outcomes }: Pick<ApplyResult, "outcomes">): Counts {
  const kept = outcomes.flatMap((outcome) => outcome.kept);
  return {
    created: outcomes.filter(({ action }) => action === "create").length,
    updated: outcomes.filter(({ action }) => action === "update").length,
    kept: kept.length,
    conflicts: kept.filter(({ isConflict }) => isConflict).length,
  };
}

/** One line for what was written, or would be; none for what is as it should be. */
export function describeWrite(outcome: Outcome, { onlyPlan }: { onlyPlan: boolean }): string | undefined {
  const { action, description, changes, secretCount } = outcome;
  if (action !== "create" && action !== "update") return undefined;
  const verb = { create: onlyPlan ? "Would make" : "Made", update: onlyPlan ? "Would update" : "Updated" }[action];
  const secrets = secretCount === 0 ? [] : [secretCount === 1 ? "one secret" : `${secretCount} secrets`];
  const details = action === "create" ? [] : [...listPaths(changes), ...secrets];
  return `${verb} ${description}${details.length === 0 ? "" : `: ${details.join(", ")}`}.`;
}

/** One line for each thing that people changed and keep. */
export function describeKept({ description, kept }: Outcome): { text: string; isConflict: boolean }[] {
  return kept.map((difference) => ({
    text: describeDifference(description, difference),
    isConflict: difference.isConflict,
  }));
}

function describeDifference(description: string, { path, what, isConflict }: KeptDifference): string {
  const place = describePath(path);
  const thing =
    place === ""
      ? description
      : what === "reordered"
        ? `the order of ${place} in ${description}`
        : `${place} in ${description}`;
  if (what === "blocked") return `${capitalize(thing)} stays away, since people removed what it refers to.`;
  const deed = what === "reordered" ? "changed" : what;
  return `${capitalize(thing)} was ${deed} in this space and stays so.${isConflict ? " The package has something else there." : ""}`;
}

function listPaths(changes: Difference[]): string[] {
  const shown = [
    ...new Set(changes.map(({ path, what }) => `${describePath(path)}${what === "changed" ? "" : ` (${what})`}`)),
  ];
  return shown.length > 8 ? [...shown.slice(0, 8), `${shown.length - 8} more`] : shown;
}

/** Names of the API's lists say nothing to people where an item's name follows. */
const lists = ["Steps", "Actions", "Variables", "Properties", "Templates", "Phases", "Packages"];

function describePath(path: string[]): string {
  const last = path.length - 1;
  const parts = path.filter((part, index) => (index === last || !lists.includes(part)) && part !== path[index - 2]);
  return parts.length === 0 ? "" : `"${parts.join(" › ")}"`;
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
