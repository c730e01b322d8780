import { toPattern } from "../graph/name-patterns.ts";
import { foldName } from "../octopus/same-name.ts";

/** What is said about things by their names, and which of it was of use. */
export interface Rules<T> {
  /** What is said about the name: by the name itself before a pattern, and by an earlier pattern before a later. */
  find(name: string): Rule<T> | undefined;
  /** The names and patterns that nothing was called. */
  listUnused(): string[];
}

export interface Rule<T> {
  value: T;
  /** That which the whole name matches; absent for the name itself. */
  pattern?: RegExp;
}

/**
 * @param entries - names, or regular expressions that match the whole name, with what is said about them
 * @throws {@link ParameterError} for one that is neither
 */
export function createRules<T>(entries: readonly (readonly [wanted: string, value: T])[]): Rules<T> {
  const exact = new Map(entries.map(([wanted, value]) => [foldName(wanted), { wanted, value }]));
  const patterns = entries.flatMap(([wanted, value]) => {
    const pattern = isPattern(wanted) ? toPattern(wanted) : undefined;
    return pattern === undefined ? [] : [{ wanted, value, pattern }];
  });
  const used = new Set<string>();
  return {
    find(name) {
      const found = exact.get(foldName(name)) ?? patterns.find(({ pattern }) => pattern.test(name));
      if (found !== undefined) used.add(found.wanted);
      return found;
    },
    listUnused: () => entries.map(([wanted]) => wanted).filter((wanted) => !used.has(wanted)),
  };
}

/** Names have dots in them: one alone makes no pattern of `Database.Name`. */
function isPattern(wanted: string): boolean {
  return /[*+?^$|\\()[\]{}]/.test(wanted);
}

/** Names or patterns about which there is nothing more to say. */
export function createList(lines: readonly string[] = []): Rules<true> {
  return createRules(lines.map((line) => [line, true] as const));
}

/** Each `$2` and `$<name>` in what a name becomes that no group of the pattern is behind; a name that is no pattern has none, and its text stays as it is. */
export function listLackingGroups(wanted: string, text: string): { written: string; groups: number }[] {
  const pattern = isPattern(wanted) ? toPattern(wanted) : undefined;
  if (pattern === undefined) return [];
  const found = new RegExp(`${pattern.source}|`, "i").exec("");
  const groups = (found?.length ?? 1) - 1;
  const named = new Set(Object.keys(found?.groups ?? {}));
  const isThere = (name: string): boolean =>
    name.startsWith("<") ? named.has(name.slice(1, -1)) : isGroup(Number(name)) || isGroup(Number(name.charAt(0)));
  const isGroup = (number: number): boolean => number > 0 && number <= groups;
  return [...text.matchAll(/\$(?:\$|(?<name>\d{1,2}|<[^>]*>))/g)].flatMap(({ 0: written, groups: parts }) =>
    parts?.["name"] === undefined || isThere(parts["name"]) ? [] : [{ written, groups }],
  );
}

/** What the name becomes: the rule's text, which has the groups of a pattern as `$1`. No name begins or ends with a space. */
export function replaceName(name: string, { value, pattern }: Rule<string>): string {
  return (pattern === undefined ? value : name.replace(pattern, value)).trim();
}
