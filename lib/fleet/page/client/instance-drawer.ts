import type { FleetInstance } from "../../fleet-report.ts";
import { noFilters } from "./address.ts";
import { h, named } from "./element.ts";
import type { Page } from "./page.ts";
import { badge, foldedList, outLink, placeOf, section, spacesOf } from "./parts.ts";
import { findingsOf, pair } from "./space-drawer.ts";
import { ago, count, digits, duration, exact, lengthOf, since } from "./words.ts";

/** All that is known of an instance. */
export function instanceDrawer(page: Page, instance: FleetInstance): HTMLElement[] {
  const { url, well } = instance;
  return [
    h(
      "header",
      { class: "drawer-head" },
      h("h2", { id: "drawer-title", tabindex: -1 }, named(placeOf(url))),
      h("div", { class: "badges" }, badge(well)),
      instance.isStale && h("p", { class: "stale-note" }, staleText(page, instance)),
      factsOf(page, instance, { isWhole: true }),
    ),
    ...findingsOf(page, instance.findings),
    ...nodesOf(page, instance),
    ...licenseOf(page, instance),
    ...listOf("What could not be asked of the whole instance", instance.limits, "limits"),
    ...listOf(
      `${spacesOf(instance.otherSpaces.length)} that no tenant stands for`,
      instance.otherSpaces.map(({ id, name }) => outLink(`${url}/app#/${id}`, named(name))),
      "other",
    ),
  ];
}

export function factsOf(page: Page, instance: FleetInstance, { isWhole = false } = {}): HTMLElement {
  const { url, version, upgrade, user, keyExpires, queue, readAt } = instance;
  const spaces = page.report.spaces.filter((space) => space.instance === url).length;
  return h(
    "dl",
    { class: "pairs" },
    isWhole && pair("Address", outLink(url, named(url))),
    pair("Spaces", h("a", { href: page.href({ ...noFilters, view: "", open: "", instance: url }) }, spacesOf(spaces))),
    version !== undefined &&
      pair("Octopus", version, upgrade !== undefined && h("span", { class: "news" }, ` ${upgrade} is at hand`)),
    user !== undefined && pair("Asked as", named(user)),
    keyExpires !== undefined && pair("Key", keyText(page, keyExpires)),
    queue !== undefined &&
      pair(
        "Queue",
        `${digits(queue.running)} running, ${digits(queue.queued)} waiting${queue.queued > 0 ? `, for up to ${duration(queue.longestWaitSeconds)}` : ""}`,
      ),
    readAt !== undefined && !instance.isStale && pair("Read", since(readAt, page.now, { isShort: !isWhole })),
  );
}

function keyText({ now }: Page, expires: string): string {
  const left = Date.parse(expires) - now;
  return left < 0 ? `expired on ${exact(expires)}` : `good for ${lengthOf(left)}, until ${exact(expires)}`;
}

function staleText({ now }: Page, { readAt }: FleetInstance): string {
  return readAt === undefined ? "Has never answered" : `As it was ${ago(readAt, now)} · ${exact(readAt)}`;
}

function nodesOf({ now }: Page, { nodes }: FleetInstance): HTMLElement[] {
  if (nodes.length === 0) return [];
  const items = nodes.map((node) =>
    h(
      "li",
      {},
      h("span", { class: "what" }, named(node.name)),
      node.isOffline && h("span", { class: "bad" }, "offline"),
      node.isInMaintenance && h("span", { class: "bad" }, "in maintenance"),
      h("span", { class: "quiet" }, `${node.running} of ${count(node.mostTasks, "task")}`),
      node.lastSeen !== undefined && since(node.lastSeen, now, { isShort: true, before: "seen " }),
    ),
  );
  return [section(count(nodes.length, "node"), h("ul", { class: "list" }, items))];
}

function licenseOf(page: Page, { license }: FleetInstance): HTMLElement[] {
  if (license === undefined) return [];
  const { isCompliant, summary, expires, limits } = license;
  return [
    section(
      "Licence",
      h("p", { class: !isCompliant && "bad" }, summary),
      expires !== undefined && h("p", { class: "quiet" }, `Until ${exact(expires)}, ${leftText(page, expires)}`),
      limits.length > 0 && h("ul", { class: "limits" }, limits.map(limitOf)),
    ),
  ];
}

function leftText({ now }: Page, expires: string): string {
  const left = Date.parse(expires) - now;
  return left < 0 ? `which was ${lengthOf(-left)} ago` : `in ${lengthOf(left)}`;
}

function limitOf({ name, used, limit }: { name: string; used: number; limit?: number | undefined }): HTMLElement {
  const share = limit === undefined || limit === 0 ? 0 : used / limit;
  const bar = h("i", { class: `fill ${share > 1 ? "bad" : share > 0.9 ? "odd" : "news"}` });
  bar.style.width = `${Math.min(share, 1) * 100}%`;
  return h(
    "li",
    {},
    h("span", {}, name),
    h(
      "span",
      { class: "quiet" },
      limit === undefined ? `${digits(used)}, no limit` : `${digits(used)} of ${digits(limit)}`,
    ),
    limit !== undefined && h("div", { class: "stack", "aria-hidden": "true" }, bar),
  );
}

function listOf(title: string, items: Parameters<typeof foldedList>[0], key: string): HTMLElement[] {
  return items.length === 0 ? [] : [section(title, ...foldedList(items, { most: 6, key }))];
}
