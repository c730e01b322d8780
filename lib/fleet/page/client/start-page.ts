import type { FleetReport } from "../../fleet-report.ts";
import { noFilters, parseAddress, type View } from "./address.ts";
import type { Chunks } from "./chunks.ts";
import { deploymentsView } from "./deployments-view.ts";
import { desirePathsView } from "./desire-paths-view.ts";
import { createDrawer, openSpace } from "./drawer.ts";
import { h, named } from "./element.ts";
import { fleetView } from "./fleet-view.ts";
import { createHelp } from "./help.ts";
import { instancesView } from "./instances-view.ts";
import { inventoryView } from "./inventory-view.ts";
import { openKept } from "./kept.ts";
import { listenToKeys } from "./keyboard.ts";
import { hrefOf, listingOf, type Page } from "./page.ts";
import { outLink } from "./parts.ts";
import { createSearchBox } from "./search-box.ts";
import { showsTable } from "./toolbar.ts";
import { versionsView } from "./versions-view.ts";
import { watch } from "./watch.ts";
import { count, digits, duration, lengthOf, since } from "./words.ts";

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
    if (isForced || key !== shown) showView();
    shown = key;
    const tenant = openSpace(page);
    if (tenant !== undefined && page.spaces.has(tenant) && kept.recent[0] !== tenant) kept.visit(tenant);
    drawer.show(page);
  }

  function showView(): void {
    chunks?.stop();
    chunks = undefined;
    const state = rememberState(main, page.view.view === viewed);
    viewed = page.view.view;
    nav.replaceChildren(...views.map(([view, title]) => navLink(page, view, title)));
    const { content, chunks: later } = contentOf(page);
    main.replaceChildren(...agedNote(page), ...content);
    chunks = later;
    order = [];
    state(main);
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
    window.addEventListener("beforeprint", () => chunks?.finish());
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
    const source = document.getElementById("report")?.dataset["watch"];
    if (source !== undefined) watchReports(source);
  }

  function watchReports(source: string): void {
    page.live = { isConnected: false };
    watch({
      source,
      tell(isConnected) {
        page.live = { ...page.live, isConnected };
        showHead();
      },
      take({ report: newer, budget }) {
        Object.assign(page, listingOf(newer));
        page.now = Date.now();
        page.live = { isConnected: true, budget };
        showHead();
        show();
      },
    });
  }
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
      since(readAt, page.now, { before: "Read " }),
      ` · ${count(cost.requests, "request")}, ${duration(cost.seconds)}`,
      selection !== "" && [" · ", named(selection)],
      page.live !== undefined && [" · ", liveOf(page.live)],
    ),
  ];
}

function liveOf({ isConnected, budget }: NonNullable<Page["live"]>): HTMLElement {
  const text = isConnected ? "Live" : "Connection lost, trying again";
  const used =
    budget === undefined ? "" : `, ${digits(budget.used)} of ${digits(budget.perMinute)} requests this minute`;
  return h("span", { class: isConnected ? "good" : "bad" }, `${text}${used}`);
}

/** What is to be known before one believes what stands below: a file may be opened long after it was made. */
function agedNote({ report, now, live }: Page): HTMLElement[] {
  const age = now - Date.parse(report.readAt);
  const isOld = live === undefined && age > 36 * 3_600_000;
  return isOld ? [h("p", { class: "note" }, `This is how the fleet was ${lengthOf(age)} ago.`)] : [];
}

/** What is open, where one has scrolled to and what has the focus: for content that replaces other content. */
function rememberState(main: HTMLElement, isSameView: boolean): (main: HTMLElement) => void {
  const open = [...document.querySelectorAll<HTMLElement>("details[open][data-key]")].map((one) => one.dataset["key"]);
  const active = document.activeElement instanceof HTMLElement ? document.activeElement : undefined;
  const key = active?.dataset["key"];
  const space = main.contains(active ?? null)
    ? active?.closest<HTMLElement>("[data-space]")?.dataset["space"]
    : undefined;
  const top = window.scrollY;
  return (fresh) => {
    for (const details of fresh.querySelectorAll<HTMLDetailsElement>("details[data-key]"))
      if (open.includes(details.dataset["key"])) details.open = true;
    const again = [...fresh.querySelectorAll<HTMLElement>("[data-key], [data-space]")].find(
      ({ dataset }) =>
        (key !== undefined && dataset["key"] === key) || (space !== undefined && dataset["space"] === space),
    );
    (again?.querySelector<HTMLElement>(".name") ?? again)?.focus({ preventScroll: true });
    window.scrollTo({ top: isSameView ? top : 0 });
  };
}
