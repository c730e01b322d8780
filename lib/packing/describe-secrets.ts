import type { UnresolvedSecret } from "../graph/explain-secrets.ts";
import type { GraphReading } from "../graph/read-graph.ts";
import { forEachSecret, type ResourceGraph } from "../model/graph.ts";
import type { StepContext } from "../step/define-step.ts";

/** What is good to know of the secrets that a deployment sends: one sentence, or none where there are no such secrets. */
export function describeSecrets(graph: ResourceGraph): string[] {
  const names = listSecretVariables(graph);
  if (names.length === 0) return [];
  return [
    `Deployments send the secrets of ${names.join(", ")} as their runs see them, with expressions evaluated: a value in which "#{" stands for itself is typed with "##{", here as anywhere in Octopus. An expression is better kept in a variable that is not sensitive and refers to the secret.`,
  ];
}

/** Those that a deployment could not send; one that has a name of its own is known when this run, which is like the deploying one, has it. */
export function listUnresolvedSecrets(
  { unresolvedSecrets }: GraphReading,
  { readVariable, mask }: Pick<StepContext, "readVariable" | "mask">,
): UnresolvedSecret[] {
  return unresolvedSecrets.filter(({ named }) => {
    const value = named === undefined ? undefined : readVariable(named);
    if (value !== undefined) mask(value);
    return value === undefined;
  });
}

/** The names of the variables whose secrets deployments send. */
export function listSecretVariables({ nodes }: ResourceGraph): string[] {
  const names = new Set<string>();
  for (const { body } of nodes)
    forEachSecret(body, ({ $secret: { variable, named } }) => {
      const name = variable ?? named;
      if (name !== undefined) names.add(name);
    });
  return [...names].toSorted();
}
