import { splitCredentials } from "../../lib/git/git-credentials.ts";
import type { Copy } from "../../lib/copies/find-copies.ts";
import type { GitUpdate } from "../../lib/copies/find-git-update.ts";
import { escapeMarkdown } from "../../lib/pages/escape-markdown.ts";

export interface MergeSubject {
  /** Name of the template, and its repository's address without credentials. */
  template: string;
  templateUrl: string;
  templateBranch: string;
}

/** Of a merge commit; nothing in it tells a time, so that a second run says the same. */
export function renderCommitMessage(
  { from }: Pick<GitUpdate, "from">,
  { template, templateUrl }: MergeSubject,
): string {
  return `Merge updates of ${template}\n\nFrom ${templateUrl} at ${from}.`;
}

export function renderPullRequest(update: GitUpdate, subject: MergeSubject): { title: string; body: string } {
  const shown = update.incoming.slice(0, 50);
  const rest = update.incoming.length - shown.length;
  const lines = [
    `Brings the changes of **${subject.template}** up to \`${update.from.slice(0, 12)}\` of ${subject.templateUrl}.`,
    "",
    ...shown.map(({ subject: line, author }) => `- ${escapeMarkdown(line)} (${escapeMarkdown(author)})`),
    ...(rest > 0 ? [`- and ${rest} more`] : []),
    "",
    "Merge it in any way, squashed too. Commits that you add to this branch stay. Close it to decline these changes: the next ones are offered again.",
  ];
  return { title: `Updates of ${subject.template}`, body: lines.join("\n") };
}

/** What a person runs to solve the conflicts; the step goes on with the branch from there. */
export function listCommands(copy: Copy, subject: MergeSubject, { branch }: { branch: string }): string[] {
  if (copy.repository === undefined) return [];
  const { url } = splitCredentials(copy.repository.url);
  const folder = (url.split("/").at(-1) ?? "copy").replace(/\.git$/, "");
  return [
    `git clone ${quote(url)} && cd ${quote(folder)}`,
    `git switch ${quote(branch)} 2>/dev/null || git switch -c ${quote(branch)}`,
    `git fetch ${quote(subject.templateUrl)} ${quote(subject.templateBranch)}`,
    "git merge FETCH_HEAD",
    "git mergetool    # or edit the files, and git add each",
    "git commit --no-edit",
    `git push origin ${quote(branch)}`,
  ];
}

/** For a shell, where it needs to be. */
function quote(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
