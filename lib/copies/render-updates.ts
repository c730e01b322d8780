import { splitCredentials } from "../git/git-credentials.ts";
import { diffStyle } from "../pages/diff-style.ts";
import { escapeHtml, renderLink } from "../pages/escape-html.ts";
import { createHider } from "../pages/hide-secrets.ts";
import { renderPage } from "../pages/render-page.ts";
import { count, describeBehind, statusOf, updateStatuses, type UpdateStatus } from "./describe-update.ts";
import type { Copy } from "./find-copies.ts";
import type { CopyUpdate } from "./find-updates.ts";
import { listNotes, listSections } from "./list-sections.ts";
import { conflictStyle } from "./render-conflicts.ts";
import { renderParts } from "./sections.ts";

export interface UpdatesPageOptions {
  /** Of what the copies are, for sentences: ` of "Hello World"`; "" for all that the space has. */
  scope: string;
  /** The space's name. */
  space: string;
}

export interface UpdatesRenderOptions extends UpdatesPageOptions {
  /** Values that must not be on the page, in any form. */
  secrets: readonly string[];
}

/** A page that shows how each copy stands to its template, those that need a person first: what is in conflict, what is new, what people changed. */
export function renderUpdates(all: readonly CopyUpdate[], { scope, space, secrets }: UpdatesRenderOptions): string {
  const hide = createHider(secrets);
  const ranked = all.toSorted((left, right) => rankOf(left) - rankOf(right));
  const body =
    all.length === 0
      ? `<p class="card">The space has no ${scope === "" ? "copy" : "such copy"}.</p>`
      : `${renderTiles(ranked)}\n<main>\n${ranked.map((found, index) => renderCopy(found, { id: idOf(index), hide })).join("\n")}\n</main>`;
  return renderPage({
    title: scope === "" ? `Updates in ${space}` : `Updates${scope.replaceAll('"', "")}`,
    subtitle: `${count(all.length, "copy", "copies")} in the space ${space}`,
    body,
    moreStyle: `${diffStyle}${conflictStyle}`,
  });
}

const worstFirst = updateStatuses.toReversed();

function rankOf(found: CopyUpdate): number {
  return worstFirst.indexOf(statusOf(found));
}

function idOf(index: number): string {
  return `copy-${index + 1}`;
}

/** The name of the page's file: `Updates of Hello World in America.html`. */
export function nameUpdatesPage({ scope, space }: UpdatesPageOptions): string {
  return `Updates${scope.replaceAll('"', "")} in ${space}.html`;
}

const tones: Record<UpdateStatus, string> = {
  "Up to date": "good",
  "Can be merged": "news",
  "Can be deployed": "news",
  Gone: "odd",
  Conflicts: "bad",
  Unrelated: "odd",
  Broken: "bad",
  Failed: "bad",
};

/** How many copies there are of each status, with the way to the first of them. */
function renderTiles(ranked: readonly CopyUpdate[]): string {
  const tiles = worstFirst.flatMap((status) => {
    const number = ranked.filter((found) => statusOf(found) === status).length;
    const first = ranked.findIndex((found) => statusOf(found) === status);
    return number === 0
      ? []
      : [`<li class="${tones[status]}"><b>${number}</b><a href="#${idOf(first)}"><span>${status}</span></a></li>`];
  });
  return `<ul class="tiles">${tiles.join("")}</ul>`;
}

function renderCopy(found: CopyUpdate, { id, hide }: { id: string; hide: (text: string) => string }): string {
  const status = statusOf(found);
  const behind = describeBehind(found);
  const notes = listNotes(found).map((line) => `<p>${escapeHtml(hide(line))}</p>`);
  return `<section class="card" id="${id}">
<div class="head"><h2>${renderLink(found.copy.name, copyUrlOf(found.copy))}</h2><span class="badge ${tones[status]}">${status}</span>${behind === "" ? "" : `<span class="quiet">${behind} behind</span>`}</div>
<p class="facts">${factsOf(found).join("")}</p>
${notes.join("")}
${renderParts(listSections(found, hide))}
</section>`;
}

/** Where people find the copy: what is no project is in the space. "" when it is gone. */
export function copyUrlOf({ project, space, isDeleted }: Copy): string {
  const home = `${space.server.url}/app#/${space.id}`;
  return isDeleted ? "" : project === undefined ? home : `${home}/projects/${project.Id}`;
}

function factsOf({ copy, ...found }: CopyUpdate): string[] {
  const { repository, receipt } = copy;
  const facts = [
    escapeHtml(`made of the ${copy.origin}`),
    ...(repository === undefined
      ? []
      : [
          `${renderLink(splitCredentials(repository.url).url, splitCredentials(repository.url).url)} · ${escapeHtml(repository.defaultBranch)}`,
        ]),
    ...(receipt.version === undefined ? [] : [`package ${escapeHtml(receipt.version)}`]),
    ...(found.kind === "database" && found.update.behind > 0 ? [`newest ${escapeHtml(found.update.newest)}`] : []),
  ];
  return facts.map((fact) => `<span>${fact}</span>`);
}
