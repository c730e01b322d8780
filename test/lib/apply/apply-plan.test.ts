import { expect, test } from "vitest";
import { applyPlan, type ApplyHooks } from "../../../lib/apply/apply-plan.ts";
import { compareGraph, refuseProblems, toPlan, type PlannedResource } from "../../../lib/compare/compare-graph.ts";
import type { CompareOptions } from "../../../lib/compare/comparison.ts";
import { historyOfGraph } from "../../../lib/compare/history.ts";
import { reference, type GraphNode, type ResourceGraph } from "../../../lib/model/graph.ts";
import { createOctopusClient } from "../../../lib/octopus/octopus-client.ts";
import { objectsOf, type JsonObject } from "../../../lib/model/json.ts";
import type { Api } from "../../api.ts";
import { startOctopus, type TestServer } from "../../steps/managed-tenants.ts";

const owner = { kind: "project", key: ["Web"] };

test("merges again when a person wrote the same document in between", async () => {
  const octopus = await startOctopus();
  const base = toGraph([processOf("One")]);
  await apply(octopus, { graph: base });

  const result = await apply(octopus, {
    graph: toGraph([processOf("One", "Two")]),
    history: historyOfGraph(base),
    onFirstWrite: () => addStep(octopus.api, "Theirs"),
  });

  expect(await stepNames(octopus.api)).toEqual(["One", "Theirs", "Two"]);
  expect(result.flatMap(({ kept }) => kept)).toMatchObject([
    { path: ["Steps", "Theirs"], what: "added", isConflict: false },
  ]);
});

test("leaves alone what somebody else made in between, and says so", async () => {
  const octopus = await startOctopus();
  await apply(octopus, { graph: toGraph([]) });
  const runbook = {
    kind: "runbook",
    key: ["Web", "Restart"],
    owner,
    body: { Name: "Restart", EnvironmentScope: "All", Description: "Ours" },
  };
  const [project] = await octopus.api.list("/projects");

  const theirs = { Name: "restart", ProjectId: project?.Id, Description: "Theirs" };
  const applied = apply(octopus, {
    graph: toGraph([runbook]),
    onFirstWrite: async () => void (await octopus.api.post("/runbooks", theirs)),
  });

  await expect(applied).rejects.toThrow(
    /^While this step was about to make the runbook "Restart" of "Web", somebody else made a runbook of that name \(Runbooks-1\)/,
  );
  expect(await octopus.api.list("/runbooks")).toMatchObject([{ Name: "restart", Description: "Theirs" }]);
});

test("writes a resource that points to a later one when that is there", async () => {
  const octopus = await startOctopus();
  const process = processOf("Run the runbook");
  const [step] = objectsOf(process.body, "Steps");
  const [action] = objectsOf(step ?? {}, "Actions");
  const properties: JsonObject = { "Octopus.Action.RunRunbook.RunbookId": reference("runbook", ["Web", "Restart"]) };
  const body: JsonObject = { Steps: [{ ...step, Actions: [{ ...action, Properties: properties }] }] };
  const runbook = {
    kind: "runbook",
    key: ["Web", "Restart"],
    owner,
    body: { Name: "Restart", EnvironmentScope: "All" },
  };
  const graph = toGraph([{ ...process, body }, runbook]);

  await apply(octopus, { graph });
  const again = await apply(octopus, { graph, history: historyOfGraph(graph) });

  expect(JSON.stringify(await octopus.api.get("/projects/Projects-1/deploymentprocesses"))).toContain(
    '"Octopus.Action.RunRunbook.RunbookId":"Runbooks-1"',
  );
  expect(again.every(({ action: done }) => done === "none")).toBe(true);
});

test("says which reference is broken when neither the graph nor the space has its target", async () => {
  const octopus = await startOctopus();
  const trigger = {
    kind: "projectTrigger",
    key: ["Web", "Nightly"],
    owner,
    body: {
      Name: "Nightly",
      Filter: {},
      Action: { ActionType: "RunRunbook", RunbookId: reference("runbook", ["Web", "Gone"]) },
    },
  };

  await expect(apply(octopus, { graph: toGraph([trigger]) })).rejects.toThrow(
    /^Failed to write the trigger "Nightly" of "Web": it refers to the runbook "Gone" of "Web", which neither the package nor the space has/,
  );
});

test("keeps a field that only a newer server knows", async () => {
  const octopus = await startOctopus();
  const base = toGraph([]);
  await apply(octopus, { graph: base });
  octopus.server.model
    .collection("projects")
    .replace("Projects-1", { ...octopus.server.model.collection("projects").find("Projects-1"), FromTheFuture: "yes" });

  const result = await apply(octopus, { graph: base, history: historyOfGraph(base) });

  expect(result.map(({ action, kept }) => ({ action, kept }))).toEqual([{ action: "none", kept: [] }]);
});

function toGraph(nodes: GraphNode[]): ResourceGraph {
  const body = {
    Name: "Web",
    ProjectGroupId: reference("projectGroup", ["Default Project Group"]),
    LifecycleId: reference("lifecycle", ["Default Lifecycle"]),
  };
  const lookUps = [
    { kind: "projectGroup", key: ["Default Project Group"] },
    { kind: "lifecycle", key: ["Default Lifecycle"] },
  ];
  return { nodes: [{ ...owner, body }, ...nodes], lookUps, remarks: [] };
}

function processOf(...names: string[]): GraphNode {
  return { kind: "deploymentProcess", key: ["Web"], owner, body: { Steps: names.map(toStep) } };
}

function toStep(name: string): JsonObject {
  return {
    Name: name,
    Actions: [{ Name: name, ActionType: "Octopus.Script", Properties: { "Octopus.Action.Script.ScriptBody": "echo" } }],
  };
}

/** What became of each resource. */
async function apply(
  { url, apiKey }: TestServer,
  { onFirstWrite, ...options }: Partial<CompareOptions> & ApplyHooks & { graph: ResourceGraph },
): Promise<PlannedResource[]> {
  const space = createOctopusClient({ url, apiKey }).inSpace({ Id: "Spaces-1", Name: "Default" });
  const secrets = { readVariable: () => undefined, missing: "fail" } as const;
  const compared = await compareGraph({ space, overwrite: false, secrets, ...options });
  refuseProblems(compared.plan);
  await applyPlan(compared, onFirstWrite === undefined ? {} : { onFirstWrite });
  return toPlan(compared.comparison, compared.plans).resources;
}

async function addStep(api: Api, name: string): Promise<void> {
  const process = await api.get("/projects/Projects-1/deploymentprocesses");
  const steps = objectsOf(JSON.parse(JSON.stringify(process)), "Steps");
  await api.put("/projects/Projects-1/deploymentprocesses", { ...process, Steps: [...steps, toStep(name)] });
}

async function stepNames(api: Api): Promise<unknown[]> {
  const process = await api.get("/projects/Projects-1/deploymentprocesses");
  return objectsOf(JSON.parse(JSON.stringify(process)), "Steps").map(({ Name }) => Name);
}
