/** Whether what both have comes in the same order. */
export function isSameOrder(a: readonly string[], b: readonly string[]): boolean {
  const common = a.filter((id) => b.includes(id));
  return common.join("\n") === b.filter((id) => a.includes(id)).join("\n");
}

/**
 * The members in the order of the first list; those that only the second has come behind their neighbors there.
 * @param keyOf - what tells one element from another
 */
export function mergeOrder<T>(
  { order, others, members }: { order: readonly T[]; others: readonly T[]; members: readonly T[] },
  keyOf: (element: T) => string = String,
): T[] {
  const wanted = new Set(members.map(keyOf));
  const isMember = (element: T): boolean => wanted.has(keyOf(element));
  const result = order.filter(isMember);
  const rest = others.filter(isMember);
  const has = (element: T): boolean => result.some((other) => keyOf(other) === keyOf(element));
  rest.forEach((element, index) => {
    if (has(element)) return;
    const before = rest.slice(0, index).findLast(has);
    const position = before === undefined ? -1 : result.findIndex((other) => keyOf(other) === keyOf(before));
    result.splice(position + 1, 0, element);
  });
  return result;
}
