import { findMissingProcessTemplates, listProcessTemplateUses } from "../resources/process-template.ts";
import { targetId, type Target } from "../model/graph.ts";
import { textOf } from "../model/json.ts";
import { ParameterError } from "../step/errors.ts";
import { getKind } from "../resources/index.ts";
import { createComparison, describe, type CompareOptions, type Comparison, type NodePlan } from "./comparison.ts";
import { addDecisions, createDecisionBook, type Decision } from "./decision.ts";
import { describeImpossible } from "./describe-impossible.ts";
import { describeByKind } from "../resources/describe-by-kind.ts";
import { findLookUps } from "./find-look-ups.ts";
import type { CopyHistory } from "./history.ts";
import type { Difference, KeptDifference } from "./difference.ts";
import type { Obstacle } from "./obstacle.ts";
import { planAll } from "./plan-nodes.ts";
import { planStepTemplates, type StepTemplatePlan } from "./plan-step-templates.ts";
import { createSpaceDirectory } from "./space-directory.ts";
import { listMissingDefaults } from "./template-secrets.ts";
import { holdUsedItems } from "./used-items.ts";

/** What would be done about one resource, or was: data alone, and no secret in it. */
export interface PlannedResource {
  target: Target;
  /** For sentences: `the runbook "Restart" of "Hello World"`. */
  description: string;
  action: NodePlan["action"];
  /** Its id in the space; absent when it is not there. */
  id?: string;
  /** People made it, and it is taken for the template's. */
  isAdopted: boolean;
  /** What is in it that people made, and is taken for the template's. */
  adoptedItems?: string[];
  changes: Difference[];
  kept: KeptDifference[];
  /** Where secrets are sent. */
  secrets: string[];
}

/** What the space would become. */
export interface Plan {
  resources: PlannedResource[];
  /** Why nothing of it can be done, a phrase each. */
  problems: string[];
  /** The same, with what each is about. */
  obstacles: Obstacle[];
  /** What was deployed before, is still in the space, and is no longer in the graph. */
  noLongerInGraph: string[];
}

/** A plan, and what is needed to carry it out. */
export interface Compared {
  /** What people decided, before and now; without what they decided now where nobody gave anything. */
  decisions: readonly Decision[];
  /** Why something that was given does not hold, a sentence each. */
  undecided: readonly string[];
  comparison: Comparison;
  plans: NodePlan[];
  plan: Plan;
}

/** Reads what the space has and compares it with the graph, three ways where it is known what was deployed before. Writes nothing. */
export async function compareGraph({ given, ...options }: CompareOptions & GivenDecisions): Promise<Compared> {
  const known = options.decisions ?? [];
  const compared = await look(options);
  if (given === undefined) return compared;
  const { made, remarks } = given(compared, known);
  // What is taken may bring back what others need, so all of it is looked at once more.
  const decided = made.length === 0 ? compared : await look({ ...options, decisions: addDecisions(known, made) });
  return { ...decided, undecided: remarks };
}

/** What people decide in this run, about the space as it was just looked at. */
export interface GivenDecisions {
  given?: ((compared: Compared, known: readonly Decision[]) => ReadDecisions) | undefined;
}

/** What became of what they decided. */
export interface ReadDecisions {
  /** Those that hold, and were not known. */
  made: Decision[];
  /** Why others do not, a sentence each. */
  remarks: string[];
}

async function look(options: CompareOptions): Promise<Compared> {
  const book = createDecisionBook(options.graph.nodes, options.decisions);
  const directory = createSpaceDirectory(options.space);
  const missing = await findLookUps(options.graph, { space: options.space, directory });
  const templates = await planStepTemplates(options.graph.nodes, {
    ...options,
    directory,
    book,
    installed: options.installed ?? {},
  });
  const comparison = createComparison(options, { directory, templates, book });
  const plans = await planAll(comparison);
  await holdUsedItems(comparison, plans);
  const others = await findMissingProcessTemplates(options.space, listProcessTemplateUses(options.graph.nodes));
  const obstacles = [
    ...missing,
    ...[...(options.problems ?? []), ...others, ...listTemplateProblems(comparison)].map(toObstacle),
    ...listMissingDefaults(comparison),
    ...(await describeImpossible(comparison, plans)).map(toObstacle),
    ...plans.flatMap((plan) => plan.problems),
  ];
  const noLongerInGraph = (await listNoLongerInGraph(comparison)).map(({ description }) => description);
  return {
    comparison,
    plans,
    decisions: options.decisions ?? [],
    undecided: [],
    plan: { ...toPlan(comparison, plans), ...tellOnce(obstacles), noLongerInGraph },
  };
}

function toObstacle(text: string): Obstacle {
  return { text };
}

function tellOnce(all: readonly Obstacle[]): Pick<Plan, "problems" | "obstacles"> {
  const obstacles = [...new Map(all.map((obstacle) => [obstacle.text, obstacle])).values()];
  return { obstacles, problems: obstacles.map(({ text }) => text) };
}

/** The resources of a plan as they are by now: before, or after it was carried out. */
export function toPlan(comparison: Comparison, plans: readonly NodePlan[]): Pick<Plan, "resources"> {
  const templates = comparison.templates.map((template) => toPlannedTemplate(comparison, template));
  const known = new Map(plans.map((plan) => [targetId(plan.node), plan]));
  return { resources: [...templates, ...plans.map((plan) => toPlannedResource(comparison, plan, known))] };
}

/** @throws {@link ParameterError} listing all problems of the plan, in the words of who asked for it */
export function refuseProblems({ problems, obstacles }: Pick<Plan, "problems" | "obstacles">): void {
  if (problems.length === 0) return;
  const lacks = obstacles.some(({ lookUp }) => lookUp !== undefined);
  const advice = lacks ? ` ${baselineAdvice}` : "";
  const [only, another] = problems;
  if (another === undefined)
    throw new ParameterError(`${only ?? ""}. Nothing was written. Solve this and run the step again.${advice}`);
  const list = problems.map((problem) => `- ${problem}`).join("\n");
  throw new ParameterError(
    `${problems.length} things are in the way:\n${list}\nNothing was written. Solve these and run the step again.${advice}`,
  );
}

/** A space that somebody made by hand has what the template needs by chance alone. */
const baselineAdvice =
  'What this and every other managed space needs, the baseline of "__ Create Client Space" can bring: "managed-spaces install --extend-baseline" puts it there.';

function listTemplateProblems({ templates, missingStepTemplates = "install", canDetach = true }: Comparison): string[] {
  const missing = missingStepTemplates === "fail" ? templates.filter(({ action }) => action !== "none") : [];
  const taken = canDetach ? [] : templates.filter(({ action }) => action === "skip" && missingStepTemplates !== "fail");
  const nameOf = ({ node }: StepTemplatePlan): string => `step template "${node.key[0] ?? ""}"`;
  return [
    ...missing.map((plan) => `the space has no ${nameOf(plan)} with the content that the package uses`),
    ...taken.map(
      (plan) =>
        `the space has a ${nameOf(plan)} of its own, which files in Git cannot do without (rename that one, or set "Overwrite Downstream Changes")`,
    ),
  ];
}

function toPlannedResource(
  comparison: Comparison,
  plan: NodePlan,
  known: ReadonlyMap<string, NodePlan>,
): PlannedResource {
  const { node, action, merge, secrets, isAdopted, adoptedItems, current } = plan;
  return {
    target: { kind: node.kind, key: node.key },
    description: describeInSpace(comparison, plan, known),
    action,
    ...(current !== undefined && { id: current.Id }),
    isAdopted,
    adoptedItems,
    changes: merge.changes,
    kept: merge.kept,
    secrets: action === "none" ? [] : [...secrets.toSend.keys()],
  };
}

/** By the names that it and its owners have in the space in the end: people may have given the template's name to something else there. */
function describeInSpace(comparison: Comparison, { node }: NodePlan, known: ReadonlyMap<string, NodePlan>): string {
  const key = keyInSpace(node, known);
  return key === undefined ? describe(comparison, node) : describeByKind({ kind: node.kind, key });
}

/** @returns undefined for what is called by more than its name */
function keyInSpace(target: Target, known: ReadonlyMap<string, NodePlan>): string[] | undefined {
  const plan = known.get(targetId(target));
  const owner = plan?.node.owner;
  const above = owner === undefined ? [] : keyInSpace(owner, known);
  if (plan === undefined || above === undefined) return undefined;
  if (plan.kind.isSingleton === true) return above;
  const isByName = plan.node.key.length === above.length + 1 && plan.kind.isVersioned !== true;
  const name = textOf(plan.merge.body, "Name") || textOf(plan.desired, "Name");
  return isByName && name !== "" ? [...above, name] : undefined;
}

function toPlannedTemplate(
  comparison: Comparison,
  { node, action, current, merge }: StepTemplatePlan,
): PlannedResource {
  return {
    target: { kind: node.kind, key: node.key },
    description: describe(comparison, node),
    action,
    ...(current !== undefined && { id: current.Id }),
    isAdopted: false,
    changes: action === "create" ? [] : merge.changes,
    kept: merge.kept,
    secrets: [],
  };
}

export interface GoneNode {
  description: string;
  node: CopyHistory["base"][number];
  id: string;
}

/** What deployments made, and the graph has no more, as far as the space has it. */
export async function listNoLongerInGraph(comparison: Comparison): Promise<GoneNode[]> {
  const { histories, history, directory, finder, nodes } = comparison;
  const known = nodes.flatMap((node) => {
    const settled = histories.findSettled(node);
    return settled === undefined ? [] : [{ node, settled }];
  });
  const gone = (history?.base ?? []).filter((node) => !known.some(({ settled }) => settled === node));
  const present: GoneNode[] = [];
  for (const node of gone) {
    const kind = getKind(node.kind);
    const owner = known.find(({ settled }) => node.owner !== undefined && isTarget(settled, node.owner))?.node;
    if (kind.isSingleton === true || owner === undefined || directory.findDocument(owner) === undefined) continue;
    const id = histories.findRecordedId(node) ?? "";
    const documents = await finder.list(kind, { kind: owner.kind, key: owner.key });
    if (documents.some((document) => document.Id === id))
      present.push({ description: describe(comparison, node), node, id });
  }
  return present;
}

function isTarget({ kind, key }: Target, target: Target): boolean {
  return targetId({ kind, key }) === targetId(target);
}
