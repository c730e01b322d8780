import { renderFileConflicts } from "../../lib/copies/render-conflicts.ts";
import { escapeHtml } from "../../lib/pages/escape-html.ts";
import { renderPage } from "../../lib/pages/render-page.ts";
import type { MergeConflict } from "../../lib/git/merge.ts";

export interface ConflictedCopy {
  name: string;
  conflicts: readonly MergeConflict[];
  commands: readonly string[];
}

/** A page with the files in conflict of each copy, and what a person runs to solve them. */
export function renderConflicts(copies: readonly ConflictedCopy[], { template }: { template: string }): string {
  return renderPage({
    title: `Conflicts with ${template}`,
    subtitle: "Run the commands, and then Merge Updates again: it goes on with your branch.",
    body: copies.map(renderCopy).join("\n"),
  });
}

function renderCopy({ name, conflicts, commands }: ConflictedCopy): string {
  return `<section class="card">
<div class="head"><h2>${escapeHtml(name)}</h2><span class="badge bad">Conflicts</span></div>
<h3>Files</h3>${renderFileConflicts(conflicts)}
<h3>Commands</h3><pre>${commands.map(escapeHtml).join("\n")}</pre>
</section>`;
}
