import { targetId, type GraphNode, type LookUp, type Remark, type ResourceGraph, type Target } from "../model/graph.ts";
import { findNearNames } from "../near-names.ts";
import { isVersionControlSettings } from "../resources/version-control.ts";
import { ParameterError } from "../step/errors.ts";
import { createChoices, type Choices } from "./choices.ts";
import { findCollisions } from "./find-collisions.ts";
import { leaveBehind } from "./leave-behind.ts";
import { createLimits } from "./limit-environments.ts";
import { listLookUps, listTargets } from "./list-targets.ts";
import type { Mapping } from "./mapping-schema.ts";
import { createRun, type MappingContext, type MappingRun, type PlaceProblem } from "./mapping-run.ts";
import { renameNode } from "./rename-graph.ts";
import { createOwnNames } from "./own-names.ts";
import { createRenaming } from "./rename-target.ts";
import { ruleName, sectionOf } from "./sections.ts";
import { createValues } from "./set-values.ts";
import { createWays } from "./ways.ts";

export interface Mapped {
  graph: ResourceGraph;
  /** What stays behind, and why; by the names of the package. */
  remarks: Remark[];
  /** A sentence for each rule that is about nothing in the package. */
  warnings: string[];
  /** What the space calls it. */
  rename(target: Target): Target;
  /** Whether the mapping leaves it behind by its name. */
  isLeftOut(target: Target): boolean;
}

/**
 * The graph as one space is to have it: without what stays behind there, with its own values, under its own names. Identities stay, so
 * that a copy that was made before is known.
 * @throws {@link ParameterError} telling of everything that the mapping would widen, break, or call the same, at once
 */
export function applyMapping(graph: ResourceGraph, mapping: Mapping, context: MappingContext): Mapped {
  const run = createRun(mapping, context);
  const before = listTargets(graph);
  const choices = createChoices(mapping);
  const own = createOwnNames(before.values());
  const [limits, values] = [createLimits(mapping, own), createValues(run, own)];
  const renaming = createRenaming(mapping, (target) => before.has(targetId(target)));
  const told = graph.nodes.map((node) => values.apply(limits.apply(node)));
  if (context.has !== undefined)
    run.problems.push(...own.listUnknown((target) => context.has?.(renaming.rename(target)) !== false));
  const isMissing = findMissing(told, run, renaming.rename);
  const kept = leaveBehind(told, run, { choices, ways: createWays(mapping), isMissing });
  if (kept.length === 0 && graph.nodes.length > 0) run.problems.push("The mapping leaves nothing of the package.");
  const after = listTargets({ nodes: kept, lookUps: [] });
  run.problems.push(...findCollisions(after.values(), renaming));
  const targets = [...before.values(), ...after.values(), ...(context.named ?? [])];
  for (const target of targets) if (!choices.isTargetLeftOut(target)) renaming.rename(target);
  noteUnused(run, { targets, choices, unused: [limits, values, renaming].flatMap((rules) => rules.listUnused()) });
  noteGit(run, kept);
  refuse(run);
  const nodes = kept.map((node) => renameNode(node, renaming));
  const known = graph.lookUps.map((lookUp) => ({ ...lookUp, ...renaming.rename(lookUp) }));
  return {
    graph: { nodes, lookUps: listLookUps(nodes, known), remarks: renameRemarks(graph.remarks, renaming.rename) },
    remarks: run.remarks,
    warnings: run.warnings,
    rename: renaming.rename,
    isLeftOut: choices.isTargetLeftOut,
  };
}

function renameRemarks(remarks: readonly Remark[], rename: Mapped["rename"]): Remark[] {
  return remarks.map(({ about, text }) => ({ about: rename(about), text }));
}

/** What a space has to have for the package, by the names that the mapping leads to: of this the context's `has` is asked. */
export function listWanted(
  graph: ResourceGraph,
  mapping: Mapping,
  context: Pick<MappingContext, "readVariable">,
): LookUp[] {
  const before = listTargets(graph);
  const { rename } = createRenaming(mapping, (target) => before.has(targetId(target)));
  const own = createOwnNames(before.values());
  const [limits, values] = [createLimits(mapping, own), createValues(createRun(mapping, context), own)];
  const nodes = graph.nodes.map((node) => values.apply(limits.apply(node)));
  const lookUps = listLookUps(nodes, graph.lookUps);
  return lookUps.map((lookUp) => ({ ...lookUp, ...rename(lookUp) }));
}

/** What the package brings is not missing. */
function findMissing(
  nodes: readonly GraphNode[],
  { has }: MappingRun,
  rename: (target: Target) => Target,
): (target: Target) => boolean {
  if (has === undefined) return () => false;
  const lookUps = new Set(listLookUps(nodes, []).map(targetId));
  return (target) => lookUps.has(targetId(target)) && !has(rename(target));
}

interface Unused {
  targets: readonly Target[];
  choices: Choices;
  unused: readonly { section: string; wanted: string }[];
}

/** To leave out everything but something that is not there would leave nothing. */
function noteUnused(run: MappingRun, { targets, choices, unused }: Unused): void {
  const describe = ({ section, wanted }: { section: string; wanted: string }): string => {
    const names = targets.filter((target) => sectionOf(target) === section).map(ruleName);
    return `Nothing in the package is what the mapping calls "${wanted}" (${section}).${findNearNames(wanted, names)}`;
  };
  const left = choices.listUnused();
  run.warnings.push(...[...unused, ...left.filter(({ isException }) => !isException)].map(describe));
  run.problems.push(...left.filter(({ isException }) => isException).map(describe));
}

/** Of files in Git names alone are led to others. */
function noteGit({ warnings, named }: MappingRun, nodes: readonly GraphNode[]): void {
  const inGit = nodes.filter(isVersionControlSettings).map(({ key }) => `"${key.at(-1) ?? ""}"`);
  if (inGit.length === 0) return;
  warnings.push(
    named === undefined
      ? `The mapping does not reach what ${inGit.join(", ")} has in Git: its process, runbooks and variables there come as they are.`
      : `Of what ${inGit.join(", ")} has in Git the mapping reaches the names of other resources alone: its process, runbooks and variables there come as they are else.`,
  );
}

function refuse({ problems, places }: MappingRun): void {
  const told = Object.entries(sentences).flatMap(([problem, tell]) => {
    const found = [...new Set(isPlaceProblem(problem) ? places[problem] : [])];
    return found.length === 0 ? [] : [tell(found.join(", "))];
  });
  const all = [...new Set([...problems, ...told])];
  if (all.length === 0) return;
  throw new ParameterError(
    `Failed to apply the mapping:\n${all.join("\n")}\nNothing was written. Correct the mapping and run the step again.`,
  );
}

function isPlaceProblem(problem: string): problem is PlaceProblem {
  return problem in sentences;
}

const sentences: Record<PlaceProblem, (places: string) => string> = {
  widened: (places) =>
    `Nothing of the scope is left of ${places}: each of them would apply everywhere. Leave it out ("leaveOut", or the way "skipUnlessPartialMatch"), lead its scope to something that the space has, or name it under "widen".`,
  mismatched: (places) =>
    `The space does not have all to which something is scoped: ${places}. Make what is missing, lead it to something that the space has, or choose another way under "scopes".`,
  needed: (places) => `What is left out is needed: ${places}. Leave out what needs it, too, or let it come along.`,
  unknown: (places) => `This run has no variable ${places}. Give the run these variables, such as by its tenant.`,
  sensitive: (places) =>
    `A mapping holds no secrets: ${places} is sensitive, and gets its value by "secret: { variable: … }".`,
};
