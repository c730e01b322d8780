import { targetId } from "../model/graph.ts";
import { isOwnIdentity } from "../model/identity.ts";
import { canonicalJson, type JsonObject } from "../model/json.ts";
import { collectIds, mergeMet } from "../graph/read-body.ts";
import { recognizeIds } from "../graph/recognize-ids.ts";
import { listNoLongerInGraph, type Compared } from "../compare/compare-graph.ts";
import type { Comparison, NodePlan } from "../compare/comparison.ts";
import { completeBody } from "../compare/complete-body.ts";
import type { CopyHistory } from "../compare/history.ts";
import { readCurrent } from "../compare/match-node.ts";
import { readWritten, type StepTemplatePlan } from "../compare/plan-step-templates.ts";
import { getKind } from "../resources/index.ts";
import { recordedIdentity } from "../compare/same-node.ts";
import { settleBody } from "../compare/settle.ts";

/** What is to be remembered of a deployment that came to its end. */
export type NextHistory = Required<Omit<CopyHistory, "pending">> & { secrets: Record<string, string> };

/**
 * What the copy is now, as the server answered: the base of the next compare. What people keep is as it was before, and what the
 * template lost and the space still has goes on being known.
 */
export async function toNextHistory({ comparison, plans }: Compared): Promise<NextHistory> {
  // A server puts what nobody named where nothing is said, such as the default machine policy.
  const met = plans.flatMap(({ kind, current }) => (current === undefined ? [] : [collectIds(kind, current)]));
  await comparison.directory.resolve(mergeMet(met));
  const gone = await listNoLongerInGraph(comparison);
  const templates = comparison.templates.filter(({ action }) => action !== "skip");
  return {
    base: [
      ...templates.map((plan) => settleTemplate(comparison, plan)),
      ...plans.flatMap((plan) => settle(comparison, plan)),
      ...gone.map(({ node }) => node),
    ],
    installed: Object.fromEntries(
      templates.flatMap(({ node, current }) =>
        current === undefined ? [] : [[targetId(node), { id: current.Id, version: String(current["Version"]) }]],
      ),
    ),
    ids: Object.fromEntries([
      ...plans.flatMap((plan) => toId(comparison, plan)),
      ...gone.map(({ node, id }) => [recordedIdentity(node), id] as const),
    ]),
    items: Object.fromEntries(
      plans.flatMap(({ itemIdentities }) =>
        [...itemIdentities].filter(([, item]) => item !== "" && !isOwnIdentity(item)).map(([own, item]) => [item, own]),
      ),
    ),
    secrets: Object.assign({}, ...plans.map(({ secrets }) => secrets.digests)),
  };
}

function settle(comparison: Comparison, plan: NodePlan): CopyHistory["base"] {
  const { node, kind, base, merge } = plan;
  if (plan.action === "skip" || plan.current === undefined)
    return [comparison.histories.findSettled(node) ?? []].flat();
  const answered = readCurrent(comparison, plan);
  const said: JsonObject = recognizeIds(kind, plan.desired, comparison.directory);
  const desired = comparison.isPartial === true ? completeBody(kind, said, answered) : said;
  const { template, space } = settleBody({ kind, desired, answered, base, kept: merge.kept });
  const isAsSaid = canonicalJson(template) === canonicalJson(space);
  return [{ ...node, body: template, ...(isAsSaid ? {} : { answered: space }) }];
}

function settleTemplate(comparison: Comparison, plan: StepTemplatePlan): CopyHistory["base"][number] {
  const { node, desired, base, merge } = plan;
  // Where it comes from, and its logo, are for its making alone.
  const { origin: _origin, ...own } = node;
  const answered = readWritten(plan, comparison);
  const { template, space } = settleBody({ kind: getKind(node.kind), desired, answered, base, kept: merge.kept });
  const isAsSaid = canonicalJson(template) === canonicalJson(space);
  return { ...own, body: template, ...(isAsSaid ? {} : { answered: space }) };
}

/** Of what people removed the id stays known: so what has its name now is told to be theirs. */
function toId({ histories }: Comparison, { node, kind, current, action }: NodePlan): (readonly [string, string])[] {
  if (kind.isSingleton === true) return [];
  const id = action === "skip" ? histories.findId(node) : current?.Id;
  return id === undefined ? [] : [[recordedIdentity(node), id]];
}
