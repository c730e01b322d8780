import { findNearNames } from "../near-names.ts";
import { capitalize } from "../resources/describe-by-kind.ts";
import { allOfKind, readLine, type Selection } from "./select-resources.ts";

/** What of a selection names something and selects nothing: mostly a typing error. */
export interface UnfitLine {
  /** The name or the pattern. */
  pattern: string;
  /** A sentence but for its end: `"project: Webb" selects nothing in the space "Default"`. */
  text: string;
  /** Names that may have been meant: a sentence with a space before it, or "". */
  near: string;
}

interface Listed {
  /** In sentences: `the space "Default"`. */
  place: string;
  namesOf(kind: string): string[];
  /** Whether a part of the selection selects something. */
  selects(part: Selection): boolean;
}

/** @returns one for each line, project group and tag that selects nothing */
export function listUnfit(selection: Selection, { place, namesOf, selects }: Listed): UnfitLine[] {
  const unfit = listParts(selection).filter(({ part }) => !selects(part));
  return unfit.map(({ pattern, said, kind }) => ({
    pattern,
    text: `${said} selects nothing in ${place}`,
    near: kind === undefined ? "" : findNearNames(pattern, namesOf(kind)),
  }));
}

interface Part {
  pattern: string;
  /** In sentences. */
  said: string;
  part: Selection;
  /** Of what the pattern is to fit. */
  kind?: string;
}

function listParts({ resources = [], projectGroups = [], tags = [] }: Selection): Part[] {
  const lines = resources.map((line): Part => {
    const { kind, pattern } = readLine(line);
    return { pattern, said: `"${line.trim()}"`, part: { resources: [line] }, kind: kind.id };
  });
  return [
    ...lines.filter(({ pattern }) => pattern !== allOfKind),
    ...projectGroups.map((pattern) => ({
      pattern,
      said: `the project group "${pattern}"`,
      part: { projectGroups: [pattern] },
      kind: "projectGroup",
    })),
    ...tags.map((pattern) => ({ pattern, said: `the tag "${pattern}"`, part: { tags: [pattern] } })),
  ];
}

/** Why a selection has nothing in it. */
export function describeEmpty({
  unfit,
  source,
}: {
  unfit: readonly UnfitLine[];
  source: { space: { name: string } };
}): string {
  const texts = unfit.map(({ text }) => text);
  const why = texts.length > 0 ? texts.join(", ") : `the space "${source.space.name}" has nothing of what is selected`;
  return `The selection has nothing in it: ${why}.${unfit.map(({ near }) => near).join("")}`;
}

/** As a sentence. */
export function describeUnfit({ text, near }: UnfitLine): string {
  return `${capitalize(text)}.${near}`;
}
