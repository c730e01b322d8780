import { expect, test } from "vitest";
import { examine } from "../../../lib/doctor/doctor.ts";
import { createOctopusClient } from "../../../lib/octopus/octopus-client.ts";
import { setVariables } from "../../steps/deployment-stage.ts";
import { startOctopus, type TestServer } from "../../steps/managed-tenants.ts";
import { getNamed, runInstall } from "./run-install.ts";

const old = { Name: "ManagedTenant.Octopus.ApiKey, old", Value: "API-OLD", Type: "String" };
const sentence = `The steps of "Hello World" ask for "ManagedTenant.Octopus.ApiKey", which cannot be told from "${old.Name}" in an expression: give the other variable another name.`;

async function startWithProject(): Promise<TestServer> {
  const octopus = await startOctopus();
  const [lifecycle] = await octopus.api.list("/lifecycles");
  const [group] = await octopus.api.list("/projectgroups");
  await octopus.api.post("/projects", { Name: "Hello World", LifecycleId: lifecycle?.Id, ProjectGroupId: group?.Id });
  return octopus;
}

async function findNames({ url, apiKey }: TestServer): Promise<unknown> {
  const octopus = createOctopusClient({ url, apiKey });
  const options = { space: "Default", oldestNode: "20.19", askWorkers: false, patience: 1000 };
  return (await examine({ octopus, ...options })).find(({ about }) => about === "Names");
}

test("a project is no template while it has a variable that Octopus takes for a key that the steps ask for", async () => {
  const octopus = await startWithProject();
  const { Id } = await getNamed(octopus.api, "/projects", "Hello World");
  await setVariables(octopus.api, Id, [old]);

  await expect(runInstall(octopus, { projects: ["Hello World"] })).rejects.toThrow(sentence);

  expect(await octopus.api.list(`/projects/${Id}/runbooks`)).toEqual([]);
});

test("so is one with a variable that tenants would give the value of", async () => {
  const octopus = await startWithProject();
  const project = await getNamed(octopus.api, "/projects", "Hello World");
  const Templates = [{ Name: old.Name, Label: "", DefaultValue: "", DisplaySettings: {} }];
  await octopus.api.put(`/projects/${project.Id}`, { ...project, Templates });

  await expect(runInstall(octopus, { projects: ["Hello World"] })).rejects.toThrow(sentence);
});

test("doctor names a variable that was made later", async () => {
  const octopus = await startWithProject();
  await runInstall(octopus, { projects: ["Hello World"] });
  expect(await findNames(octopus)).toMatchObject({ state: "good" });
  const { Id } = await getNamed(octopus.api, "/projects", "Hello World");

  await setVariables(octopus.api, Id, [old]);

  expect(await findNames(octopus)).toEqual({ about: "Names", state: "bad", text: sentence });
});
