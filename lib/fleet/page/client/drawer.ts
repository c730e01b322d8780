import { h } from "./element.ts";
import { instanceDrawer } from "./instance-drawer.ts";
import type { Page } from "./page.ts";
import { remember } from "./remember.ts";
import { spaceDrawer } from "./space-drawer.ts";

/** What lies over the page: a space, an instance. */
export interface Drawer {
  /** As the address says: open, with other content, or closed. */
  show(page: Page): void;
  element: HTMLDialogElement;
}

export function createDrawer(close: () => void): Drawer {
  const body = h("div", { class: "drawer-body" });
  const element = h(
    "dialog",
    { class: "drawer", "aria-labelledby": "drawer-title" },
    h("button", { type: "button", class: "close", "aria-label": "Close", title: "Close (Esc)", onclick: close }, "×"),
    body,
  );
  // A click beside it, and Esc, which the browser makes a cancel of.
  element.addEventListener("click", (event) => event.target === element && close());
  element.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  let shown = "";
  return {
    element,
    show(page) {
      const content = contentOf(page);
      if (content === undefined) {
        shown = "";
        if (element.open) element.close();
        return;
      }
      const [isOther, top] = [shown !== page.view.open, element.scrollTop];
      shown = page.view.open;
      const restore = remember(body);
      body.replaceChildren(...content);
      if (!element.open) element.showModal();
      element.scrollTop = isOther ? 0 : top;
      if (!isOther) restore();
      else body.querySelector<HTMLElement>("#drawer-title")?.focus({ preventScroll: true });
    },
  };
}

/** The space that the address has open. */
export function openSpace({ view }: Pick<Page, "view">): string | undefined {
  return view.open.startsWith("space:") ? view.open.slice(6) : undefined;
}

function contentOf(page: Page): HTMLElement[] | undefined {
  const space = page.spaces.get(openSpace(page) ?? "");
  if (space !== undefined) return spaceDrawer(page, space);
  const instance = page.instances.get(page.view.open.replace(/^instance:/, ""));
  return instance === undefined ? undefined : instanceDrawer(page, instance);
}
