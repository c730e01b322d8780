import { targetId, type GraphNode, type Origin, type ResourceGraph } from "../model/graph.ts";
import { textOf } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import type { NameIndex } from "./read-names.ts";

/** The graph with what is not in the documents of step templates: where each was installed from. */
export async function withOrigins(space: OctopusSpace, graph: ResourceGraph, names: NameIndex): Promise<ResourceGraph> {
  const documents = new Map(names.stepTemplates().map(({ target, document }) => [targetId(target), document]));
  const nodes = graph.nodes.map(async (node): Promise<GraphNode> => {
    const document = documents.get(targetId(node));
    return document === undefined ? node : { ...node, origin: await readOrigin(space, document) };
  });
  return { ...graph, nodes: await Promise.all(nodes) };
}

async function readOrigin(space: OctopusSpace, document: OctopusDocument): Promise<Origin> {
  const id = findCommunityId(document);
  if (id === "") return {};
  const website = textOf((await space.server.find(`/communityactiontemplates/${id}`)) ?? {}, "Website");
  return website === "" ? {} : { website };
}

/** The community step template that a step template was installed of, whose image it has; empty for people's own. */
export function findCommunityId(document: OctopusDocument): string {
  return textOf(document, "CommunityActionTemplateId");
}
