import type { Compared } from "../compare/compare-graph.ts";
import { describe } from "../compare/comparison.ts";

/**
 * What the whole space shares is known by its name, whoever made it. A project of that name is another project, until somebody says
 * that it is to become the copy.
 * @returns a phrase for each project of the space that has the name of the package's, and that no deployment of the package made
 */
export function findStrangers({ comparison, plans }: Compared): string[] {
  const { histories } = comparison;
  return plans
    .filter(({ kind, node, current }) => {
      const isThere = kind.isRenamable === true && current !== undefined;
      return isThere && histories.findId(node) === undefined && !histories.wasMaking(node, current);
    })
    .map(({ node, current }) => {
      const what = describe(comparison, node);
      return `the space has ${what} (${current?.Id ?? ""}) that no deployment of this package made (rename it, leave the project out of the package, or choose "Adopt Existing Projects")`;
    });
}
