/** Before printing, what is folded is opened and what waits is done; afterwards it is folded again. */
export function listenToPrint(finish: () => void): void {
  let opened: HTMLDetailsElement[] = [];
  window.addEventListener("beforeprint", () => {
    finish();
    const place = document.querySelector("dialog[open]") ?? document;
    opened = [...place.querySelectorAll<HTMLDetailsElement>("details:not([open])")];
    for (const details of opened) details.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
    opened = [];
  });
}
