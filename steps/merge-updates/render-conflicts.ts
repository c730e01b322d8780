import type { ConflictedFile } from "../../lib/copies/read-conflicts.ts";
import { conflictedFileStyle, renderConflictedFiles } from "../../lib/copies/render-conflicted-files.ts";
import { describeSolved } from "../../lib/copies/describe-update.ts";
import { renderLines } from "../../lib/copies/sections.ts";
import type { SolvedConflict } from "../../lib/copies/solve-conflicts.ts";
import type { PullRequest } from "../../lib/git-hosts/git-host.ts";
import { escapeHtml, renderLink } from "../../lib/pages/escape-html.ts";
import { createHider } from "../../lib/pages/hide-secrets.ts";
import { renderPage } from "../../lib/pages/render-page.ts";

export interface ConflictedCopy {
  name: string;
  files: readonly ConflictedFile[];
  /** What nobody needed to decide. */
  solved: readonly SolvedConflict[];
  /** In whose branch a person finishes it. */
  pullRequest: Pick<PullRequest, "number" | "webUrl"> | undefined;
  commands: readonly string[];
}

/** A page with the files in conflict of each copy, what all sides have there, and how a person solves them. */
export function renderConflicts(
  copies: readonly ConflictedCopy[],
  { template, secrets }: { template: string; secrets: readonly string[] },
): string {
  const hide = createHider(secrets);
  return renderPage({
    title: `Conflicts with ${hide(template)}`,
    subtitle:
      "Decide, on the host or with the commands, and then run Merge Updates again: it goes on with your branch.",
    body: copies.map((copy) => renderCopy(copy, hide)).join("\n"),
    moreStyle: conflictedFileStyle,
  });
}

function renderCopy(
  { name, files, solved, pullRequest, commands }: ConflictedCopy,
  hide: (text: string) => string,
): string {
  const request =
    pullRequest === undefined
      ? ""
      : `<p>Its branch waits in ${renderLink(`pull request #${pullRequest.number}`, pullRequest.webUrl)}.</p>`;
  const other =
    solved.length === 0
      ? ""
      : `<h3>Solved without asking</h3>${renderLines(solved.map((one) => hide(describeSolved(one))))}`;
  return `<section class="card">
<div class="head"><h2>${escapeHtml(hide(name))}</h2><span class="badge bad">Conflicts</span></div>
${request}
<h3>Files</h3>${renderConflictedFiles(files, hide)}
${other}
<h3>Commands</h3><pre>${commands.map((command) => escapeHtml(hide(command))).join("\n")}</pre>
</section>`;
}
