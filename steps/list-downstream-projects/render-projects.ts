import { count } from "../../lib/copies/describe-update.ts";
import { escapeHtml, renderLink } from "../../lib/pages/escape-html.ts";
import { renderPage } from "../../lib/pages/render-page.ts";
import { renderHtmlTable } from "../../lib/pages/render-html-table.ts";
import type { DownstreamProject } from "./list-projects.ts";

/** A page with all downstream projects of a template. */
export function renderProjects(projects: readonly DownstreamProject[], { template }: { template: string }): string {
  const rows = projects.map(renderRow);
  const headings = ["Space", "Project", "Repository", "Package", "Template at", "Last change", "Known by"];
  const table = `<div class="card wide">${renderHtmlTable(headings, rows)}</div>`;
  return renderPage({
    title: `Downstream projects of ${template}`,
    subtitle: count(projects.length, "project"),
    body: rows.length === 0 ? `<p class="card">There is no downstream project.</p>` : table,
  });
}

function renderRow(project: DownstreamProject): string[] {
  const { space, repository, branch, packageVersion, commit, lastChange, source, isDeleted } = project;
  const name = `${renderLink(project.project, project.url)}${isDeleted ? ' <span class="badge odd">deleted</span>' : ""}`;
  const place =
    repository === "" ? "" : `${renderLink(repository, repository)}${branch === "" ? "" : ` · ${escapeHtml(branch)}`}`;
  return [
    escapeHtml(space),
    name,
    place,
    renderWhole(packageVersion),
    commit === "" ? "" : `<code title="${escapeHtml(commit)}">${escapeHtml(commit.slice(0, 10))}</code>`,
    lastChange === ""
      ? ""
      : `<time class="whole" datetime="${escapeHtml(lastChange)}">${escapeHtml(lastChange.slice(0, 10))}</time>`,
    escapeHtml(source),
  ];
}

/** What is short enough stands on one line. */
function renderWhole(text: string): string {
  return text.length <= 24 && text !== "" ? `<span class="whole">${escapeHtml(text)}</span>` : escapeHtml(text);
}
