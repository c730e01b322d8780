import { dropSecrets, writeBody } from "../graph/write-body.ts";
import { isRefusal } from "../http/http-client.ts";
import { findStepTemplates, type StepTemplatePlan } from "../compare/bind-step-templates.ts";
import { describe, type Comparison } from "../compare/comparison.ts";
import { getKind } from "../resources/index.ts";
import { writers } from "./write-node.ts";

/** Installs a step template, or adds a version to the one that has its name. @returns what was done */
export async function writeStepTemplate(comparison: Comparison, { node, current }: StepTemplatePlan): Promise<string> {
  const kind = getKind(node.kind);
  const body = writeBody(kind, dropSecrets(kind, node.body), {
    ...writers(comparison.directory),
    secretAt: () => undefined,
    current,
  });
  try {
    const written =
      current === undefined
        ? await kind.create?.(comparison.space, body)
        : await kind.update?.(comparison.space, current, body);
    if (written !== undefined)
      comparison.directory.learnStepTemplate({ ...written, Id: written.Id || (current?.Id ?? "") }, node);
  } catch (error) {
    const graph = { nodes: [node], lookUps: [], remarks: [] };
    if (!isRefusal(error) || (await findStepTemplates(graph, comparison)).length > 0) throw error;
  }
  return `installed ${describe(comparison, node)}`;
}
