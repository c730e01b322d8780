import { expect, test } from "vitest";
import { openAllCopies } from "../../lib/copies/find-copies.ts";
import { findDatabaseUpdate } from "../../lib/copies/find-database-update.ts";
import { readNewestPackage } from "../../lib/copies/newest-package.ts";
import type { EditedCopy } from "../../lib/fleet/cluster-edits.ts";
import { readEdits } from "../../lib/fleet/copy-edits.ts";
import { findDesirePaths } from "../../lib/fleet/desire-paths.ts";
import { objectsOf, textOf, type JsonObject } from "../../lib/model/json.ts";
import { createOctopusClient } from "../../lib/octopus/octopus-client.ts";
import type { Api } from "../api.ts";
import { publish, script } from "./deployment-stage.ts";
import { editProperties, editScript, editSteps, editVariables } from "./edit-project.ts";
import { startRehearsals, type RehearsalSpace, type RehearsalStage } from "./rehearsal-stage.ts";

const limit = "Octopus.Action.ExecutionTimeout.Minutes";

test("what people of many spaces changed alike is told with what helps", async () => {
  const stage = await startRehearsals();
  const body = { "Octopus.Action.Script.ScriptBody": "set -e\ncurl a\necho done", [limit]: "5" };
  const slow = await makePool(stage.upstream, "Slow");
  await editSteps(stage.upstream, stage.project.Id, (steps) => [
    ...steps.map((step) => usePool(step, slow)),
    script("Smoke test", {}, body),
  ]);
  const brought = await publish(stage, "1.0.0");
  const spaces: RehearsalSpace[] = [];
  for (const name of ["Africa", "Asia", "Europe"]) spaces.push(await stage.addSpace(name));
  for (const [index, space] of spaces.entries()) {
    await makePool(space.api, "Slow");
    await stage.deployTo(space, brought);
    await change(space, index);
  }

  const copies = await look(stage, spaces);
  const paths = findDesirePaths(copies);
  const decided = findDesirePaths(copies.map((copy) => ({ ...copy, accepted: ["Smoke test › time limit", "Noti.*"] })));

  expect(paths.map(({ text }) => text).toSorted()).toEqual([
    '2 of 3 changed the order of the steps of the deployment process of "Hello World": Say hello after Run image.',
    '2 of 3 removed the variable "Title (Action: Hello World › Say hello)".',
    '3 of 3 added a step "Alert" at the end.',
    '3 of 3 added a variable "Region".',
    '3 of 3 changed the same in the script of "Smoke test": "curl a" became "curl b".',
    '3 of 3 changed the value of "Feed": 2 to "other", 1 to "third".',
    '3 of 3 changed the worker pool of "Say hello" to the worker pool "Fast".',
    '3 of 3 raised the time limit of "Smoke test" to between 20 and 30 minutes.',
    '3 of 3 renamed the step "Notify" to "Tell".',
    '3 of 3 set the worker pool of "Run image" to the worker pool "Fast".',
  ]);
  const raised = paths.find(({ text }) => text.includes("time limit"));
  expect(raised?.values.map(({ value }) => value)).toEqual(["20 minutes", "25 minutes", "30 minutes"]);
  expect(raised?.helps.map(({ title }) => title)).toEqual([
    "Take it into the template",
    "Make it a tenant variable",
    "Accept it as the spaces' own",
  ]);
  expect(raised?.helps[0]?.text).toContain(`(\`${limit}\`) from "5" to "30", which is enough for all of them`);
  expect(raised?.helps[1]?.text).toContain(
    "Values:\nTenant,Variable,Value\nAfrica,SmokeTest.TimeLimit,20\nAsia,SmokeTest.TimeLimit,25\nEurope,SmokeTest.TimeLimit,30",
  );
  expect(decided.map(({ text }) => text).filter((text) => /time limit|Notify/.test(text))).toEqual([]);
  expect(JSON.stringify([copies, paths])).not.toMatch(/swordfish|hush/);
});

/** What people of the space do: much alike, some in their own way. */
async function change({ api }: RehearsalSpace, index: number): Promise<void> {
  const [project] = await api.list("/projects");
  const id = project?.Id ?? "";
  const fast = await makePool(api, "Fast");
  await editProperties(api, id, "Smoke test", { [limit]: String(20 + 5 * index) });
  await editScript(api, id, "Smoke test", "set -e\ncurl b\necho done");
  await editSteps(api, id, (steps) => {
    const chosen = steps.map((step) => usePool(usePool(step, fast), fast, "Run image"));
    const [first, second, ...rest] = chosen.map(rename);
    return [...(index < 2 ? [second, first] : [first, second]), ...rest, script("Alert")];
  });
  await editVariables(api, id, (all) => [
    ...all
      .filter(({ Value }) => index === 2 || Value !== "A step's")
      .map((one) => (one["Name"] === "Feed" ? { ...one, Value: index === 2 ? "third" : "other" } : one))
      .map((one) => (one["Name"] === "Database.Password" ? { ...one, Value: "swordfish" } : one)),
    index === 0
      ? { Name: "Region", Value: "hush", IsSensitive: true, Type: "Sensitive" }
      : { Name: "Region", Value: "us" },
  ]);
}

async function makePool(api: Api, Name: string): Promise<string> {
  return (await api.post("/workerpools", { Name, WorkerPoolType: "StaticWorkerPool" })).Id;
}

function usePool(step: JsonObject, WorkerPoolId: string, name = "Say hello"): JsonObject {
  const [action = {}] = objectsOf(step, "Actions");
  return textOf(step, "Name") === name ? { ...step, Actions: [{ ...action, WorkerPoolId }] } : step;
}

function rename(step: JsonObject): JsonObject {
  const [action = {}] = objectsOf(step, "Actions");
  const Name = "Tell";
  return textOf(step, "Name") === "Notify" ? { ...step, Name, Actions: [{ ...action, Name }] } : step;
}

async function look(stage: RehearsalStage, spaces: readonly RehearsalSpace[]): Promise<EditedCopy[]> {
  const client = createOctopusClient(stage);
  const newest = await readNewestPackage(client.inSpace({ Id: "Spaces-1", Name: "Default" }), "hello_world");
  const copies: EditedCopy[] = [];
  for (const { id, name, tenantId } of spaces)
    for (const copy of (await openAllCopies(client.inSpace({ Id: id, Name: name }))).copies) {
      const update = await findDatabaseUpdate(copy, newest);
      const edits = JSON.parse(JSON.stringify(readEdits(update?.resources ?? [])));
      copies.push({ tenant: { id: tenantId, name }, template: "hello_world", edits });
    }
  return copies;
}
