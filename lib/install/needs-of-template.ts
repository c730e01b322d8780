import { isMap, isSeq, parseDocument } from "yaml";
import { listTargets, toGraph } from "../baseline/baseline-to-graph.ts";
import { fromGraph, type BaselineReading } from "../baseline/graph-to-baseline.ts";
import { parseBaseline } from "../baseline/parse-baseline.ts";
import { renderBaseline } from "../baseline/render-baseline.ts";
import { sections } from "../baseline/sections/index.ts";
import { escapePattern } from "../graph/name-patterns.ts";
import { readGraph, readProject } from "../graph/read-graph.ts";
import { selectableKinds } from "../graph/select-resources.ts";
import { ownSpace, targetId, type Target } from "../model/graph.ts";
import { objectsOf, textOf } from "../model/json.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { foldName, isSameName } from "../octopus/same-name.ts";
import { describeByKind } from "../resources/describe-by-kind.ts";
import { listHolders } from "../resources/holders.ts";
import { findKind } from "../resources/index.ts";
import { isInAnySpace } from "../resources/is-in-any-space.ts";
import { StepError } from "../step/errors.ts";
import { clientSpaceNames, type BaselineChoice } from "./client-space.ts";
import { readOwnBaseline, type OwnBaseline } from "./own-baseline.ts";
import { variableSetNames } from "./variable-sets.ts";

/** What a template refers to and does not bring: each managed space has to have it. */
export interface TemplateNeeds {
  project: string;
  lookUps: readonly Target[];
  /** Why nobody can say; undefined where that is all. */
  problem?: string;
}

/**
 * Reads what each of the projects needs, as Serialize Project finds it when nobody tells it otherwise, and its own baseline does not bring.
 * @param ownBaseline - the one that the only project is to have; undefined leaves what each has
 */
export function readNeeds(
  space: OctopusSpace,
  { projects, ownBaseline }: { projects: readonly string[]; ownBaseline?: OwnBaseline | undefined },
): Promise<TemplateNeeds[]> {
  return Promise.all(
    projects.map(async (project) => {
      const [needs, installed] = await Promise.all([readNeedsOf(space, project), readOwnBaseline(space, project)]);
      const own = ownBaseline?.text ?? installed;
      const brings = own === undefined ? undefined : readTargets(own);
      return { ...needs, lookUps: needs.lookUps.filter((target) => brings?.(target) !== true) };
    }),
  );
}

async function readNeedsOf(space: OctopusSpace, project: string): Promise<TemplateNeeds> {
  try {
    const { graph } = await readProject(space, project, { exclude: stayingBehind });
    return { project, lookUps: graph.lookUps.filter((target) => !isTeamOfServer(target)) };
  } catch (error) {
    // What is wrong with the project, Serialize Project tells; an installation does not need it.
    if (!(error instanceof StepError)) throw error;
    return { project, lookUps: [], problem: error.message };
  }
}

/** Teams that no space has, since all have them (documentation, "System teams"). */
function isTeamOfServer({ kind, key: [name = ""] }: Target): boolean {
  return kind === "team" && ["Everyone", "Octopus Administrators", "Octopus Managers"].includes(name);
}

const stayingBehind = {
  libraryVariableSets: Object.values(variableSetNames),
  variables: ["Private\\..*"],
  runbooks: ["__ .*"],
  environments: ["Sync"],
};

export interface BaselineWithNeeds {
  baseline: BaselineChoice;
  /** What a person is to know of it, one sentence each. */
  sentences: string[];
}

export interface BaselineOptions {
  /** What the step has, or is to have. */
  baseline: BaselineChoice;
  needs: readonly TemplateNeeds[];
  /** Puts what is missing into the baseline; else it is told. */
  isExtending: boolean;
}

/** The baseline that lets the first deployment of each template find what it needs in a space that was just made. */
export async function meetNeeds(
  space: OctopusSpace,
  { baseline, needs, isExtending }: BaselineOptions,
): Promise<BaselineWithNeeds> {
  const unread = needs.flatMap(({ project, problem }) =>
    problem === undefined ? [] : [`What "${project}" needs in a managed space is not known: ${problem}`],
  );
  const had = readTargets(baseline.text);
  if (had === undefined) return { baseline, sentences: unread };
  const open = needs.map(({ project, lookUps }) => ({ project, missing: lookUps.filter((target) => !had(target)) }));
  const missing = [...new Map(open.flatMap((one) => one.missing).map((target) => [targetId(target), target])).values()];
  if (missing.length === 0) return { baseline, sentences: unread };
  const reading = await readResources(space, missing);
  const text = addToBaseline(baseline.text, reading);
  const brings = readTargets(text) ?? had;
  const sentences = open.flatMap((one) => describeNeeds({ ...one, brings, isExtending }));
  if (isExtending)
    return {
      baseline: { text, file: baseline.file ?? `what ${needs.map(({ project }) => project).join(" and ")} needs` },
      sentences: [...unread, ...sentences],
    };
  const isSaid = Object.keys(reading.baseline).length > 0;
  return { baseline, sentences: [...unread, ...sentences, ...(isSaid ? [describeLines(reading)] : [])] };
}

/** @returns whether a space with that baseline has it; undefined for a baseline that cannot be read here, as one with expressions of Octopus's */
function readTargets(text: string): ((target: Target) => boolean) | undefined {
  try {
    if (text.includes("#{")) return undefined;
    const brought = listTargets(toGraph(parseBaseline(text, "baseline")));
    const ids = new Set(brought.map(toName));
    return (target) => (findKind(target.kind) !== undefined && isInAnySpace(target)) || ids.has(toName(target));
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    return undefined;
  }
}

/** As Octopus compares names. */
function toName({ kind, key }: Target): string {
  return foldName(targetId({ kind, key }));
}

/** As they are in the management space, where the template uses them, with what they need themselves. */
async function readResources(space: OctopusSpace, targets: readonly Target[]): Promise<BaselineReading> {
  const whole = targets.flatMap((target) => [...listHolders(target), target]);
  const lines = whole.flatMap(({ kind: id, key: [name = ""] }) => {
    const kind = selectableKinds.find((one) => one.id === id);
    return kind === undefined || !isSaidInBaselines(id) ? [] : [`${id}: ${escapePattern(name)}`];
  });
  if (lines.length === 0) return { baseline: {}, remarks: [] };
  const select = { resources: [...new Set(lines)], leftOut: ["environment: Sync"], needs: "include" } as const;
  const { graph } = await readGraph(space, ownSpace, { select });
  return fromGraph({ ...graph, nodes: graph.nodes.filter(({ kind, key }) => !isInAnySpace({ kind, key })) });
}

function isSaidInBaselines(kind: string): boolean {
  return sections.some((section) => section.kind === kind);
}

/** The document with what it does not have yet; comments and what people wrote stay. */
function addToBaseline(text: string, { baseline }: BaselineReading): string {
  const document = parseDocument(text);
  for (const [key, resources] of Object.entries(baseline)) {
    const present = document.get(key);
    const names = isSeq(present)
      ? present.items.flatMap((item) => (isMap(item) ? [String(item.get("name"))] : []))
      : [];
    for (const resource of objectsOf({ resources }, "resources")) {
      if (names.some((name) => isSameName(name, textOf(resource, "name")))) continue;
      if (isSeq(document.get(key))) document.addIn([key], document.createNode(resource));
      else document.set(key, document.createNode([resource]));
    }
  }
  return document.toString({ lineWidth: 0 });
}

interface OpenNeeds {
  project: string;
  missing: readonly Target[];
  /** Whether the baseline has it now, or would. */
  brings: (target: Target) => boolean;
  isExtending: boolean;
}

function describeNeeds({ project, missing, brings, isExtending }: OpenNeeds): string[] {
  const name = (targets: readonly Target[]): string => targets.map(describeByKind).join(", ");
  const brought = missing.filter(brings);
  const others = missing.filter((target) => !brings(target));
  const where = `the baseline of "${clientSpaceNames.runbook}"`;
  return [
    ...(brought.length === 0
      ? []
      : [
          isExtending
            ? `"${project}" needs in a managed space ${name(brought)}: ${where} brings that now. Run "${clientSpaceNames.runbook}" for tenants whose spaces are there already.`
            : `"${project}" needs in a managed space ${name(brought)}, which ${where} does not bring. Install with --extend-baseline, or add the lines below.`,
        ]),
    ...(others.length === 0
      ? []
      : [`"${project}" needs in a managed space ${name(others)}, which no baseline can bring: see that each has it.`]),
  ];
}

function describeLines(reading: BaselineReading): string {
  return renderBaseline(reading, { about: `For the baseline of "${clientSpaceNames.runbook}":` }).trimEnd();
}
