import { expect, test } from "vitest";
import { parseManifest, renderManifest, createManifest } from "../../lib/graph/manifest.ts";
import { readGraph } from "../../lib/graph/read-graph.ts";
import { ownSpace } from "../../lib/model/graph.ts";
import { startCarrying, type Carrying } from "./carry.ts";

const community = {
  Name: "Slack - Send a message",
  Type: "Octopus.Script",
  Author: "somebody",
  Description: "Tells a channel.",
  Website: "https://library.octopus.com/step-templates/99e6f203-3061-4018-9e34-4a3a9c3c3179",
  Properties: { "Octopus.Action.Script.ScriptBody": "echo #{Text}" },
  Parameters: [{ Name: "Text", Label: "Text", DefaultValue: "Hello", DisplaySettings: {} }],
  Packages: [],
  Version: 4,
};

/** As the portal does it. */
async function install({ url, apiKey, upstream, server }: Carrying): Promise<string> {
  const { Id: id } = server.model.collection("communityactiontemplates").add(community);
  const path = `/api/communityactiontemplates/${id}/installation/${upstream.id}`;
  await fetch(`${url}${path}`, { method: "POST", headers: { "x-octopus-apikey": apiKey } });
  return id;
}

test("a step template that was installed from the community library is one of the library in another space, too", async () => {
  const carrying = await startCarrying();
  const { downstream, upstream, read, bring, takeWrites } = carrying;
  const id = await install(carrying);

  const graph = await read(upstream, { resources: ["step template"] });
  expect(graph.nodes).toMatchObject([{ kind: "stepTemplate", origin: { website: community.Website } }]);
  await bring(graph);

  expect(await downstream.list("/actiontemplates")).toMatchObject([
    { Name: community.Name, CommunityActionTemplateId: id },
  ]);
  expect(await read(downstream, { resources: ["step template"] })).toEqual(graph);
  takeWrites();
  await bring(graph);
  expect(takeWrites()).toEqual([]);
});

test("where the library does not have it, it comes as one of people's", async () => {
  const carrying = await startCarrying();
  const { downstream, upstream, read, bring, server } = carrying;
  const id = await install(carrying);
  const graph = await read(upstream, { resources: ["step template"] });
  server.model.collection("communityactiontemplates").remove(id);

  await bring(graph);

  expect(await downstream.list("/actiontemplates")).toMatchObject([
    { Name: community.Name, CommunityActionTemplateId: null },
  ]);
});

test("a package says where a step template is from, and which ones may have an image of people's own", async () => {
  const carrying = await startCarrying();
  const { upstream, read } = carrying;
  await install(carrying);
  const made = await upstream.post("/actiontemplates", { Name: "Own", ActionType: "Octopus.Script" });
  const select = { resources: ["step template"] };
  const graph = await read(upstream, select);
  const source = { space: { id: upstream.id, name: upstream.name } };

  const manifest = createManifest({ root: ownSpace, package: { id: "Templates" }, source, graph });
  const parsed = parseManifest(new TextEncoder().encode(renderManifest(manifest)), "Templates");

  expect(parsed.graph).toEqual(graph);
  const { mayHaveLogos } = await readGraph(upstream, ownSpace, { select });
  expect(mayHaveLogos.map(({ path }) => path)).toEqual([`/actiontemplates/${made.Id}/logo`]);
});
