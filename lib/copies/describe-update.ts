import type { MergeConflict } from "../git/merge.ts";
import { describeUntranslated } from "./describe-untranslated.ts";
import type { CopyUpdate } from "./find-updates.ts";
import type { SolvedConflict } from "./solve-conflicts.ts";

/** Ordered from what needs nobody to what needs somebody. */
export const updateStatuses = [
  "Up to date",
  "Can be merged",
  "Can be deployed",
  "Gone",
  "Conflicts",
  "Unrelated",
  "Broken",
  "Failed",
] as const;
export type UpdateStatus = (typeof updateStatuses)[number];

/** One word or two for a copy. */
export function statusOf(found: CopyUpdate): UpdateStatus {
  if (found.kind === "problem") return found.isGone ? "Gone" : "Failed";
  if (found.kind === "git" && found.update.broken.length > 0) return "Broken";
  const { status } = found.update;
  if (status === "up-to-date") return "Up to date";
  if (status === "conflicting") return "Conflicts";
  if (status === "unrelated") return "Unrelated";
  return found.kind === "git" ? "Can be merged" : "Can be deployed";
}

/** The status of the copy that needs attention most. */
export function worstStatus(all: readonly CopyUpdate[]): UpdateStatus | "No copy" {
  if (all.length === 0) return "No copy";
  return updateStatuses[Math.max(0, ...all.map((found) => updateStatuses.indexOf(statusOf(found))))] ?? "Failed";
}

/** How far the copy is behind: commits in Git, versions of the package else. */
export function countBehind(found: CopyUpdate): number {
  return found.kind === "problem" ? 0 : found.update.behind;
}

const endings: Record<UpdateStatus, string> = {
  "Up to date": "up to date",
  "Can be merged": "can be merged",
  "Can be deployed": "can be deployed",
  Gone: "gone",
  Conflicts: "with conflicts",
  Unrelated: "unrelated",
  Broken: "broken",
  Failed: "failed",
};

/** `3 can be merged, 1 with conflicts`, in the order of {@link updateStatuses}. */
export function summarizeStatuses(all: readonly CopyUpdate[]): string {
  const counted = updateStatuses.map((status) => ({
    status,
    number: all.filter((found) => statusOf(found) === status).length,
  }));
  return counted.flatMap(({ status, number }) => (number === 0 ? [] : [`${number} ${endings[status]}`])).join(", ");
}

/** `3 commits`, `1 version`, or "" for a copy that lacks nothing. */
export function describeBehind(found: CopyUpdate): string {
  const behind = countBehind(found);
  if (behind === 0 || found.kind === "problem") return "";
  return count(behind, found.kind === "git" ? "commit" : "version");
}

/** Who changed what in the copy, in short. */
export function describeEdits(found: CopyUpdate): string {
  if (found.kind === "problem") return "";
  if (found.kind === "database")
    return found.update.edits.length === 0 ? "" : count(found.update.edits.length, "change");
  const { edits } = found.update;
  if (edits.length === 0) return "";
  const authors = [...new Set(edits.map(({ author }) => author))];
  return `${count(edits.length, "commit")} by ${authors.slice(0, 3).join(", ")}${authors.length > 3 ? " and others" : ""}`;
}

/** What a person has to know about the copy beyond its row in a table, one line each. */
export function describeWarnings(found: CopyUpdate): string[] {
  if (found.kind === "problem") return [found.text];
  return found.kind === "database"
    ? [...found.update.conflicts.map(({ text }) => text), ...describeNotes(found)]
    : [...describeNotes(found), ...found.update.conflicts.map(describeConflict)];
}

/** Of a copy that was not made from its template's repository. */
export const unrelated =
  "Its repository has no commit in common with that of the template. Fork the template's repository, and set that as the copy's.";

/** @param problem - a sentence about a file */
export function describeBroken(problem: string): string {
  return `Octopus cannot load the project: ${problem}`;
}

/** What a person has to know beside the conflicts. */
export function describeNotes(found: CopyUpdate): string[] {
  if (found.kind === "problem") return [found.text];
  if (found.kind === "database") return describeManner(found);
  const { update, missingStepTemplates, packagesBehind } = found;
  const templates = missingStepTemplates.map((name) => `"${name}"`).join(", ");
  return [
    ...(update.status === "unrelated" ? [unrelated] : []),
    ...(update.wasRewritten
      ? [
          "The template's branch was rewritten by a forced push since the copy took its commits, so that commits may meet again.",
        ]
      : []),
    ...(templates === ""
      ? []
      : [
          `The space lacks step templates that the template uses: ${templates}. Run "__ 2. Fork and Deploy Project" first.`,
        ]),
    ...(packagesBehind === 0
      ? []
      : [
          `What Octopus keeps outside of Git is ${count(packagesBehind, "version")} behind. Run "__ 2. Fork and Deploy Project".`,
        ]),
    ...(update.solved.length === 0
      ? []
      : [`Conflicts that solve themselves: ${update.solved.map((one) => describeSolved(one)).join("; ")}.`]),
    ...update.broken.map(describeBroken),
    ...(found.untranslated ?? []).map(describeUntranslated),
  ];
}

/** `deployment_process.ocl (the sides differ in order alone)`. */
export function describeSolved({ path, differences }: SolvedConflict, render = (text: string): string => text): string {
  return `${render(path)} (the sides differ in ${differences.join(" and ")} alone)`;
}

/** What the plan of a copy cannot tell: how its next deployment differs from one that only brings what is new. */
function describeManner({ copy, update }: Extract<CopyUpdate, { kind: "database" }>): string[] {
  const { overwrites, isPartial, upstream } = copy.receipt;
  const isOverwritten = overwrites === true && update.edits.length > 0;
  const isUnseen = isPartial === true && update.behind > 0;
  return [
    ...(isOverwritten
      ? [
          "The last deployment overwrote what people had changed, and the next one does so again with the same parameters.",
        ]
      : []),
    ...(isUnseen
      ? [
          `It is compared with the version that was deployed last. What version ${update.newest} of "${upstream?.["document"] ?? ""}" changes is told by Populate Space with "Only Plan".`,
        ]
      : []),
  ];
}

/** `deployment_process.ocl: modified in the copy, deleted in the template`. */
export function describeConflict(conflict: MergeConflict): string {
  const { into, from } = describeConflictSides(conflict);
  return `${conflict.path}${conflict.kind === "binary" ? " (a binary file)" : ""}: ${into} in the copy, ${from} in the template`;
}

/** What each side did to the file, or has in its place. */
export function describeConflictSides({ kind, into, from }: MergeConflict): { into: string; from: string } {
  return kind === "file-directory" ? { into: toThing(into), from: toThing(from) } : { into, from };
}

/** Of a file and a folder of one name Git tells what became of the file. */
function toThing(side: MergeConflict["into"]): string {
  return side === "absent" || side === "deleted" ? "a folder" : "a file";
}

export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}
