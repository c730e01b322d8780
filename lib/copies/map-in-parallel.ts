/** Does the work for all items, a few at a time. @returns the results in the order of the items */
export async function mapInParallel<T, R>(
  items: readonly T[],
  { atATime }: { atATime: number },
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Map<number, R>();
  const queue = items.entries();
  const take = async (): Promise<void> => {
    for (const [index, item] of queue) results.set(index, await work(item));
  };
  await Promise.all(Array.from({ length: Math.min(atATime, items.length) }, take));
  return [...results].toSorted(([a], [b]) => a - b).map(([, result]) => result);
}
