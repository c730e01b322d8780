import { targetId, type Target } from "../model/graph.ts";
import { listOwners } from "../resources/holders.ts";
import type { Mapping } from "./mapping-schema.ts";
import { createList, type Rules } from "./rules.ts";
import { leavable, ruleName, sectionOf } from "./sections.ts";

/** Which things a mapping leaves behind, by what it says of their names. */
export interface Choices {
  /** Whether a thing of that section and name was asked to stay behind. */
  isLeftOut(section: string | undefined, name: string): boolean;
  /** The same of a target, and of all that it belongs to. */
  isTargetLeftOut(target: Target): boolean;
  listUnused(): { section: string; wanted: string; isException: boolean }[];
}

export function createChoices({ leaveOut = {}, leaveOutExcept = {} }: Mapping): Choices {
  const toLists = (lists: Record<string, string[] | undefined>): Map<string, Rules<true>> =>
    new Map(leavable.flatMap((section) => (lists[section] ? [[section, createList(lists[section])]] : [])));
  const [left, kept] = [toLists(leaveOut), toLists(leaveOutExcept)];
  const isLeftOut = (section: string | undefined, name: string): boolean => {
    const exceptions = kept.get(section ?? "");
    const isExcepted = exceptions === undefined || exceptions.find(name) !== undefined;
    return left.get(section ?? "")?.find(name) !== undefined || !isExcepted;
  };
  const known = new Map<string, boolean>();
  const isTargetLeftOut = (target: Target): boolean => {
    const id = targetId(target);
    const answer =
      known.get(id) ?? [target, ...listOwners(target)].some((one) => isLeftOut(sectionOf(one), ruleName(one)));
    known.set(id, answer);
    return answer;
  };
  const unused = (lists: Map<string, Rules<true>>, isException: boolean): ReturnType<Choices["listUnused"]> =>
    [...lists].flatMap(([section, rules]) => rules.listUnused().map((wanted) => ({ section, wanted, isException })));
  return { isLeftOut, isTargetLeftOut, listUnused: () => [...unused(left, false), ...unused(kept, true)] };
}
