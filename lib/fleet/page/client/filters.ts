import type { FleetSpace } from "../../fleet-report.ts";
import { inStepStates, wellStates } from "../../states.ts";
import { filterKeys, type FilterKey, type View } from "./address.ts";
import type { Page } from "./page.ts";
import { fold } from "./search-index.ts";

/** The spaces that all filters pick. */
export function listPicked(page: Page): FleetSpace[] {
  const tests = filterKeys.filter((key) => page.view[key] !== "").map((key) => testOf(page, key));
  return page.report.spaces.filter((space) => tests.every((test) => test(space)));
}

export function hasFilters(view: View): boolean {
  return filterKeys.some((key) => view[key] !== "");
}

/** What each filter in force says, with what takes it away. */
export function listFilters({ view, templates }: Page): { text: string; without: Partial<View> }[] {
  return filterKeys
    .filter((key) => view[key] !== "")
    .map((key) => ({
      text: textOf(key, view[key]),
      without: { [key]: "", ...(key === "template" && { version: "" }) },
    }));

  function textOf(key: FilterKey, value: string): string {
    if (key === "inStep" || key === "well") return listStates(value).map(labelOf).join(", ");
    if (key === "favourites") return "Favourites";
    if (key === "template") return `Template: ${templates.get(value)?.name ?? value}`;
    if (key === "find") return `“${value}”`;
    return key === "cause" ? value : `${titles[key]}: ${value}`;
  }
}

const titles = {
  instance: "Instance",
  ring: "Ring",
  tag: "Tag",
  version: "Version",
  project: "Project",
  person: "Person",
  variable: "Variable",
} as const;

export function listStates(value: string): string[] {
  return value.split(",").filter((state) => state !== "");
}

/** Turns one state on or off. */
export function toggleState(value: string, state: string): string {
  const states = listStates(value);
  return (states.includes(state) ? states.filter((other) => other !== state) : [...states, state]).join(",");
}

function labelOf(state: string): string {
  return Object.entries({ ...inStepStates, ...wellStates }).find(([key]) => key === state)?.[1].label ?? state;
}

function testOf(page: Page, key: FilterKey): (space: FleetSpace) => boolean {
  const value = page.view[key];
  switch (key) {
    case "find": {
      const words = fold(value).split(" ");
      return (space) => words.every((word) => fold(`${space.name} ${space.tenant.name}`).includes(word));
    }
    case "inStep":
    case "well": {
      const states = new Set(listStates(value));
      return (space) => states.has(space[key]);
    }
    case "instance":
    case "ring":
      return (space) => (space[key] ?? "") === value;
    case "tag":
      return ({ tenant }) => tenant.tags.includes(value);
    case "template":
      return ({ copies }) => copies.some(({ template }) => template === value);
    case "version":
      return ({ copies }) =>
        copies.some((copy) => copy.version === value && (page.view.template || copy.template) === copy.template);
    case "project":
      return ({ projects }) => projects.some(({ name }) => name === value);
    case "person":
      return ({ people }) => people.some(({ name }) => name === value);
    case "variable":
      return ({ variables }) => variables.includes(value);
    case "favourites":
      return ({ tenant }) => page.kept.favourites.has(tenant.id);
    case "cause": {
      const { attention, desirePaths } = page.report;
      const cause = [...attention, ...desirePaths].find(({ text }) => text === value);
      const spaces = new Set(cause?.spaces);
      return ({ tenant }) => spaces.has(tenant.id);
    }
  }
}
