import { targetId, type GraphNode, type Reference } from "../model/graph.ts";
import { objectsOf, textOf, type JsonObject } from "../model/json.ts";
import { sortPlain } from "../graph/sort-lists.ts";
import { getKind } from "../resources/index.ts";
import { isProcess } from "../resources/process-items.ts";
import type { Mapping } from "./mapping-schema.ts";
import type { OwnNames } from "./own-names.ts";
import { createRules, type Rules } from "./rules.ts";
import { sectionOf } from "./sections.ts";

/** In which environments the steps and runbooks that a mapping names run, by its rules. */
export interface Limits {
  apply(node: GraphNode): GraphNode;
  listUnused(): { section: string; wanted: string }[];
}

type Environments = Rules<string[]>;

export function createLimits({ onlyIn = {}, notIn = {} }: Mapping, own: OwnNames): Limits {
  const steps = createRules(Object.entries(onlyIn.steps ?? {}));
  const excluded = createRules(Object.entries(notIn.steps ?? {}));
  const runbooks = createRules(Object.entries(onlyIn.runbooks ?? {}));
  const unused = (section: string, rules: Environments): { section: string; wanted: string }[] =>
    rules.listUnused().map((wanted) => ({ section, wanted }));
  return {
    apply: (node) => limitNode(limitSteps(node, { steps, excluded, own }), { runbooks, own }),
    listUnused: () => [...unused("steps", steps), ...unused("steps", excluded), ...unused("runbooks", runbooks)],
  };
}

function limitNode(node: GraphNode, { runbooks, own }: { runbooks: Environments; own: OwnNames }): GraphNode {
  const { limitTo } = getKind(node.kind);
  if (limitTo === undefined || sectionOf(node) !== "runbooks") return node;
  const rule = runbooks.find(node.key.at(-1) ?? "");
  if (rule === undefined) return node;
  return { ...node, body: { ...node.body, ...limitTo(toReferences(rule.value, "onlyIn", own)) } };
}

interface StepRules {
  steps: Environments;
  excluded: Environments;
  own: OwnNames;
}

function limitSteps(node: GraphNode, rules: StepRules): GraphNode {
  if (!isProcess(getKind(node.kind))) return node;
  const limitStep = (step: JsonObject): JsonObject => ({
    ...step,
    Actions: objectsOf(step, "Actions").map((action) => limitAction(action, textOf(step, "Name"), rules)),
  });
  return { ...node, body: { ...node.body, Steps: objectsOf(node.body, "Steps").map(limitStep) } };
}

/** A step with several actions may be named as a whole. A step has either environments or such that it leaves out. */
function limitAction(action: JsonObject, step: string, { steps, excluded, own }: StepRules): JsonObject {
  const find = (rules: Environments): string[] | undefined =>
    (rules.find(textOf(action, "Name")) ?? rules.find(step))?.value;
  const [only, not] = [find(steps), find(excluded)];
  return {
    ...action,
    ...(only && { Environments: toReferences(only, "onlyIn", own), ExcludedEnvironments: [] }),
    ...(not && { Environments: [], ExcludedEnvironments: toReferences(not, "notIn", own) }),
  };
}

function toReferences(names: readonly string[], rule: string, own: OwnNames): Reference[] {
  const found = names.map((name) => own.refer("environment", name, rule));
  return sortPlain([...new Map(found.map((one) => [targetId(one.$ref), one])).values()]);
}
