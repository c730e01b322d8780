import { expect, test } from "vitest";
import type { ResourceGraph } from "../../../lib/model/graph.ts";
import { buildTerraformModule, writeTerraformModule } from "../../../lib/terraform/write-terraform-module.ts";
import { startCarrying, type Carrying } from "../../kinds/carry.ts";
import { checkModule, readProviderSchema } from "./check-module.ts";
import { createTerraformFolder, hasProvider, type TerraformFolder } from "./terraform.ts";
import { apply, plan } from "./trip.ts";

const options = { importExisting: true };

test("each resource has an import, by its name or by an id that is given, of which the schema knows nothing wrong", async () => {
  const { upstream, read } = await startCarrying();
  await seed(upstream);
  const { files } = buildTerraformModule(await read(upstream), options);

  expect(checkModule(files, readProviderSchema())).toEqual([]);
  const blocks = [...files.values()].flat();
  const resources = blocks.filter(({ type }) => type === "resource").map(({ labels = [] }) => labels.join("."));
  const imported = blocks.filter(({ type }) => type === "import").map(({ attributes = {} }) => attributes["to"]);
  expect(imported).toEqual(resources.map((address) => ({ expression: address })));
});

test("without the option there is none", async () => {
  const { upstream, read } = await startCarrying();
  await seed(upstream);

  const { files } = buildTerraformModule(await read(upstream));

  expect([...files.values()].flat().filter(({ type }) => type === "import")).toEqual([]);
});

test.skipIf(!hasProvider)(
  "what the space has is adopted, the rest is made, and a second plan has nothing to do",
  async () => {
    const carrying = await startCarrying();
    const { upstream, downstream, read, bring } = carrying;
    await seed(upstream);
    await bring(await read(upstream, selected));
    await upstream.post("/projectgroups", { Name: "Later" });
    const before = await downstream.list("/environments");
    const folder = await createModule(carrying, await read(upstream, selected));

    const said = await apply(folder);

    expect(said).toMatch(/Apply complete! Resources: 3 imported, 1 added/);
    expect(await read(downstream, selected)).toEqual(await read(upstream, selected));
    expect((await downstream.list("/environments")).map(({ Id }) => Id)).toEqual(before.map(({ Id }) => Id));
    expect(await plan(folder)).toContain("No changes.");
  },
);

const selected = { resources: ["environment", "project group"] };

async function seed(space: Carrying["upstream"]): Promise<void> {
  await space.post("/environments", { Name: "Production", SortOrder: 20 });
  await space.post("/environments", { Name: "Development", SortOrder: 10 });
  await space.post("/projectgroups", { Name: "Shops" });
}

async function createModule({ url, apiKey, downstream }: Carrying, graph: ResourceGraph): Promise<TerraformFolder> {
  const folder = createTerraformFolder(writeTerraformModule(graph, options).files, {
    TF_VAR_octopus_server: url,
    TF_VAR_octopus_apikey: apiKey,
    TF_VAR_octopus_space_id: downstream.id,
  });
  await folder.run("-chdir=space_population", "init", "-input=false");
  return folder;
}
