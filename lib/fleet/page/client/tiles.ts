import type { FleetCopy, FleetSpace } from "../../fleet-report.ts";
import { lookOf, rankOf } from "../../states.ts";
import { lastDays, sparkline } from "./chart.ts";
import { h } from "./element.ts";
import type { Page } from "./page.ts";
import { badge, spaceLink, star } from "./parts.ts";
import { ago, count, lengthOf } from "./words.ts";

/** A space at a glance. */
export function tile(page: Page, space: FleetSpace): HTMLElement {
  const worst = rankOf(space.inStep) < rankOf(space.well) ? space.inStep : space.well;
  return h(
    "li",
    { class: `tile ${lookOf(worst).tone}${space.isStale ? " stale" : ""}`, "data-space": space.tenant.id },
    h("div", { class: "tile-head" }, spaceLink(page, space), star(page, space, -1)),
    h("div", { class: "badges" }, badge(space.inStep), badge(space.well)),
    h("p", { class: "quiet" }, space.isStale ? staleText(page, space) : tellCopies(page, space)),
    sparkline(lastDays(space.days, page.report.readAt, 30), { height: 20 }),
  );
}

/** What is told is what was known then. */
export function staleText({ now }: Page, { readAt }: FleetSpace): string {
  return readAt === undefined ? "Has never answered" : `As it was ${ago(readAt, now)}`;
}

/** The same where there is little room. */
export function seenText({ now }: Page, { readAt }: FleetSpace): string {
  return readAt === undefined ? "never seen" : `seen ${ago(readAt, now)}`;
}

function tellCopies({ now }: Page, { copies }: FleetSpace): string {
  const behind = copies.filter((copy) => copy.behind > 0);
  const oldest = behind.flatMap((copy) => copy.behindSince ?? []).toSorted()[0];
  const age = oldest === undefined ? "" : ` for ${lengthOf(now - Date.parse(oldest))}`;
  if (copies.length === 0) return "No copies";
  return `${count(copies.length, "copy", "copies")}${behind.length === 0 ? "" : `, ${behind.length} behind${age}`}`;
}

/** Whatever is to be said of a copy beside its version. */
export function noteOf({ inStep, behind, commitsBehind }: FleetCopy): string {
  if (inStep === "behind") return behind > 0 ? `${behind} behind` : `${count(commitsBehind ?? 0, "commit")} behind`;
  return inStep === "upToDate" ? "" : lookOf(inStep).label;
}
