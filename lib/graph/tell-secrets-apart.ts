import {
  forEachSecret,
  mapSecrets,
  targetId,
  type GraphNode,
  type ResourceGraph,
  type SecretMark,
} from "../model/graph.ts";
import { foldName } from "../octopus/same-name.ts";
import { getKind } from "../resources/index.ts";

/**
 * Names that are put together of others may come out the same: the runbook *C* of *A/B* and *B/C* of *A* are both `A/B/C`. The secrets
 * of the second are called with a number behind, so that no run sends one thing's secret to another.
 */
export function tellSecretsApart(graph: ResourceGraph): ResourceGraph {
  const owners = new Map<string, string[]>();
  for (const node of graph.nodes)
    forEachSecret(node.body, (mark) => {
      const name = nameOf(mark);
      const known = owners.get(name) ?? [];
      if (name !== "" && !known.includes(ownerOf(node))) owners.set(name, [...known, ownerOf(node)]);
    });
  const shared = new Map([...owners].filter(([, { length }]) => length > 1));
  const places = new Set([...shared.values()].flat());
  const tell = (node: GraphNode): GraphNode => ({
    ...node,
    body: mapSecrets(node.body, (mark) =>
      withNumber(mark, 1 + (shared.get(nameOf(mark))?.indexOf(ownerOf(node)) ?? 0)),
    ),
  });
  return { ...graph, nodes: graph.nodes.map((node) => (places.has(ownerOf(node)) ? tell(node) : node)) };
}

/** As a run looks for it first. */
function nameOf({ $secret: { variable, named } }: SecretMark): string {
  return foldName(named ?? variable ?? "");
}

/** All versions of one thing have its secrets. */
function ownerOf({ kind, key }: GraphNode): string {
  return targetId({ kind, key: getKind(kind).isVersioned === true ? key.slice(0, 1) : key });
}

function withNumber(mark: SecretMark, number: number): SecretMark {
  if (number === 1) return mark;
  const { variable, named, unresolvable } = mark.$secret;
  const plain = named ?? variable ?? "";
  const told = `${plain} #${number}`;
  return {
    $secret: {
      ...mark.$secret,
      ...(named === undefined ? { variable: told } : { named: told }),
      ...(unresolvable !== undefined && { unresolvable: unresolvable.replaceAll(`"${plain}"`, () => `"${told}"`) }),
    },
  };
}
