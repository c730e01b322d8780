import type { FleetReport } from "../../fleet-report.ts";

export const searchKinds = ["space", "project", "person", "variable", "template", "instance"] as const;

export type SearchKind = (typeof searchKinds)[number];

export interface SearchEntry {
  kind: SearchKind;
  name: string;
  /** What tells it from others of its kind: a tenant's id, an address, a template's key; else the name. */
  key: string;
  /** Tenants' ids. */
  spaces: string[];
  folded: string;
}

export interface SearchResult {
  kind: SearchKind;
  entries: SearchEntry[];
  /** How many there are besides. */
  more: number;
}

/** All that can be found, each name once. */
export function makeSearchIndex(report: FleetReport): SearchEntry[] {
  const entries = new Map<string, SearchEntry>();
  const add = (kind: SearchKind, name: string, space: string, { key = name, text = name } = {}): void => {
    const id = `${kind}\n${key}`;
    const known = entries.get(id);
    if (known === undefined) entries.set(id, { kind, name, key, spaces: [space], folded: fold(text) });
    else if (known.spaces.at(-1) !== space) known.spaces.push(space);
  };
  const templates = new Map(report.templates.map(({ key, name }) => [key, name]));
  for (const space of report.spaces) {
    const { id, name } = space.tenant;
    add("space", space.name, id, { key: id, text: `${space.name} ${name} ${space.id ?? ""}` });
    add("instance", space.instance, id);
    for (const copy of space.copies) {
      const text = templates.get(copy.template) ?? copy.template;
      add("template", text, id, { key: copy.template });
    }
    for (const project of space.projects) add("project", project.name, id);
    for (const person of space.people) add("person", person.name, id);
    for (const variable of space.variables) add("variable", variable, id);
  }
  return [...entries.values()];
}

/** What has all words of the query, by kind, the nearest first. */
export function search(index: readonly SearchEntry[], query: string, most: number): SearchResult[] {
  const folded = fold(query);
  const words = folded.split(" ").filter((word) => word !== "");
  if (words.length === 0) return [];
  const found = new Map<SearchKind, [score: number, entry: SearchEntry][]>();
  for (const entry of index) {
    if (!words.every((word) => entry.folded.includes(word))) continue;
    const list = found.get(entry.kind);
    const scored: [number, SearchEntry] = [scoreOf(entry.folded, folded), entry];
    if (list === undefined) found.set(entry.kind, [scored]);
    else list.push(scored);
  }
  return searchKinds.flatMap((kind) => {
    const list = found.get(kind) ?? [];
    const entries = nearest(list, most);
    return entries.length === 0 ? [] : [{ kind, entries, more: list.length - entries.length }];
  });
}

/** As people type it: without case, accents and what stands between words. */
export function fold(text: string): string {
  return text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/\s+/g, " ")
    .trim();
}

/** The less the nearer: the whole name, its beginning, the beginning of a word, anywhere. */
function scoreOf(folded: string, query: string): number {
  const at = folded.indexOf(query);
  if (at === 0) return folded.length === query.length ? 0 : 1;
  if (at < 0) return 4;
  return /[\p{L}\p{N}]/u.test(folded[at - 1] ?? "") ? 3 : 2;
}

/** Sorting thousands for the few that are shown would be felt while typing. */
function nearest(list: readonly (readonly [score: number, entry: SearchEntry])[], most: number): SearchEntry[] {
  const best: SearchEntry[] = [];
  for (let score = 0; score <= 4 && best.length < most; score += 1) {
    const equal = list.filter((one) => one[0] === score).map(([, entry]) => entry);
    if (equal.length <= 500) equal.sort((a, b) => a.folded.length - b.folded.length);
    best.push(...equal.slice(0, most - best.length));
  }
  return best;
}
