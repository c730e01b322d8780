import { forEachSecret, mapSecrets, type GraphNode, type ResourceGraph, type SecretMark } from "../model/graph.ts";
import { foldName } from "../octopus/same-name.ts";
import { getKind } from "../resources/index.ts";
import { nameOwner } from "./name-resource-secrets.ts";

/**
 * Gives the sensitive variables of a whole space names that say whose they are: `Project[Web].Password`, `Project[Web].Password[Test]`,
 * `LibraryVariableSet[Common].Token`. Where only one in the graph has its plain name, a run may have it by that as well.
 */
export function nameSetSecrets(graph: ResourceGraph): ResourceGraph {
  const counts = countNames(graph.nodes);
  const isAlone = (name: string): boolean => counts.get(foldName(name)) === 1;
  return { ...graph, nodes: graph.nodes.map((node) => (isSet(node) ? nameIn(node, isAlone) : node)) };
}

function isSet({ kind, owner }: GraphNode): boolean {
  return kind === "variableSet" && owner !== undefined;
}

function countNames(nodes: readonly GraphNode[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { body } of nodes.filter(isSet))
    forEachSecret(body, ({ $secret: { variable } }) => {
      const name = foldName(variable ?? "");
      counts.set(name, (counts.get(name) ?? 0) + 1);
    });
  return counts;
}

function nameIn(node: GraphNode, isAlone: (name: string) => boolean): GraphNode {
  const owner = nameOwner(getKind(node.owner?.kind ?? ""), node.key);
  const body = mapSecrets(node.body, ({ $secret: { variable, named } }): SecretMark => {
    const plain = variable ?? "";
    const full = `${owner}.${named ?? plain}`;
    if (!isAlone(plain)) return { $secret: { variable: full } };
    return { $secret: { variable: plain, named: full } };
  });
  return { ...node, body };
}
