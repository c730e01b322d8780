import type { FleetReport } from "../../fleet-report.ts";
import { filterKeys, noFilters, parseAddress, type View } from "./address.ts";
import type { Chunks } from "./chunks.ts";
import { deploymentsView } from "./deployments-view.ts";
import { desirePathsView } from "./desire-paths-view.ts";
import { createDrawer, openSpace } from "./drawer.ts";
import { h, named } from "./element.ts";
import { hasFilters } from "./filters.ts";
import { fleetView } from "./fleet-view.ts";
import { createHelp } from "./help.ts";
import { instancesView } from "./instances-view.ts";
import { inventoryView } from "./inventory-view.ts";
import { openKept } from "./kept.ts";
import { listenToKeys } from "./keyboard.ts";
import { hrefOf, listingOf, type Page } from "./page.ts";
import { outLink } from "./parts.ts";
import { listenToPrint } from "./print.ts";
import { createSearchBox } from "./search-box.ts";
import { showsTable } from "./toolbar.ts";
import { versionsView } from "./versions-view.ts";
import { remember } from "./remember.ts";
import { watch } from "./watch.ts";
import { clock, count, digits, duration, lengthOf, since } from "./words.ts";

const views: readonly (readonly [view: string, title: string])[] = [
  ["", "Fleet"],
  ["alike", "Changed alike"],
  ["inventory", "Inventory"],
  ["deployments", "Deployments"],
  ["versions", "Versions"],
  ["instances", "Instances"],
];

/** Puts the whole page where the summary stood, and keeps it as the address says. */
export function startPage(report: FleetReport): void {
  const { management } = report;
  const events = document.getElementById("report")?.dataset["watch"];
  const kept = openKept(`managed-spaces.fleet ${management.url} ${management.spaceId}`);
  const page: Page = {
    ...listingOf(report),
    view: parseAddress(location.hash),
    kept,
    now: Date.now(),
    href: (change) => hrefOf(page, change),
    go: (change) => {
      location.hash = hrefOf(page, change);
    },
    refresh: () => show(),
    say,
  };
  const [head, nav, status] = [
    h("div", { class: "title" }),
    h("nav", { "aria-label": "Views" }),
    h("p", { class: "say", role: "status" }),
  ];
  const main = h("main", { id: "main", tabindex: -1 });
  const box = createSearchBox(() => page);
  const help = createHelp();
  const drawer = createDrawer(() => page.go({ open: "" }));
  let chunks: Chunks | undefined;
  let shown = "";
  let viewed = page.view.view;
  let picked = "";
  let order: string[] = [];

  document.body.replaceChildren(
    h(
      "header",
      { class: "top" },
      head,
      box.element,
      h(
        "button",
        { type: "button", class: "round", title: "Keys (?)", "aria-label": "Keys", onclick: () => help.toggle(page) },
        "?",
      ),
    ),
    nav,
    main,
    drawer.element,
    help.element,
    status,
  );
  document.body.className = "app";
  showHead();
  show();
  listen();

  /** All but the drawer stays as it is when only the drawer changes. */
  function show({ isForced = true } = {}): void {
    const { open: _open, ...rest } = page.view;
    const key = JSON.stringify(rest);
    if (isForced || key !== shown) showView({ isNewer: isForced });
    shown = key;
    const tenant = openSpace(page);
    if (tenant !== undefined && page.spaces.has(tenant) && kept.recent[0] !== tenant) kept.visit(tenant);
    drawer.show(page);
  }

  function showView({ isNewer }: { isNewer: boolean }): void {
    chunks?.stop();
    chunks = undefined;
    const isSame = page.view.view === viewed;
    const [restore, top] = [remember(main), isSame ? window.scrollY : 0];
    viewed = page.view.view;
    nav.replaceChildren(...views.map(([view, title]) => navLink(page, view, title)));
    nav.scrollLeft = (nav.querySelector<HTMLElement>("[aria-current]")?.offsetLeft ?? 0) - nav.clientWidth / 3;
    const { content, chunks: later } = contentOf(page);
    main.replaceChildren(...agedNote(page), ...content);
    chunks = later;
    order = [];
    if (!restore() && isNewer) chunks?.doUntil(restore);
    chunks?.doUntil(() => document.documentElement.scrollHeight >= top + window.innerHeight);
    window.scrollTo({ top });
    showPicked(main, page, picked);
    picked = pickedBy(page);
  }

  function showHead(): void {
    head.replaceChildren(...headOf(page));
  }

  function say(text: string): void {
    status.textContent = text;
    (document.querySelector("dialog[open]") ?? document.body).append(status);
    window.setTimeout(() => {
      if (status.textContent === text) status.textContent = "";
    }, 3000);
  }

  function favourite(tenant: string): void {
    kept.toggle(tenant);
    const isOn = kept.favourites.has(tenant);
    for (const button of document.querySelectorAll(`[data-star="${CSS.escape(tenant)}"]`))
      button.setAttribute("aria-pressed", String(isOn));
    say(isOn ? "A favourite." : "No favourite any more.");
  }

  function turn(step: number): void {
    if (order.length === 0) {
      chunks?.finish();
      order = [
        ...new Set([...main.querySelectorAll<HTMLElement>("[data-space]")].map((one) => one.dataset["space"] ?? "")),
      ];
    }
    const next = order[order.indexOf(openSpace(page) ?? "") + step];
    if (next !== undefined) page.go({ open: `space:${next}` });
  }

  function listen(): void {
    window.addEventListener("hashchange", () => {
      page.view = parseAddress(location.hash);
      show({ isForced: false });
    });
    listenToPrint(() => chunks?.finish());
    document.addEventListener("click", (event) => {
      const target = event.target instanceof Element ? event.target : undefined;
      const tenant = target?.closest("[data-star]")?.getAttribute("data-star") ?? undefined;
      if (tenant !== undefined) favourite(tenant);
      const address = target?.closest('a[href^="#"]')?.getAttribute("href") ?? undefined;
      if (address === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
      // In a frame that has its page as text, the browser would look for such an address in the page around it.
      event.preventDefault();
      location.hash = address;
    });
    listenToKeys({
      search: box.focus,
      help: () => help.toggle(page),
      favourite,
      opened: () => openSpace(page),
      view: (index) => {
        const view = views[index];
        if (view !== undefined) page.go(toView(view[0]));
      },
      swap: () => page.go({ show: showsTable(page) ? "tiles" : "table" }),
      clear: () => page.go(noFilters),
      turn,
    });
    if (events !== undefined) watchReports(events);
  }

  function watchReports(source: string): void {
    page.live = { isConnected: false };
    // Times grow old on a page that nothing new comes to; whoever is on a link there stays on it.
    window.setInterval(() => {
      page.now = Date.now();
      if (!head.contains(document.activeElement)) showHead();
    }, 20_000);
    watch({
      source,
      readAt: page.report.readAt,
      tell(isConnected) {
        page.live = { ...page.live, isConnected };
        showHead();
      },
      take({ report: newer, budget, trouble }) {
        if (newer !== undefined) Object.assign(page, listingOf(newer));
        const isChanged = newer !== undefined || trouble !== page.live?.trouble;
        page.now = Date.now();
        page.live = { isConnected: true, budget, trouble };
        showHead();
        if (isChanged) show();
      },
    });
  }
}

/** What picks spaces, as text. */
function pickedBy({ view }: Page): string {
  return JSON.stringify(filterKeys.map((key) => view[key]));
}

/** Whoever asks for some of the spaces wants to see them, and not what stands above. */
function showPicked(main: HTMLElement, page: Page, before: string): void {
  const bar = main.querySelector(".bar");
  if (bar === null || !hasFilters(page.view) || pickedBy(page) === before) return;
  if (bar.getBoundingClientRect().top > window.innerHeight / 2) bar.scrollIntoView();
}

function toView(view: string): Partial<View> {
  return { view, sort: "", open: "" };
}

function navLink(page: Page, view: string, title: string): HTMLElement {
  const number = view === "alike" ? page.report.desirePaths.length : 0;
  return h(
    "a",
    { href: page.href(toView(view)), "aria-current": page.view.view === view && "page" },
    title,
    number > 0 && h("span", { class: "tally" }, digits(number)),
  );
}

function contentOf(page: Page): { content: HTMLElement[]; chunks?: Chunks } {
  switch (page.view.view) {
    case "alike":
      return { content: desirePathsView(page) };
    case "inventory":
      return inventoryView(page);
    case "deployments":
      return deploymentsView(page);
    case "versions":
      return { content: versionsView(page) };
    case "instances":
      return { content: instancesView(page) };
    default:
      return fleetView(page);
  }
}

/** Whose fleet it is, when it was read and what that took. */
function headOf(page: Page): HTMLElement[] {
  const { management, readAt, cost, selection } = page.report;
  return [
    h("h1", {}, "Fleet of ", outLink(`${management.url}/app#/${management.spaceId}`, named(management.space))),
    h(
      "p",
      { class: "quiet" },
      since(readAt, page.now, { before: "Read ", isShort: page.live !== undefined }),
      ` · ${count(cost.requests, "request")}`,
      page.live === undefined && `, ${duration(cost.seconds)}`,
      selection !== "" && [" · ", named(selection)],
    ),
    ...(page.live === undefined ? [] : [h("p", { class: "quiet" }, liveOf(page.live))]),
  ];
}

function liveOf({ isConnected, budget }: NonNullable<Page["live"]>): HTMLElement {
  if (!isConnected) return h("span", { class: "bad" }, "Connection lost, trying again");
  if (budget === undefined) return h("span", { class: "good" }, "Live");
  const doing = budget.nextAt === undefined ? "looking" : `next look ${clock(budget.nextAt)}`;
  return h("span", { class: "good" }, `Live, ${doing}, at most ${count(budget.perMinute, "request")} a minute`);
}

/** What is to be known before one believes what stands below: a file may be opened long after it was made. */
function agedNote({ report, now, live }: Page): HTMLElement[] {
  const age = now - Date.parse(report.readAt);
  const isOld = live === undefined && age > 36 * 3_600_000;
  if (live?.trouble !== undefined)
    return [h("p", { class: "note" }, `The last look found nothing; this is what the one before did. ${live.trouble}`)];
  return isOld ? [h("p", { class: "note" }, `This is how the fleet was ${lengthOf(age)} ago.`)] : [];
}
