import { count } from "../copies/describe-update.ts";
import type { RehearsalRecord } from "../deployment/rehearsal-record.ts";
import { describeCause, listSome } from "./group-causes.ts";
import type { Rehearsal, RehearsedCopy } from "./rehearsal.ts";

/** `"hello_world" 1.0.3`. */
export function namePackage({ package: { id, version } }: Pick<Rehearsal, "package">): string {
  return version === "" ? `"${id}"` : `"${id}" ${version}`;
}

/** One sentence about all of it. */
export function summarizeRehearsal(rehearsal: Rehearsal): string {
  const { copies, changed, unchanged, refused, unknown, kept, conflicts } = rehearsal.counts;
  const parts = [
    part(changed, "would be changed"),
    part(unchanged, "would stay as they are"),
    part(refused, "would refuse it"),
    part(unknown, "could not be looked at"),
  ].filter((text) => text !== "");
  const disputed = conflicts === 0 ? "" : `, with ${count(conflicts, "conflict")}`;
  const keeping = kept === 0 ? "" : ` People's changes would be kept in ${kept}${disputed}.`;
  const what = rehearsal.package.kind === "baseline" ? "baseline" : "package";
  return `The ${what} ${namePackage(rehearsal)} in ${count(copies, "copy", "copies")}: ${parts.join(", ")}.${keeping}${summarizeFiles(rehearsal)}`;
}

function summarizeFiles({ counts: { files } }: Rehearsal): string {
  if (files === undefined) return "";
  const parts = [
    part(files.merges, "would merge"),
    part(files.conflicts, "with conflicts"),
    part(files.upToDate, "up to date"),
    part(files.others, "not to be merged"),
  ].filter((text) => text !== "");
  return ` Files in Git: ${parts.join(", ")}.`;
}

/** A line for each copy whose files in Git are not as the template's. */
export function listFileLines({ copies }: Pick<Rehearsal, "copies">): { text: string; isGood: boolean }[] {
  return copies.flatMap((copy) => {
    const { files } = copy;
    if (files === undefined || files.outcome === "upToDate") return [];
    return [{ text: `${nameCopy(copy)}: ${files.text}`, isGood: files.outcome === "merges" }];
  });
}

function part(number: number, text: string): string {
  return number === 0 ? "" : `${number} ${number === 1 ? text.replace("they are", "it is") : text}`;
}

/** The causes, one line each, with what mends them. */
export function listCauseLines({ causes }: Pick<Rehearsal, "causes">): string[] {
  return causes.map((cause) => {
    const what = describeCause(cause).replace(/\.$/, "");
    return `${what}: ${listSome(cause.spaces)}. ${cause.mend}`;
  });
}

/** A line for each copy in which something would be kept, or is in conflict. */
export function listKeptLines({ copies }: Pick<Rehearsal, "copies">): string[] {
  return copies.flatMap((copy) => {
    const { kept, conflicts } = copy;
    if (kept.length + conflicts.length === 0) return [];
    const texts = [...conflicts.map(({ text }) => text), ...kept];
    return [
      `${nameCopy(copy)}: ${texts.slice(0, 3).join(" ")}${texts.length > 3 ? ` And ${texts.length - 3} more.` : ""}`,
    ];
  });
}

/** The space, and the copy in it where it is called otherwise. */
export function nameCopy({ space, name }: Pick<RehearsedCopy, "space" | "name">): string {
  return name === "" ? space : `${space}, ${name}`;
}

/** What deployments may ask for. */
export function toRecord(rehearsal: Rehearsal): RehearsalRecord {
  const { package: own, at, copies, selection } = rehearsal;
  const refused = copies.filter(({ outcome }) => outcome === "refused").map(({ tenant }) => tenant.name);
  return {
    format: 1,
    package: own.id,
    version: own.version,
    at,
    copies: copies.length,
    refused: [...new Set(refused)],
    ...(selection !== "" && { tenants: [...new Set(copies.map(({ tenant }) => tenant.id))] }),
  };
}
