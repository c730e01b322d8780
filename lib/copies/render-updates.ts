import type { CommitSummary } from "../git/compare.ts";
import { splitCredentials } from "../git/git-credentials.ts";
import {
  count,
  describeBehind,
  describeWarnings,
  describeConflict,
  describeEdits,
  describeManner,
  statusOf,
  updateStatuses,
  type UpdateStatus,
} from "./describe-update.ts";
import type { Copy } from "./find-copies.ts";
import type { CopyUpdate } from "./find-updates.ts";
import { escapeHtml, renderLink } from "../pages/escape-html.ts";
import { renderPage } from "../pages/render-page.ts";

export interface UpdatesPageOptions {
  /** Of what the copies are, for sentences: ` of "Hello World"`; "" for all that the space has. */
  scope: string;
  /** The space's name. */
  space: string;
}

/** A page that shows how each copy stands to its template: what is new, what people changed, what is in conflict. */
export function renderUpdates(all: readonly CopyUpdate[], { scope, space }: UpdatesPageOptions): string {
  const body =
    all.length === 0
      ? `<p class="card">The space has no such copy.</p>`
      : `${renderTiles(all)}\n<main>\n${all.map(renderCopy).join("\n")}\n</main>`;
  return renderPage({
    title: scope === "" ? `Updates in ${space}` : `Updates${scope.replaceAll('"', "")}`,
    subtitle: `${count(all.length, "copy").replace("copys", "copies")} in the space ${space}`,
    body,
  });
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

function renderTiles(all: readonly CopyUpdate[]): string {
  const tiles = updateStatuses.flatMap((status) => {
    const number = all.filter((found) => statusOf(found) === status).length;
    return number === 0 ? [] : [`<li class="${tones[status]}"><b>${number}</b><span>${status}</span></li>`];
  });
  return `<ul class="tiles">${tiles.join("")}</ul>`;
}

function renderCopy(found: CopyUpdate): string {
  const status = statusOf(found);
  const behind = describeBehind(found);
  return `<section class="card">
<div class="head"><h2>${renderLink(found.copy.name, copyUrlOf(found.copy))}</h2><span class="badge ${tones[status]}">${status}</span>${behind === "" ? "" : `<span class="quiet">${behind} behind</span>`}</div>
<p class="facts">${factsOf(found).join("")}</p>
${renderDetails(found)}
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

function renderDetails(found: CopyUpdate): string {
  if (found.kind === "problem") return `<p>${escapeHtml(found.text)}</p>`;
  if (found.kind === "database") {
    const { changes, edits } = found.update;
    return [
      ...describeManner(found).map((line) => `<p>${escapeHtml(line)}</p>`),
      renderLines("What an update changes", changes),
      renderLines("What people changed, and keep", edits),
    ].join("");
  }
  const { incoming, behind, edits, editedFiles, conflicts } = found.update;
  const warnings = describeWarnings(found).filter(
    (line) => !conflicts.some((conflict) => describeConflict(conflict) === line),
  );
  return [
    warnings.map((line) => `<p>${escapeHtml(line)}</p>`).join(""),
    renderConflicts(conflicts),
    renderCommits(
      `New in the template${behind > incoming.length && incoming.length === 100 ? `: the newest 100 of ${behind}` : ""}`,
      incoming,
    ),
    renderCommits(edits.length === 0 ? "" : `Changed in the copy: ${describeEdits(found)}`, edits),
    renderLines("Files that differ because of it", editedFiles),
  ].join("");
}

function renderConflicts(conflicts: Extract<CopyUpdate, { kind: "git" }>["update"]["conflicts"]): string {
  if (conflicts.length === 0) return "";
  const rows = conflicts.map(
    ({ path, kind, into, from }) =>
      `<tr><td><code>${escapeHtml(path)}</code></td><td>${kind.replaceAll("-", " ")}</td><td>${into}</td><td>${from}</td></tr>`,
  );
  return `<h3 class="bad">Conflicts</h3><div class="wide"><table><tr><th>File</th><th>Kind</th><th>In the copy</th><th>In the template</th></tr>${rows.join("")}</table></div>`;
}

function renderCommits(heading: string, commits: readonly CommitSummary[]): string {
  if (commits.length === 0) return "";
  const items = commits.map(
    ({ subject, author, date, commit }) =>
      `<li><span class="what" title="${commit}">${escapeHtml(subject)}</span><span class="who">${escapeHtml(author)}</span><time datetime="${escapeHtml(date)}">${escapeHtml(date.slice(0, 10))}</time></li>`,
  );
  return `<h3>${escapeHtml(heading)}</h3><ul class="list">${items.join("")}</ul>`;
}

function renderLines(heading: string, lines: readonly string[]): string {
  if (lines.length === 0) return "";
  return `<h3>${escapeHtml(heading)}</h3><ul class="list plain">${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join("")}</ul>`;
}
