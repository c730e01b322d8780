import type { CommitSummary } from "../git/compare.ts";
import { escapeHtml } from "../pages/escape-html.ts";
import { describeNotes } from "./describe-update.ts";
import type { CopyUpdate } from "./find-updates.ts";
import { listConflicts } from "./render-conflicts.ts";
import { renderLines, renderLong, type Section } from "./sections.ts";

/** What pages say of a copy before its sections. */
export function listNotes(found: CopyUpdate): string[] {
  return [
    ...describeNotes(found),
    ...(isNewInNameOnly(found) ? ["The newer version changes nothing here but which version was deployed."] : []),
  ];
}

function isNewInNameOnly({ copy, ...found }: CopyUpdate): boolean {
  if (found.kind !== "database" || copy.receipt.isPartial === true) return false;
  const { behind, changes, conflicts } = found.update;
  return behind > 0 && changes.length === 0 && conflicts.length === 0;
}

/** All that pages tell of a copy: what needs a person first, then what an update brings, then what people changed. */
export function listSections(found: CopyUpdate, hide: (text: string) => string): Section[] {
  const conflicts = listConflicts(found, hide);
  return [...(conflicts === undefined ? [] : [conflicts]), ...listOthers(found, hide)].filter(
    ({ number }) => number > 0,
  );
}

function listOthers(found: CopyUpdate, hide: (text: string) => string): Section[] {
  const toLines = (lines: readonly string[]): Pick<Section, "number" | "body"> => ({
    number: lines.length,
    body: renderLines(lines.map(hide)),
  });
  if (found.kind === "problem") return [];
  if (found.kind === "database") {
    const { changes, edits, conflicts } = found.update;
    const undisputed = edits.filter((edit) => !conflicts.some(({ text }) => text === edit));
    return [
      { heading: "What an update changes", tone: "news", ...toLines(changes) },
      {
        heading: `What people changed${found.copy.receipt.overwrites === true ? "" : ", and keep"}`,
        tone: "good",
        ...toLines(undisputed),
      },
    ];
  }
  const { incoming, behind, edits, editedFiles } = found.update;
  const isCut = behind > incoming.length && incoming.length === 100;
  return [
    {
      heading: `New in the template${isCut ? ", the newest 100" : ""}`,
      tone: "news",
      number: Math.max(behind, incoming.length),
      body: renderCommits(incoming, hide),
    },
    {
      heading: "Changed in the copy",
      tone: "good",
      number: edits.length,
      body: renderCommits(edits, hide),
    },
    { heading: "Files that differ because of it", tone: "good", ...toLines(editedFiles) },
  ];
}

function renderCommits(commits: readonly CommitSummary[], hide: (text: string) => string): string {
  const items = commits.map(
    ({ subject, author, date, commit }) =>
      `<li><span class="what" title="${commit}">${escapeHtml(hide(subject))}</span><span class="who" title="${escapeHtml(hide(author))}">${escapeHtml(hide(author))}</span><time datetime="${escapeHtml(date)}">${escapeHtml(date.slice(0, 10))}</time></li>`,
  );
  return renderLong(items, (some) => `<ul class="list">${some.join("")}</ul>`);
}
