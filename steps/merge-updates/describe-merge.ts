import { splitCredentials } from "../../lib/git/git-credentials.ts";
import type { Copy } from "../../lib/copies/find-copies.ts";
import type { GitUpdate } from "../../lib/copies/find-git-update.ts";
import type { VersionSection } from "../../lib/copies/list-versions.ts";
import type { Held, HeldConflict } from "../../lib/copies/mark-conflicts.ts";
import { escapeMarkdown } from "../../lib/pages/escape-markdown.ts";
import { describeSolved } from "../../lib/copies/describe-update.ts";

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

export interface PullRequestContent {
  subject: MergeSubject;
  versions: readonly VersionSection[];
  /** What a person still has to decide on the branch. */
  held: readonly HeldConflict[];
}

/** So many commits are listed, of all versions together. */
const mostCommits = 50;

export function renderPullRequest(
  update: Pick<GitUpdate, "from" | "incoming" | "solved">,
  { subject, versions, held }: PullRequestContent,
): { title: string; body: string } {
  const brings = `Brings the changes of **${subject.template}** up to \`${update.from.slice(0, 12)}\` of ${subject.templateUrl}.`;
  const solved =
    update.solved.length === 0
      ? []
      : [
          "Conflicts that solved themselves:",
          "",
          ...update.solved.map((one) => `- ${describeSolved(one, toCode)}`),
          "",
        ];
  const lines = [
    ...renderHeld(held),
    brings,
    "",
    ...renderVersions(versions, update.incoming.length),
    "",
    ...solved,
    held.length > 0
      ? "Commits that you add to this branch stay. Close the request to decline these changes: the next ones are offered again."
      : "Merge it in any way, squashed too. Commits that you add to this branch stay. Close it to decline these changes: the next ones are offered again.",
  ];
  return { title: `${held.length > 0 ? "Conflicts: " : ""}Updates of ${subject.template}`, body: lines.join("\n") };
}

/** Headings only where there is more to tell apart than one list. */
function renderVersions(sections: readonly VersionSection[], total: number): string[] {
  const shown = Math.min(total, mostCommits);
  const rest = total > shown ? ["", `- and ${total - shown} more`] : [];
  let left = mostCommits;
  const rendered = sections.map(({ version, commits }) => {
    const some = commits.slice(0, Math.max(0, left));
    left -= some.length;
    const items = some.map(({ subject, author }) => `- ${escapeMarkdown(subject)} (${escapeMarkdown(author)})`);
    return { heading: version === undefined ? "Not in a version yet" : escapeMarkdown(version), items };
  });
  if (sections.every(({ version }) => version === undefined))
    return [...rendered.flatMap(({ items }) => items), ...rest.filter((line) => line !== "")];
  const parts = rendered.map(({ heading, items }) => [`### ${heading}`, "", ...items]);
  return [...parts.flatMap((part, index) => (index === 0 ? part : ["", ...part])), ...rest];
}

function renderHeld(held: readonly HeldConflict[]): string[] {
  if (held.length === 0) return [];
  const hasMarkers = held.some((one) => one.held === "markers");
  const how =
    "In files with markers, what stands between `<<<<<<< copy` and `|||||||` is the copy's, between `|||||||` and `=======` what both began with, and between `=======` and `>>>>>>> template` the template's: leave what is right, and take the markers out. ";
  return [
    "> **Do not merge this yet.** The template and this copy changed the same things, and somebody has to decide which of both is right.",
    "",
    `Edit these files on this branch. ${hasMarkers ? how : ""}Octopus cannot read files with markers. The default branch does not get them from Merge Updates, which makes this an ordinary request once they are gone.`,
    "",
    ...held.map((one) => `- ${toCode(one.conflict.path)}: ${describeHeld(one)}`),
    "",
  ];
}

/** What the branch has of a file, and what there is to decide. */
export function describeHeld({ conflict, held }: HeldConflict): string {
  const what: Readonly<Record<Held, string>> = {
    markers: "both changed the same lines, which have markers",
    copy: `the branch has the copy's; the template ${verbOf(conflict.from)} it. Decide which one stays`,
    template: `the branch has the template's; the copy ${verbOf(conflict.into)} it. Decide which one stays`,
    nothing: "the branch does not have it. Add it where it is needed",
    both: "the branch has what is of both sides, one of them under another name. Leave the one that is right",
  };
  return conflict.kind === "binary" && held === "copy"
    ? "a file without lines: the branch has the copy's. Put the template's there where that is right"
    : conflict.kind === "submodule"
      ? "a submodule: the branch has the copy's commit of it. Set the template's where that is right"
      : what[held];
}

function verbOf(side: HeldConflict["conflict"]["into"]): string {
  const verbs = {
    modified: "changed",
    deleted: "deleted",
    added: "has another for",
    absent: "has a folder in place of",
  };
  return verbs[side];
}

/** What a person runs to solve the conflicts; the step goes on with the branch from there. */
export function listCommands(
  copy: Copy,
  subject: MergeSubject,
  { branch, isMarked }: { branch: string; isMarked: boolean },
): string[] {
  if (copy.repository === undefined) return [];
  const { url } = splitCredentials(copy.repository.url);
  const folder = (url.split("/").at(-1) ?? "copy").replace(/\.git$/, "");
  const clone = `git clone ${quote(url)} && cd ${quote(folder)}`;
  if (isMarked)
    return [
      clone,
      `git switch ${quote(branch)}`,
      "git grep -n '^<<<<<<< copy'    # edit these files",
      "git commit -a -m 'Solve the conflicts'",
      `git push origin ${quote(branch)}`,
    ];
  return [
    clone,
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

/** As it is, whatever is in it. */
function toCode(text: string): string {
  const fence = "`".repeat(1 + Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)));
  const pad = fence.length > 1 ? " " : "";
  return `${fence}${pad}${text.replaceAll(/[\r\n]/g, " ")}${pad}${fence}`;
}
