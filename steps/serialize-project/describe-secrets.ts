import { forEachSecret, type ResourceGraph } from "../../lib/model/graph.ts";

/** What is good to know of the secrets that a deployment sends: one sentence, or none where there are no such secrets. */
export function describeSecrets(graph: ResourceGraph): string[] {
  const names = listSecretVariables(graph);
  if (names.length === 0) return [];
  return [
    `Deployments send the secrets of ${names.join(", ")} as their runs see them, with expressions evaluated: a value in which "#{" stands for itself is typed with "##{", here as anywhere in Octopus. An expression is better kept in a variable that is not sensitive and refers to the secret.`,
  ];
}

function listSecretVariables({ nodes }: ResourceGraph): string[] {
  const names = new Set<string>();
  for (const { body } of nodes)
    forEachSecret(body, ({ $secret: { variable } }) => {
      if (variable !== null) names.add(variable);
    });
  return [...names].toSorted();
}
