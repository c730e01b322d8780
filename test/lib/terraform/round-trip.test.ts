import { expect, test } from "vitest";
import { readProject } from "../../../lib/graph/read-graph.ts";
import { objectsOf, textOf } from "../../../lib/model/json.ts";
import { isSensitive } from "../../octopus-server/model/sensitive.ts";
import type { OctopusServer } from "../../octopus-server/octopus-server.ts";
import { createVariableDictionary } from "../../octopus-server/worker/octostache.ts";
import { serverLines } from "../../server-lines.ts";
import { hasProvider } from "./terraform.ts";
import { apply, comparable, plan, secrets, startTrip } from "./trip.ts";

/** As a deployment of the copy sees them: Octopus evaluates them once more. */
function arrivedSecrets(server: OctopusServer, ownerId: string): Record<string, string> {
  const set = server.model.collection("variablesets").find(`variableset-${ownerId}`);
  const variables = Array.isArray(set?.["Variables"]) ? set["Variables"] : [];
  const octopus = createVariableDictionary([]);
  return Object.fromEntries(
    variables.flatMap(({ Name, Value }) =>
      isSensitive(Value) ? [[String(Name), octopus.evaluate(Value.$sensitive, { lenient: true }).text]] : [],
    ),
  );
}

test.skipIf(!hasProvider).each(serverLines)(
  "on %s a project arrives as it is, secrets too, and a second plan has nothing to do",
  async (version) => {
    const { server, downstream, readOriginal, createFolder } = await startTrip({ server: { version } });
    const folder = await createFolder();

    await apply(folder);

    const copy = await readProject(downstream, "Hello World");
    expect(comparable(copy.graph)).toEqual(comparable(await readOriginal()));
    expect(arrivedSecrets(server, copy.source.project.id)).toMatchObject(secrets);
    expect(await plan(folder)).toContain("No changes.");
  },
);

test.skipIf(!hasProvider)("a copy may have another name and another package", async () => {
  const { downstream, createFolder } = await startTrip();

  await apply(
    await createFolder(),
    "-var=project_hello_world_name=Farewell",
    "-var=project_hello_world_step_unpack_packageid=Acme.Other",
  );

  const { graph } = await readProject(downstream, "Farewell");
  const process = graph.nodes.find((node) => node.kind === "deploymentProcess")?.body ?? {};
  const packages = objectsOf(process, "Steps")
    .flatMap((step) => objectsOf(step, "Actions"))
    .flatMap((action) => objectsOf(action, "Packages"));
  expect(packages.map((reference) => textOf(reference, "PackageId"))).toEqual(["Acme.Other", "Acme.Tools"]);
});

test.skipIf(!hasProvider)("a secret that the run does not have stops Terraform before it makes anything", async () => {
  const { downstream, createFolder } = await startTrip();
  const folder = await createFolder({ "Database[Production].Password": "x" });

  await expect(apply(folder)).rejects.toThrow(
    /The run has no value for the variable\s+Database\[Development\]\.Password/,
  );
  expect(await downstream.list("/projects")).toEqual([]);
});

test.skipIf(!hasProvider)("what the space lacks is named before anything is made", async () => {
  const { downstream, createFolder } = await startTrip();
  const pools = await downstream.list("/workerpools");
  await downstream.remove(`/workerpools/${pools.find(({ Name }) => Name === "Linux")?.Id ?? ""}`);

  const folder = await createFolder();

  await expect(apply(folder)).rejects.toThrow(/This space needs exactly one worker pool\s+"Linux"/);
  expect(await downstream.list("/projects")).toEqual([]);
});
