import { targetId, type Target } from "../model/graph.ts";
import { getKind } from "../resources/index.ts";
import { ParameterError } from "../step/errors.ts";
import {
  createApply,
  describe,
  listStepTemplateUses,
  type Apply,
  type ApplyOptions,
  type NodePlan,
  type StepTemplateUses,
} from "../compare/apply-state.ts";
import { findStepTemplates, type StepTemplatePlan } from "../compare/bind-step-templates.ts";
import { findLookUps } from "../compare/find-look-ups.ts";
import type { Difference, KeptDifference } from "../compare/merge.ts";
import { planAll } from "../compare/plan-nodes.ts";
import { createSpaceDirectory } from "../compare/space-directory.ts";
import { writeAll } from "./write-nodes.ts";

/** What was done, or would be, about one resource. */
export interface Outcome {
  target: Target;
  /** For sentences: `the runbook "Restart" of "Hello World"`. */
  description: string;
  action: NodePlan["action"];
  changes: Difference[];
  kept: KeptDifference[];
  /** How many secrets were sent with it. */
  secretCount: number;
}

export interface ApplyResult {
  outcomes: Outcome[];
  /** What was deployed before, is still in the space, and is no longer in the graph. */
  noLongerInGraph: string[];
  /** By target, the ids of what the graph's resources are in the space. */
  ids: Record<string, string>;
  stepTemplates: StepTemplateUses;
  /** The HMACs of the secrets that the space has now. */
  secretDigests: Record<string, string>;
}

/**
 * Makes the space have what the graph says, and keeps what people changed there. Writes nothing where nothing differs. Before the
 * first write all that would make it fail later is known: what the graph points to and the space lacks, and secrets without a value.
 * @throws {@link ParameterError} listing all of those at once
 */
export async function applyGraph(options: ApplyOptions): Promise<ApplyResult> {
  const directory = createSpaceDirectory(options.space);
  const problems = (await findLookUps(options.graph, { space: options.space, directory })).map(
    (lack) => `the space "${options.space.name}" has no ${lack.replace(/^the /, "")}`,
  );
  const templates = await findStepTemplates(options.graph, { space: options.space, directory });
  const apply = createApply(options, { directory, templates });
  const plans = await planAll(apply);
  refuseProblems([
    ...problems,
    ...(options.problems ?? []),
    ...listTemplateProblems(apply),
    ...plans.flatMap((plan) => plan.problems),
  ]);

  if (!options.onlyPlan) await writeAll(apply, plans);
  return toResult(apply, plans);
}

function listTemplateProblems({ templates, missingStepTemplates = "install" }: Apply): string[] {
  if (missingStepTemplates !== "fail") return [];
  return templates.map(
    ({ node }) => `the space has no step template "${node.key[0] ?? ""}" with the content that the package uses`,
  );
}

function refuseProblems(problems: string[]): void {
  if (problems.length === 0) return;
  const all = [...new Set(problems)];
  throw new ParameterError(
    `${all.length === 1 ? `${all[0] ?? ""}. ` : `${all.length} things are missing:\n${all.map((problem) => `- ${problem}`).join("\n")}\n`}Nothing was written. Add what is missing and run the step again.`,
  );
}

async function toResult(apply: Apply, plans: NodePlan[]): Promise<ApplyResult> {
  const outcomes = plans.map((plan) => toOutcome(apply, plan));
  const ids = plans.flatMap(({ node, kind }) =>
    kind.isSingleton === true ? [] : [[targetId(node), apply.directory.findId(node) ?? ""]],
  );
  return {
    outcomes: [...apply.templates.map((template) => toTemplateOutcome(apply, template)), ...outcomes],
    noLongerInGraph: await listNoLongerInGraph(apply),
    stepTemplates: listStepTemplateUses(apply),
    ids: Object.fromEntries(ids.filter(([, id]) => id !== "")),
    secretDigests: Object.assign({}, ...plans.map(({ secrets }) => secrets.digests)),
  };
}

function toOutcome(apply: Apply, { node, action, merge, secrets }: NodePlan): Outcome {
  const target = { kind: node.kind, key: node.key };
  return {
    target,
    description: describe(apply, node),
    action,
    changes: merge.changes,
    kept: merge.kept,
    secretCount: action === "none" ? 0 : secrets.toSend.size,
  };
}

function toTemplateOutcome(apply: Apply, { node, current }: StepTemplatePlan): Outcome {
  const action = current === undefined ? "create" : "update";
  return {
    target: { kind: node.kind, key: node.key },
    description: describe(apply, node),
    action,
    changes: [],
    kept: [],
    secretCount: 0,
  };
}

async function listNoLongerInGraph(apply: Apply): Promise<string[]> {
  const wanted = new Set(apply.graph.nodes.map(targetId));
  const gone = (apply.base?.nodes ?? []).filter(
    (node) => !wanted.has(targetId(node)) && node.owner !== undefined && getKind(node.kind).isSingleton !== true,
  );
  const present: string[] = [];
  for (const node of gone) if ((await apply.finder.find(node)) !== undefined) present.push(describe(apply, node));
  return present;
}
