import { targetId } from "../model/graph.ts";
import { textOf, type JsonObject } from "../model/json.ts";
import { isSameName } from "../octopus/same-name.ts";
import { isMadeByThisRun, type Comparison, type Merging } from "./comparison.ts";
import type { KeptDifference } from "./difference.ts";
import type { NodeHistory } from "./history.ts";
import { toPlace } from "./places.ts";

/** What nobody deployed before serves as it is spelled: `production` for a template that says `Production`. */
export function keepSpelling(
  comparison: Comparison,
  { node, kind, desired, current }: Merging,
  { base, pending }: NodeHistory,
): JsonObject {
  const isDeployed = base !== undefined || pending.length > 0 || comparison.isUnfinished === true;
  // Who names only some of it means what is called so, however it is spelled.
  const isOurs = isDeployed && comparison.isPartial !== true;
  if (current === undefined || isOurs || isMadeByThisRun(comparison, node)) return desired;
  const name = kind.nameOf(current);
  return isSameName(name, textOf(desired, "Name")) && name !== "" ? { ...desired, Name: name } : desired;
}

/** A name that something else in the space has by now would be refused: what is there keeps its own, which is a conflict. */
export function keepTakenName(
  comparison: Comparison,
  { kind, desired, current, node }: Omit<Merging, "currentBody">,
  { base }: NodeHistory,
): { desired: JsonObject; kept: KeptDifference[] } {
  const taken = comparison.namesakes.get(targetId(node));
  const isRenamed = comparison.overwrite || base === undefined || base.template["Name"] !== desired["Name"];
  if (taken === undefined || current === undefined || !isRenamed) return { desired, kept: [] };
  const kept: KeptDifference = {
    path: ["Name"],
    place: toPlace(["Name"]),
    what: "taken",
    isConflict: true,
    ...(desired["Name"] !== undefined && { template: desired["Name"] }),
    space: { Id: taken.Id, Name: textOf(taken, "Name") },
  };
  return { desired: { ...desired, Name: kind.nameOf(current) }, kept: [kept] };
}
