/** The way to a place in a document, from its end: few are ever asked where they are. */
export interface Trail {
  above: Trail | undefined;
  /** Of a field, or of an item in brackets. */
  name: string;
  isItem: boolean;
}

/** Whether it leads to where these fields do, whatever items are on the way. */
export function leadsTo(trail: Trail | undefined, path: readonly string[]): boolean {
  let left = path.length;
  for (let step = trail; step !== undefined; step = step.above) {
    if (step.isItem) continue;
    left -= 1;
    if (step.name !== path[left]) return false;
  }
  return left === 0;
}

/** `Steps[Deploy].Actions[Deploy].WorkerPoolId` */
export function describeTrail(trail: Trail | undefined): string {
  return listSteps(trail)
    .map(({ name }) => name)
    .filter((part) => part !== "[]")
    .join(".")
    .replaceAll(".[", "[")
    .replaceAll("[]", "");
}

/** From the top down. */
function listSteps(trail: Trail | undefined): Trail[] {
  return trail === undefined ? [] : [...listSteps(trail.above), trail];
}
