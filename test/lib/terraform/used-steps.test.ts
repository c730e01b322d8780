import { expect, test } from "vitest";
import type { ResourceGraph } from "../../../lib/model/graph.ts";
import { readProject } from "../../../lib/graph/read-graph.ts";
import { objectOf, objectsOf, textOf, type JsonObject } from "../../../lib/model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../../../lib/octopus/octopus-client.ts";
import { hasProvider } from "./terraform.ts";
import { apply, exclude, startTrip } from "./trip.ts";

/** A project whose versions come from a step, whose name a rule of a channel says too. */
async function useStep(upstream: OctopusSpace, { names }: { names: string }): Promise<void> {
  const project = await getProject(upstream);
  const settings = await upstream.get(`/projects/${project.Id}/deploymentsettings`);
  const donor = { DeploymentAction: names, PackageReference: "tools" };
  await upstream.put(`/projects/${project.Id}/deploymentsettings`, {
    ...settings,
    VersioningStrategy: { DonorPackage: donor, Template: "" },
  });
  const channels = await upstream.list(`/projects/${project.Id}/channels`);
  const own = channels.find(({ Name }) => Name === "Stable");
  const ruled = { DeploymentAction: names, PackageReference: "" };
  const channel = { Name: "Stable", ProjectId: project.Id, Rules: [{ Tag: "^$", ActionPackages: [ruled] }] };
  await (own === undefined
    ? upstream.post("/channels", channel)
    : upstream.put(`/channels/${own.Id}`, { ...own, ...channel }));
}

async function getProject(space: OctopusSpace): Promise<OctopusDocument> {
  const [project] = await space.list("/projects", { name: "Hello World" });
  if (project === undefined) throw new Error("the space has no project Hello World");
  return project;
}

type Steps = JsonObject[];

async function editSteps(space: OctopusSpace, edit: (steps: Steps) => Steps): Promise<void> {
  const path = `/projects/${(await getProject(space)).Id}/deploymentprocesses`;
  const process = await space.get(path);
  await space.put(path, { ...process, Steps: edit(objectsOf(process, "Steps")) });
}

function called(name: string, step: JsonObject): JsonObject {
  return { ...step, Name: name, Actions: objectsOf(step, "Actions").map((action) => ({ ...action, Name: name })) };
}

/** As somebody adds it by hand: without ids and slugs. */
function anew(step: JsonObject): JsonObject {
  const { Id: _id, Slug: _slug, ...fields } = step;
  return { ...fields, ...("Actions" in step ? { Actions: objectsOf(step, "Actions").map(anew) } : {}) };
}

test.skipIf(!hasProvider)(
  "a step that versioning and a channel rule use may get another name, and give way to another step",
  async () => {
    const { server, upstream, downstream, writeModule, createFolder } = await startTrip();
    await useStep(upstream, { names: "Unpack" });
    const folder = await createFolder();
    await apply(folder);
    const [first] = await listSteps(downstream, "Unpack");

    await editSteps(upstream, (steps) =>
      steps.map((step) => (step["Name"] === "Unpack" ? called("Unzip", step) : step)),
    );
    folder.replace(await writeModule());
    await apply(folder);
    const [renamed] = await listSteps(downstream, "Unzip");

    await editSteps(upstream, (steps) => [
      ...steps,
      ...steps.filter(({ Name }) => Name === "Unzip").map((step) => called("Extract", anew(step))),
    ]);
    await useStep(upstream, { names: "Extract" });
    await editSteps(upstream, (steps) => steps.filter(({ Name }) => Name !== "Unzip"));
    folder.replace(await writeModule());
    await apply(folder);

    expect(renamed?.["Id"]).toBe(first?.["Id"]);
    const copy = (await readProject(downstream, "Hello World")).graph;
    const original = (await readProject(upstream, "Hello World", { exclude, syncEnvironment: "Sync" })).graph;
    expect(usesOf(copy)).toEqual(usesOf(original));
    expect(usesOf(copy)).toEqual({ steps: expect.arrayContaining(["Extract"]), donor: "Extract", ruled: ["Extract"] });
    expect(server.requests.filter(({ status }) => status >= 400)).toEqual([]);
  },
);

async function listSteps(space: OctopusSpace, name: string): Promise<Steps> {
  const process = await space.get(`/projects/${(await getProject(space)).Id}/deploymentprocesses`);
  return objectsOf(process, "Steps").filter(({ Name }) => Name === name);
}

function usesOf({ nodes }: ResourceGraph): { steps: string[]; donor: string; ruled: string[] } {
  const bodiesOf = (kind: string): JsonObject[] => nodes.filter((node) => node.kind === kind).map(({ body }) => body);
  const [settings = {}] = bodiesOf("deploymentSettings");
  const rules = bodiesOf("channel").flatMap((channel) => objectsOf(channel, "Rules"));
  return {
    steps: bodiesOf("deploymentProcess").flatMap((process) =>
      objectsOf(process, "Steps").map((step) => textOf(step, "Name")),
    ),
    donor: textOf(objectOf(objectOf(settings, "VersioningStrategy"), "DonorPackage"), "DeploymentAction"),
    ruled: rules.flatMap((rule) => objectsOf(rule, "ActionPackages")).map((pack) => textOf(pack, "DeploymentAction")),
  };
}
