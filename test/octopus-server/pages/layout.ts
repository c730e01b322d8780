import { html, type Html } from "./html.ts";
import { style } from "./style.ts";

export interface PageOptions {
  title: string;
  /** Shown in the band at the top: who serves this, and which version it pretends to be. */
  serverName: string;
  version: string;
  /** What stands in the band, beneath the name. */
  heading: Html;
  isSlim?: boolean;
  /** Asks for the page again every so often and shows what changed. */
  isLive: boolean;
}

export function renderPage(
  content: Html,
  { title, serverName, version, heading, isSlim = false, isLive }: PageOptions,
): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="data:image/svg+xml,${encodeURIComponent(logo("#0d80d8"))}" />
        <style>
          ${{ html: style }}
        </style>
      </head>
      <body>
        <div class="masthead${isSlim ? " slim" : ""}">
          <div class="wrap">
            <a class="brand" href="/"
              >${{ html: logo("#fff") }}<span>${serverName}</span
              ><span class="version wide">local Octopus ${version}</span></a
            >
            ${heading}
          </div>
        </div>
        <main><div class="wrap" id="content">${content}</div></main>
        <footer>
          <div class="wrap">
            A local stand-in for an Octopus Server, kept in memory: what it holds is gone when it stops.
          </div>
        </footer>
        <script>
          ${{ html: isLive ? script : "" }};
        </script>
      </body>
    </html>`;
  return page.html;
}

/** One space in the middle, others around it. */
function logo(color: string): string {
  const around = [
    [4, 4],
    [4, 26],
    [26, 4],
    [26, 26],
  ];
  const squares = around
    .map(([x, y]) => `<rect x="${x}" y="${y}" width="10" height="10" rx="3" opacity=".55"/>`)
    .join("");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40" fill="${color}">${squares}<rect x="12" y="12" width="16" height="16" rx="5"/></svg>`;
}

/**
 * Keeps what the reader opened and typed; an unchanged page is left alone. An address of the real portal, such as
 * `/app#/Spaces-2/projects/Projects-1`, leads to the space or to the task.
 */
const script = `
const content = document.getElementById("content");
const search = document.querySelector("input[name=q]");
const keyOf = (details) => details.dataset.key;
let shown = "";
async function refresh() {
  if (document.hidden) return;
  const answer = await fetch(location.href).catch(() => undefined);
  if (answer === undefined || !answer.ok) return;
  const next = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("content");
  if (next.innerHTML === shown) return;
  shown = next.innerHTML;
  const known = new Map([...content.querySelectorAll("details[data-key]")].map((details) => [keyOf(details), details.open]));
  for (const details of next.querySelectorAll("details[data-key]")) if (known.has(keyOf(details))) details.open = known.get(keyOf(details));
  const [verbose, before] = [next.querySelector("#verbose"), document.getElementById("verbose")];
  if (verbose !== null && before !== null) verbose.checked = before.checked;
  content.replaceChildren(...next.childNodes);
}
search?.addEventListener("input", () => {
  const address = new URL(location.href);
  if (search.value === "") address.searchParams.delete("q");
  else address.searchParams.set("q", search.value);
  history.replaceState(null, "", address);
  void refresh();
});
setInterval(refresh, 3000);
function showAsked() {
  const [, space, kind, id] = location.hash.slice(1).split("/");
  if (kind === "tasks" && id !== undefined) location.replace("/tasks/" + id);
  for (const tile of document.querySelectorAll(".asked")) tile.classList.remove("asked");
  const tile = space === undefined ? null : document.getElementById("/" + space);
  tile?.classList.add("asked");
  tile?.closest("details")?.setAttribute("open", "");
  tile?.scrollIntoView({ block: "center" });
}
addEventListener("hashchange", showAsked);
showAsked();
`;
