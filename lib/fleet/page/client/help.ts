import { h } from "./element.ts";
import type { Page } from "./page.ts";

const keys: readonly (readonly [string, string])[] = [
  ["/", "Search"],
  ["↑ ↓ ← →", "From space to space; in a drawer ← and → turn to the next one"],
  ["Enter", "Open"],
  ["Esc", "Close, or remove the filters"],
  ["f", "Make the space a favourite, or no more"],
  ["t", "Tiles or table"],
  ["1 … 6", "The views"],
  ["?", "This help"],
];

/** Which keys there are. */
export function createHelp(): { element: HTMLDialogElement; toggle(page: Page): void } {
  const note = h("p", { class: "quiet" });
  const element = h(
    "dialog",
    { class: "help-dialog", "aria-labelledby": "help-title" },
    h("button", { type: "button", class: "close", "aria-label": "Close", onclick: () => element.close() }, "×"),
    h("h2", { id: "help-title" }, "Keys"),
    h(
      "dl",
      { class: "pairs" },
      keys.map(([key, text]) => h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, text))),
    ),
    note,
  );
  element.addEventListener("click", (event) => event.target === element && element.close());
  return {
    element,
    toggle({ kept }) {
      note.textContent = `The address has all that is shown: copy it to send a view.${kept.isLasting ? "" : " This browser keeps nothing for this page, so favourites last until it is closed."}`;
      if (element.open) element.close();
      else element.showModal();
    },
  };
}
