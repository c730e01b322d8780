import { isReference, type GraphNode, type ResourceGraph } from "../model/graph.ts";
import { collectIds, readBody } from "../graph/read-body.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { isSameName } from "../octopus/same-name.ts";
import { getKind } from "../resources/index.ts";
import { isSame } from "./is-same.ts";
import type { SpaceDirectory } from "./space-directory.ts";

/** What to do about a step template that the space does not have with the content that a step uses. */
export type MissingStepTemplates = "install" | "detach" | "fail";

/** A step template to be written: new, or as a new version of the one that has its name. */
export interface StepTemplatePlan {
  node: GraphNode;
  current: OctopusDocument | undefined;
}

/** So many versions back is looked for one with the content in question. */
const longestHistory = 30;

/**
 * Finds the graph's step templates by name and content, at any of their versions, and tells the directory.
 * @returns those that the space does not have
 */
export async function findStepTemplates(
  graph: ResourceGraph,
  { space, directory }: { space: OctopusSpace; directory: SpaceDirectory },
): Promise<StepTemplatePlan[]> {
  const kind = getKind("stepTemplate");
  const nodes = graph.nodes.filter((node) => node.kind === kind.id);
  const documents = nodes.length === 0 ? [] : await kind.list(space);
  const missing: StepTemplatePlan[] = [];
  for (const node of nodes) {
    const newest = documents.find((document) => isSameName(kind.nameOf(document), node.key[0] ?? ""));
    const found = newest === undefined ? undefined : await findVersion(newest, node, { space, directory });
    if (found === undefined) missing.push({ node, current: newest });
    else directory.learnStepTemplate(found, node);
  }
  return missing;
}

async function findVersion(
  newest: OctopusDocument,
  node: GraphNode,
  { space, directory }: { space: OctopusSpace; directory: SpaceDirectory },
): Promise<OctopusDocument | undefined> {
  const kind = getKind("stepTemplate");
  const latest = Number(newest["Version"]);
  for (let version = latest; version >= Math.max(0, latest - longestHistory + 1); version -= 1) {
    const document =
      version === latest ? newest : await space.find(`/actiontemplates/${newest.Id}/versions/${version}`);
    if (document === undefined) continue;
    await directory.resolve(collectIds(kind, document));
    const body = readBody(kind, document, { names: directory });
    // As it is found, so it may be called.
    if (isSame({ ...body, Name: node.body["Name"] ?? "" }, node.body)) return { ...document, Id: newest.Id };
  }
  return undefined;
}

/** The body with its steps on their own: they have all that the step template gave them, and no longer point to it. */
export function detachStepTemplates(body: JsonObject, isDetached: (key: string[]) => boolean): JsonObject {
  return Object.fromEntries(
    Object.entries(body).flatMap(([field, value]): [string, JsonValue][] => {
      const isUse = field === "Octopus.Action.Template.Id" && isReference(value) && isDetached(value.$ref.key);
      return isUse ? [] : [[field, detachInside(value, isDetached)]];
    }),
  );
}

function detachInside(value: JsonValue, isDetached: (key: string[]) => boolean): JsonValue {
  if (Array.isArray(value)) return value.map((item) => detachInside(item, isDetached));
  return isJsonObject(value) ? detachStepTemplates(value, isDetached) : value;
}
