import type { GraphNode } from "../model/graph.ts";
import { getKind } from "../resources/index.ts";
import { joinLabels } from "./names.ts";
import { quote } from "./quote.ts";

/**
 * The step templates of a package that its module makes; others it finds in the space, where they are people's.
 * @param readFile - gives a file of the package, or undefined where it has no such
 */
export function listMadeTemplates(
  nodes: readonly GraphNode[],
  readFile: (path: string) => string | undefined,
): GraphNode[] {
  return nodes.filter(({ kind, key: [name = ""] }) => {
    if (getKind(kind).isVersioned !== true) return false;
    const label = `steptemplate_${joinLabels(name)}`;
    const lines = readFile(`space_population/${label}.tf`)?.split("\n") ?? [];
    if (lines.includes(`resource "octopusdeploy_community_step_template" "${label}" {`)) return true;
    // Names that sanitize alike have other labels, so that the file of this one may be another's.
    const isNamed = lines.some((line) => /^ {2}name +=/.test(line) && line.endsWith(`= ${quote(name)}`));
    return isNamed && lines.includes(`resource "octopusdeploy_step_template" "${label}" {`);
  });
}
