import { attentionCard } from "./attention.ts";
import { doInChunks, type Chunks } from "./chunks.ts";
import { h } from "./element.ts";
import { listPicked } from "./filters.ts";
import { groupHead } from "./fleet-group.ts";
import { groupSpaces, type Group } from "./groups.ts";
import type { Page } from "./page.ts";
import { fillTable, makeTable } from "./space-table.ts";
import { countStrip } from "./strip.ts";
import { tile } from "./tiles.ts";
import { showsTable, toolbar } from "./toolbar.ts";

/** What needs a person, how many are in which state, and the fleet. */
export function fleetView(page: Page): { content: HTMLElement[]; chunks: Chunks } {
  const spaces = listPicked(page);
  const groups = groupSpaces(page, spaces);
  const fleet = h("div", { class: "fleet" });
  const jobs = showsTable(page) ? fillTable(page, groups, makeTable(page, fleet)) : tileJobs(page, groups, fleet);
  if (spaces.length === 0) fleet.append(h("p", { class: "card quiet none" }, "No space is picked by these filters."));
  return {
    content: [
      attentionCard(page),
      ...page.report.notes.map((text) => h("p", { class: "note" }, text)),
      countStrip(page),
      toolbar(page, { title: "Spaces", picked: spaces.length, isFleet: true }),
      fleet,
    ],
    chunks: doInChunks(jobs, 60),
  };
}

function tileJobs(page: Page, groups: readonly Group[], fleet: HTMLElement): (() => void)[] {
  return groups.flatMap((group) => {
    const list = h("ul", { class: "spaces" });
    const head = (): void => {
      if (group.title !== "") fleet.append(groupHead(page, group));
      fleet.append(list);
    };
    return [head, ...group.spaces.map((space) => () => list.append(tile(page, space)))];
  });
}
