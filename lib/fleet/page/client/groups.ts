import type { FleetSpace } from "../../fleet-report.ts";
import { rankOf, worstInStep, worstWell, type InStepState, type WellState } from "../../states.ts";
import type { Page } from "./page.ts";

export interface Group {
  /** "" where nothing is grouped. */
  title: string;
  spaces: FleetSpace[];
  inStep: InStepState;
  well: WellState;
  /** The instance that it is, if it is one. */
  instance?: string;
}

/** By what spaces can be grouped: the value in the address, and what it is called. */
export function listGroupings({ report }: Page): [value: string, title: string][] {
  const tagSets = new Set(report.spaces.flatMap(({ tenant }) => tenant.tags.map(setOf)));
  return [
    ["none", "Nothing"],
    ["instance", "Instance"],
    ...(report.rings.length > 0 ? [["ring", "Ring"] satisfies [string, string]] : []),
    ["template", "Template"],
    ...[...tagSets].toSorted().map((set): [string, string] => [`tag:${set}`, `Tag: ${set}`]),
  ];
}

/** By instance where there are several, unless the address says otherwise. */
export function groupingOf({ view, report }: Page): string {
  if (view.group !== "") return view.group;
  return report.instances.length > 1 ? "instance" : "none";
}

export function groupSpaces(page: Page, spaces: readonly FleetSpace[]): Group[] {
  const grouping = groupingOf(page);
  const groups = new Map<string, FleetSpace[]>();
  for (const space of spaces) {
    for (const title of titlesOf(page, grouping, space)) {
      const group = groups.get(title);
      if (group === undefined) groups.set(title, [space]);
      else group.push(space);
    }
  }
  const order = orderOf(page, grouping);
  const isWorstFirst = page.view.sort === "";
  const rank = (members: readonly FleetSpace[]): number => (isWorstFirst ? Math.min(...members.map(worstRank)) : 0);
  return [...groups]
    .toSorted(([a, those], [b, others]) => order(a) - order(b) || rank(those) - rank(others) || (a < b ? -1 : 1))
    .map(([title, members]) => ({
      title,
      spaces: sortSpaces(page, members),
      inStep: worstInStep(members.map(({ inStep }) => inStep)),
      well: worstWell(members.map(({ well }) => well)),
      ...(grouping === "instance" && { instance: title }),
    }));
}

/** The worst of both axes, which colors the space where there is one color. */
export function worstRank({ inStep, well }: Pick<FleetSpace, "inStep" | "well">): number {
  return Math.min(rankOf(inStep), rankOf(well));
}

function titlesOf({ templates }: Page, grouping: string, space: FleetSpace): string[] {
  if (grouping === "instance") return [space.instance === "" ? "No instance" : space.instance];
  if (grouping === "ring") return [space.ring ?? "In no ring"];
  if (grouping === "template") {
    const keys = new Set(space.copies.map(({ template }) => template));
    return keys.size === 0 ? ["Without copies"] : [...keys].map((key) => templates.get(key)?.name ?? key);
  }
  if (grouping.startsWith("tag:")) {
    const set = grouping.slice(4);
    const tags = space.tenant.tags.filter((tag) => setOf(tag) === set).map((tag) => tag.slice(set.length + 1));
    return tags.length === 0 ? [`Without a tag of ${set}`] : tags;
  }
  return [""];
}

function orderOf({ report }: Page, grouping: string): (title: string) => number {
  const titles =
    grouping === "ring" ? report.rings : grouping === "template" ? report.templates.map(({ name }) => name) : [];
  const places = new Map(titles.map((title, index) => [title, index]));
  // What is in none comes last.
  return (title) =>
    places.get(title) ?? (/^(In no|Without|No instance)/.test(title) ? titles.length + 1 : titles.length);
}

function sortSpaces({ view }: Page, spaces: readonly FleetSpace[]): FleetSpace[] {
  const byName = (a: FleetSpace, b: FleetSpace): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  if (view.sort === "name") return spaces.toSorted(byName);
  if (view.sort === "age") return spaces.toSorted((a, b) => oldestOf(a).localeCompare(oldestOf(b)) || byName(a, b));
  return spaces.toSorted((a, b) => worstRank(a) - worstRank(b) || byName(a, b));
}

/** When the oldest version that a space is behind was published; what is behind nothing sorts last. */
function oldestOf(space: FleetSpace): string {
  return space.copies.map((copy) => copy.behindSince ?? "~").toSorted()[0] ?? "~";
}

function setOf(tag: string): string {
  return tag.slice(0, Math.max(tag.indexOf("/"), 0));
}
