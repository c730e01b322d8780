import type { Mapping, Way } from "./mapping-schema.ts";
import { createList } from "./rules.ts";
import { leavable } from "./sections.ts";

/** What a mapping says of scopes that the space does not match. */
export interface Ways {
  /**
   * @param section - of what is scoped: `variables`
   * @param by - what it is scoped to: `environments`
   * @returns undefined where the mapping does not say
   */
  find(section: string | undefined, by: string | undefined): Way | undefined;
  /** Whether the thing may apply everywhere when nothing of its scope is left. */
  mayWiden(section: string | undefined, name: string): boolean;
}

export function createWays({ scopes, widen = {} }: Mapping): Ways {
  const lists = new Map(leavable.map((section) => [section, createList(widen[section])]));
  return {
    find(section = "", by = "") {
      if (scopes === undefined || typeof scopes === "string") return scopes;
      const ways = scopes[section];
      return ways === undefined || typeof ways === "string" ? ways : ways[by];
    },
    mayWiden: (section = "", name) => lists.get(section)?.find(name) !== undefined,
  };
}
