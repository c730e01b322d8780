import { expect, test } from "vitest";
import { listOf, type Fields } from "../model/fields.ts";
import { createApiStage, scriptAction, type ApiStage } from "./api-stage.ts";

const project = "/api/Spaces-1/projects/Projects-1";

async function olderServer(): Promise<ApiStage> {
  const stage = await createApiStage({
    ignoresFields: {
      projects: ["DiscreteChannelRelease"],
      channels: ["Description"],
      projecttriggers: ["Description"],
      deploymentprocesses: ["Steps.Actions.Notes"],
    },
  });
  await stage.project("Web", { DiscreteChannelRelease: true, Description: "kept" });
  return stage;
}

test("a field that a server does not know is dropped without a word, and never answered", async () => {
  const stage = await olderServer();

  const written = await stage.put(project, { ...(await stage.get(project)), discreteChannelRelease: true });
  const [listed] = listOf(await stage.get("/api/Spaces-1/projects"), "Items");
  const [all] = (await stage.call("GET", "/api/Spaces-1/projects/all")).list;

  for (const shown of [written, await stage.get(project), listed, all]) {
    expect(shown).toMatchObject({ Description: "kept" });
    expect(shown).not.toHaveProperty("DiscreteChannelRelease");
  }
  expect(stage.server.model.collection("projects").find("Projects-1")).toMatchObject({ DiscreteChannelRelease: false });
});

test("it is unknown at every address of its document, and at no other", async () => {
  const stage = await olderServer();
  const channel = { Name: "Beta", ProjectId: "Projects-1", Description: "dropped" };

  const made = await stage.post(`${project}/channels`, channel);
  const trigger = await stage.post(`${project}/triggers`, {
    Name: "T",
    Description: "dropped",
    Filter: { FilterType: "MachineFilter" },
    Action: { ActionType: "AutoDeploy" },
  });

  for (const shown of [made, trigger]) expect(shown).not.toHaveProperty("Description");
  expect(stage.server.model.collection("channels").list((one) => one["Description"] === "dropped")).toEqual([]);
});

test("a field inside of steps can be unknown, too", async () => {
  const stage = await olderServer();

  const process = await stage.setSteps(`${project}/deploymentprocesses`, [scriptAction("Say", { Notes: "dropped" })]);

  const [action]: Fields[] = listOf(listOf(process, "Steps")[0] ?? {}, "Actions");
  expect(action).toMatchObject({ Name: "Say" });
  expect(action).not.toHaveProperty("Notes");
});
