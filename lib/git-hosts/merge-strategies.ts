import { mergeMethods, type MergeMethod } from "./git-host.ts";

/** What a host with more ways to merge than we tell apart calls each of ours, the most usual one first. */
export type Strategies = Readonly<Record<MergeMethod, readonly [string, ...string[]]>>;

/** @returns the host's word for a method, the first that is allowed; undefined where none is. Where the host does not say what is, the first */
export function chooseStrategy(
  strategies: Strategies,
  method: MergeMethod,
  allowed: readonly string[] | undefined,
): string | undefined {
  return allowed === undefined
    ? strategies[method][0]
    : strategies[method].find((strategy) => allowed.includes(strategy));
}

/** @returns the methods that are among those words, in their order */
export function toMergeMethods(strategies: Strategies, allowed: readonly string[]): MergeMethod[] {
  const methods = allowed.flatMap((strategy) => mergeMethods.filter((method) => strategies[method].includes(strategy)));
  return [...new Set(methods)];
}

/** @returns what is preferred first */
export function preferFirst(allowed: readonly string[], preferred: string | null | undefined): string[] {
  return allowed.toSorted((a, b) => Number(b === preferred) - Number(a === preferred));
}
