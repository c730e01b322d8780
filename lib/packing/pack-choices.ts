import type { PackChoices } from "../engines/engine.ts";
import { matchResources } from "../graph/select-resources.ts";
import type { GraphNode } from "../model/graph.ts";
import { getKind } from "../resources/index.ts";

/** What the forms of all steps that make packages ask about the Terraform module. */
export interface PackingInput extends Pick<PackChoices, "terraformBackend" | "detachStepTemplates"> {
  terraformImports: boolean;
  terraformLookUps: readonly string[];
  terraformPollingMachines: boolean;
}

/**
 * The answers, for the engines.
 * @throws {@link ParameterError} for a kind of resource that there is not
 */
export function toPackChoices(input: PackingInput): PackChoices {
  return {
    terraformBackend: input.terraformBackend,
    detachStepTemplates: input.detachStepTemplates,
    importsExisting: input.terraformImports,
    withPolling: input.terraformPollingMachines,
    isLookedUp: matchLookUps(input.terraformLookUps),
  };
}

/** What all else is there for; a line that says so instead of a kind. */
const dependencies = "dependencies";

function matchLookUps(lines: readonly string[]): (node: GraphNode) => boolean {
  const kinds = lines.filter((line) => line.trim() !== dependencies);
  const matches = matchResources(kinds);
  const isOfAll = kinds.length < lines.length;
  return ({ kind, key }) => (isOfAll && kind !== "project") || matches(getKind(kind), key[0] ?? "");
}
