import { textOf } from "../model/json.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import { foldName } from "../octopus/same-name.ts";

/** The documents, the second of two that are called the same as `name #2`, where Octopus lets them be called so. */
export function numberNames(documents: readonly OctopusDocument[]): OctopusDocument[] {
  const counts = new Map<string, number>();
  return documents.map((document) => {
    const name = textOf(document, "Name");
    const count = (counts.get(foldName(name)) ?? 0) + 1;
    counts.set(foldName(name), count);
    return count === 1 ? document : { ...document, Name: `${name} #${count}` };
  });
}
