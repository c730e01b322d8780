import type { GitReading } from "../graph/read-graph.ts";
import type { Key } from "../model/graph.ts";
import { foldName } from "../octopus/same-name.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { findIdKind } from "../ocl/list-ids.ts";
import type { OclReference } from "../ocl/list-references.ts";
import { slugOf } from "../ocl/slug-of.ts";
import type { OclNames } from "../ocl/translate-references.ts";
import { getKind } from "../resources/index.ts";

export interface MatchedNames {
  /** What the template's files name, by what it is called in the copy's. */
  names: OclNames;
  /** What the mapping leads to and the space lacks. */
  missing: MissingName[];
}

export interface MissingName {
  kind: string;
  /** In the template's files. */
  said: string;
  /** What the space would have to have. */
  name: string;
}

export interface NameMatching {
  space: OctopusSpace;
  /** What the copy's files say already, as the receipt has it. */
  known: OclNames;
  /** What the template's files name by ids. */
  ids: readonly OclReference[];
}

/** Finds what files name in another space: by what a mapping calls it, and what has only an id by its name. */
export async function matchNames(
  git: GitReading | undefined,
  { space, known, ids }: NameMatching,
): Promise<MatchedNames> {
  const used = new Set(ids.map(({ slug }) => slug));
  const names: Record<string, Record<string, string>> = { ...known };
  const missing: MissingName[] = [];
  for (const [kind, said] of Object.entries(git?.names ?? {})) {
    const wanted = listWanted(said, git?.called?.[kind] ?? said, (name) => findIdKind(name) === kind && used.has(name));
    const open = wanted.filter(({ said: name }) => !Object.hasOwn(known[kind] ?? {}, name));
    const found = open.length === 0 ? [] : await findThere(space, kind, open);
    const own = found.flatMap(({ said: name, there }) => (there === undefined ? [] : [[name, there] as const]));
    if (own.length > 0) names[kind] = { ...Object.fromEntries(own), ...known[kind] };
    const lacking = found.filter(({ there }) => there === undefined);
    missing.push(...lacking.map(({ said: name, key }) => ({ kind, said: name, name: key.join("/") })));
  }
  return { names, missing };
}

interface WantedName {
  said: string;
  /** What the space calls it. */
  key: Key;
}

/** Ids, where files have them; slugs of what a mapping calls otherwise. */
function listWanted(
  said: Readonly<Record<string, Key>>,
  called: Readonly<Record<string, Key>>,
  isUsedId: (name: string) => boolean,
): WantedName[] {
  return Object.entries(said).flatMap(([name, key]) => {
    const own = called[name] ?? key;
    return isUsedId(name) || (findIdKind(name) === undefined && own.join("/") !== key.join("/"))
      ? [{ said: name, key: own }]
      : [];
  });
}

async function findThere(
  space: OctopusSpace,
  kindId: string,
  wanted: readonly WantedName[],
): Promise<(WantedName & { there: string | undefined })[]> {
  // Whether the space has a tag is asked with all else that its files name.
  if (kindId === "tag") return wanted.map((one) => ({ ...one, there: one.key.join("/") }));
  const kind = getKind(kindId);
  const documents = new Map((await kind.list(space)).map((document) => [foldName(kind.nameOf(document)), document]));
  return wanted.map((one) => {
    const document = documents.get(foldName(one.key[0] ?? ""));
    const name = document && (findIdKind(one.said) === undefined ? slugOf(kindId, document) : document.Id);
    return { ...one, there: name === "" ? document?.Id : name };
  });
}

/** @returns a phrase for each that files use */
export function describeMissingNames(
  missing: readonly MissingName[],
  { space, uses }: { space: OctopusSpace; uses: readonly OclReference[] },
): string[] {
  return missing.flatMap(({ kind, said, name }) => {
    const [use] = uses.filter((one) => one.kind === kind && foldName(one.slug) === foldName(said));
    const label = `${getKind(kind).label} "${name}"`;
    return use === undefined
      ? []
      : [`the space "${space.name}" has no ${label}, which is meant by "${said}" that ${use.usedBy} names`];
  });
}
