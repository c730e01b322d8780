import { findNearNames } from "../near-names.ts";
import { foldName, isSameName } from "../octopus/same-name.ts";
import { pluralOf } from "../resources/describe-by-kind.ts";
import { resourceKinds } from "../resources/index.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import { ParameterError } from "../step/errors.ts";
import { matchNames, type NameFilter } from "./name-patterns.ts";

/** What of a space is wanted. */
export interface Selection {
  /** A kind each, with a name or a pattern behind a colon: `account`, `project: Web .*`. None means everything. */
  resources?: readonly string[];
  /** The same for what stays behind, whatever else selects it. */
  leftOut?: readonly string[];
  /** Names or patterns of project groups whose projects are wanted. */
  projectGroups?: readonly string[];
  /** Canonical names of tags (`Region/Europe`): what has one of them is wanted. */
  tags?: readonly string[];
  /** What becomes of what the selected refers to and the selection does not have. */
  needs?: Needs;
}

/** Comes along, has to be in the space where it is deployed, or is refused by name. */
export type Needs = "include" | "lookUp" | "refuse";

/** Whether one resource is wanted. */
export type ResourceFilter = (kind: ResourceKind, name: string) => boolean;

/** Kinds of which a package of a space can have resources of their own. */
export const selectableKinds: readonly ResourceKind[] = resourceKinds.filter(
  ({ ownedBy, isLookUpOnly }) => ownedBy === undefined && isLookUpOnly !== true,
);

/**
 * @param lines - see {@link Selection.resources}
 * @throws {@link ParameterError} for a kind that there is not, with near names
 */
export function matchResources(lines: readonly string[]): ResourceFilter {
  const patterns = new Map<string, string[]>();
  for (const line of lines) {
    const { kind, pattern } = readLine(line);
    patterns.set(kind.id, [...(patterns.get(kind.id) ?? []), pattern]);
  }
  const filters = new Map([...patterns].map(([kind, names]): [string, NameFilter] => [kind, matchNames(names)]));
  return (kind, name) => filters.get(kind.id)?.(name) === true;
}

/** A line of a selection: a kind, and a name or a pattern; `.*` where it means all of the kind. */
export interface SelectedLine {
  kind: ResourceKind;
  pattern: string;
}

/** @throws {@link ParameterError} for a kind that there is not, with near names */
export function readLine(line: string): SelectedLine {
  const [word = "", ...rest] = line.split(":");
  const pattern = rest.join(":").trim();
  return { kind: findByWord(word.trim()), pattern: pattern === "" ? allOfKind : pattern };
}

/** The pattern of a line that names a kind alone: nobody expects that there is one. */
export const allOfKind = ".*";

/** By its name in sentences, in the singular or the plural, or by its id. */
function findByWord(word: string): ResourceKind {
  const found = selectableKinds.find((kind) => wordsOf(kind).some((own) => isSameName(own, word)));
  if (found !== undefined) return found;
  const labels = selectableKinds.map(({ label }) => label);
  throw new ParameterError(
    `Failed to read "${word}" as a kind of resource: a space has no such kind.${findNearNames(word, labels)} Write one of ${labels.join(", ")}, and behind a colon a name or a pattern if not all of them are meant.`,
  );
}

function wordsOf({ id, label }: ResourceKind): string[] {
  return [id, label, pluralOf(label)].map(foldName);
}
