import type { PackChoices } from "../engines/engine.ts";
import { allOfKind, matchResources, readLine } from "../graph/select-resources.ts";
import type { GraphNode, ResourceGraph } from "../model/graph.ts";
import { findNearNames } from "../near-names.ts";
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

/** Names in the lines that nothing in the package has, a sentence each: what is not looked up is made. */
export function listUnfitLookUps(lines: readonly string[], { nodes, lookUps }: ResourceGraph): string[] {
  return listKindLines(lines).flatMap((line) => {
    const { kind, pattern } = readLine(line);
    const matches = matchResources([line]);
    const targets = [...nodes, ...lookUps].filter((target) => target.kind === kind.id);
    const names = targets.map(({ key: [name = ""] }) => name);
    if (pattern === allOfKind || names.some((name) => matches(kind, name))) return [];
    return [`Nothing in the package is "${line.trim()}", which is to be looked up.${findNearNames(pattern, names)}`];
  });
}

function listKindLines(lines: readonly string[]): string[] {
  return lines.filter((line) => line.trim() !== dependencies);
}

function matchLookUps(lines: readonly string[]): (node: GraphNode) => boolean {
  const kinds = listKindLines(lines);
  const matches = matchResources(kinds);
  const isOfAll = kinds.length < lines.length;
  return ({ kind, key }) => (isOfAll && kind !== "project") || matches(getKind(kind), key[0] ?? "");
}
