import { writeBody } from "../graph/write-body.ts";
import { isRefusal } from "../http/http-client.ts";
import type { GraphNode } from "../model/graph.ts";
import type { JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { isStale } from "../octopus/stale-data.ts";
import { describe, type Comparison } from "../compare/comparison.ts";
import { planStepTemplateAgain, type StepTemplatePlan } from "../compare/plan-step-templates.ts";
import { withDefaults } from "../compare/template-secrets.ts";
import { getKind } from "../resources/index.ts";
import { writers } from "./to-document.ts";

/** Others may write between our reading and our writing, and once more: so often a write is tried. */
const attempts = 4;

/** Installs a step template, or adds a version to the one that has its name. @returns what was done */
export async function writeStepTemplate(comparison: Comparison, plan: StepTemplatePlan): Promise<string> {
  Object.assign(plan, await write(comparison, plan));
  return `installed ${describe(comparison, plan.node)}`;
}

async function write(comparison: Comparison, plan: StepTemplatePlan, attempt = 1): Promise<StepTemplatePlan> {
  try {
    const written = await send(comparison, plan);
    comparison.directory.learnStepTemplate(written, plan.node);
    if (plan.isInstalled) comparison.installed[written.Id] = String(written["Version"]);
    return { ...plan, current: written };
  } catch (error) {
    if ((!isRefusal(error) && !isStale(error)) || attempt >= attempts) throw error;
    // What an unfinished copy overwrites is its own, and no step template of people's.
    const overwrite = comparison.overwrite && comparison.isUnfinished !== true;
    const again = await planStepTemplateAgain(plan.node, { ...comparison, overwrite });
    if (again.action === "skip" || again.action === "create") throw error;
    return again.action === "update" ? write(comparison, again, attempt + 1) : again;
  }
}

async function send(comparison: Comparison, plan: StepTemplatePlan): Promise<OctopusDocument> {
  const { node, current, itemIdentities } = plan;
  const kind = getKind(node.kind);
  const { body: whole, secretAt } = withDefaults(comparison, plan);
  const body = writeBody(kind, whole, { ...writers(comparison.directory), secretAt, current, itemIdentities });
  const { space } = comparison;
  const answer =
    current === undefined
      ? await kind.create?.(space, { ...body, ...(await findCommunityTemplate(space, node)) })
      : await kind.update?.(space, current, body);
  if (answer === undefined) throw new Error(`A ${kind.label} cannot be written.`);
  return { ...answer, Id: answer.Id || (current?.Id ?? "") };
}

/** The one that the space's server has of the same page, so that its newer versions are offered there too. */
async function findCommunityTemplate(space: OctopusSpace, { origin }: GraphNode): Promise<JsonObject> {
  const { website } = origin ?? {};
  if (website === undefined) return {};
  const all = await space.server.list("/communityactiontemplates");
  const found = all.find((template) => template["Website"] === website);
  return found === undefined ? {} : { CommunityActionTemplateId: found.Id };
}
