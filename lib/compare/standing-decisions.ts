import type { Compared } from "./compare-graph.ts";
import type { Decision } from "./decision.ts";

/**
 * The decisions that are to be remembered after a run: what was decided for the space, as long as the space has it; what was decided for
 * the template, so that its line does not count as one about nothing; and what this package has nothing of, be it an older one.
 */
export function listStanding({ decisions, comparison, plans }: Compared): Decision[] {
  const { book } = comparison;
  const all = [...comparison.templates, ...plans].map(
    ({ node, merge }) => [book.identityOf(node), merge.kept] as const,
  );
  const kept = new Map(all.map(([resource, list]) => [resource, new Set(list.map(({ place }) => place))]));
  return decisions.filter(({ resource, place, choice }) => {
    const places = kept.get(resource);
    return places === undefined || choice === "template" || place === "" || places.has(place);
  });
}
