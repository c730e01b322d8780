import { targetId, type GraphNode, type Origin, type ResourceGraph } from "../model/graph.ts";
import { textOf } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { findImage } from "../octopus/logo.ts";
import type { NameIndex } from "./read-names.ts";

/** The graph with what is not in the documents of step templates: where each was installed from, else the image that people gave it. */
export async function withOrigins(space: OctopusSpace, graph: ResourceGraph, names: NameIndex): Promise<ResourceGraph> {
  const documents = new Map(names.stepTemplates().map(({ target, document }) => [targetId(target), document]));
  const nodes = graph.nodes.map(async (node): Promise<GraphNode> => {
    const document = documents.get(targetId(node));
    return document === undefined ? node : { ...node, origin: await readOrigin(space, document) };
  });
  return { ...graph, nodes: await Promise.all(nodes) };
}

async function readOrigin(space: OctopusSpace, document: OctopusDocument): Promise<Origin> {
  const id = textOf(document, "CommunityActionTemplateId");
  if (id !== "") {
    const website = textOf((await space.server.find(`/communityactiontemplates/${id}`)) ?? {}, "Website");
    return website === "" ? {} : { website };
  }
  const image = await findImage(space, `/actiontemplates/${document.Id}/logo`);
  return image === undefined ? {} : { logo: Buffer.from(image).toString("base64") };
}
