import type { SpaceTile } from "./overview.ts";

/** From so many tenants or spaces on a page folds what repeats. */
const many = 30;

/** So few are shown one by one all the same. */
const few = 4;

/** Is there so much that what repeats is in the way? */
export function isMuch(tiles: readonly SpaceTile[]): boolean {
  return tiles.length >= many || tiles.some(({ tenants }) => tenants.length >= many);
}

/** What is alike, in the order of the first of each. */
export interface Alike<Item> {
  first: Item;
  /** Without the first. */
  others: Item[];
}

/** Each for itself, as long as nothing is folded. */
export function unfolded<Item>(items: readonly Item[]): Alike<Item>[] {
  return items.map((first) => ({ first, others: [] }));
}

/** Items of the same key stand where the first of them stands. */
export function foldAlike<Item>(items: readonly Item[], keyOf: (item: Item) => string): Alike<Item>[] {
  const byKey = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [item]);
    else known.push(item);
  }
  const shown = new Set<string>();
  return items.flatMap((item) => {
    const key = keyOf(item);
    const [first = item, ...others] = byKey.get(key) ?? [];
    if (others.length + 1 < few) return [{ first: item, others: [] }];
    if (shown.has(key)) return [];
    shown.add(key);
    return [{ first, others }];
  });
}

/** What a space is made of, whatever it and its tenants are called and whatever was deployed there. */
export function outlineOf({ environments, projects, counts, tenants, isDefault }: SpaceTile): string {
  const insides = projects.map(({ name, runbooks }) => [name, runbooks]);
  return JSON.stringify([isDefault, environments, insides, counts, tenants.length]);
}

/** Where the newest deployments of a project went in spaces that are alike: how often each. */
export function addUpDeployments(
  projectName: string,
  tiles: readonly SpaceTile[],
): { environment: string; release: string; state: string; count: number }[] {
  const all = tiles.flatMap(({ projects }) => projects.find(({ name }) => name === projectName)?.deployments ?? []);
  return unfoldCounts(all);
}

function unfoldCounts<Item extends object>(items: readonly Item[]): (Item & { count: number })[] {
  const counts = new Map<string, Item & { count: number }>();
  for (const item of items) {
    const key = JSON.stringify(item);
    const known = counts.get(key) ?? { ...item, count: 0 };
    known.count++;
    counts.set(key, known);
  }
  return [...counts.values()].toSorted((a, b) => b.count - a.count);
}
