import { expect, onTestFinished } from "vitest";
import { step } from "../../steps/look-up-space/step.ts";
import type { Resource } from "../octopus-server/model/collection.ts";
import { finishTask, startTask } from "../octopus-server/model/tasks.ts";
import type { OctopusServerOptions } from "../octopus-server/octopus-server.ts";
import { createStepContext, type StepContextOptions, type StepRecording } from "../step/create-step-context.ts";
import { startManagementSpace, type ManagementSpace } from "./managed-tenants.ts";

/** A tenant without a space, on the server with the management space. */
export interface MissingSpace extends ManagementSpace {
  tenantId: string;
  /** By the keys of Look Up Space, what it is given. */
  given: Record<string, string>;
  lookUp(parameters?: Record<string, string>, options?: Partial<StepContextOptions>): StepRecording;
  /** Runs of the runbook that makes spaces, in their order. */
  runs(): Resource[];
  /** Waits until so many are there, and begins the last one. */
  begin(count?: number): Promise<Resource>;
  /** Does what the runbook does: the space is made and recorded; the run goes on. */
  record(): Promise<string>;
  end(task: Resource, errorMessage?: string): void;
  /** As a person does in Octopus. */
  startByHand(): Promise<void>;
}

/** A tenant without a space, and a runbook that makes spaces; the test is its worker. */
export async function startMissingSpace(options: OctopusServerOptions = {}): Promise<MissingSpace> {
  const octopus = await startManagementSpace(options);
  const { api, url, apiKey, projectId, environmentId, server } = octopus;
  const tenantId = await octopus.addTenant("Europe / 🌍", { "ManagedTenant.Octopus.Url": url });
  const runbook = await api.post("/runbooks", {
    Name: "__ Create Client Space",
    ProjectId: projectId,
    MultiTenancyMode: "Tenanted",
    EnvironmentScope: "Specified",
    Environments: [environmentId],
  });
  const process = await api.get(`/runbookProcesses/${String(runbook["RunbookProcessId"])}`);
  const properties = {
    "Octopus.Action.RunOnServer": "true",
    "Octopus.Action.Script.ScriptSource": "Inline",
    "Octopus.Action.Script.Syntax": "Bash",
    "Octopus.Action.Script.ScriptBody": "echo made by the test",
  };
  const action = { Name: "Create Space", ActionType: "Octopus.Script", Properties: properties };
  await api.put(`/runbookProcesses/${process.Id}`, {
    ...process,
    Steps: [{ Name: "Create Space", Actions: [action] }],
  });
  const tasks = (): Resource[] => server.model.collection("tasks").list((task) => task["Name"] === "RunbookRun");
  const given = {
    serverUrl: url,
    apiKey,
    managementServerUrl: url,
    managementApiKey: apiKey,
    managementSpaceId: "Spaces-1",
    tenantId,
    makeMissing: "True",
    spaceRunbookEnvironment: "Sync",
  };
  return {
    ...octopus,
    tenantId,
    given,
    lookUp: (parameters = {}, more = {}) =>
      createStepContext({ step, parameters: { ...given, ...parameters }, ...more }),
    runs: tasks,
    async begin(count = 1) {
      await expect.poll(() => tasks().length).toBe(count);
      const task = tasks().at(-1);
      if (task === undefined) throw new Error("Nothing is queued.");
      return startTask(server.model, task.Id);
    },
    async record() {
      const me = await api.get("/users/me").catch(() => ({ Id: "Users-1" }));
      const response = await fetch(`${url}/api/spaces`, {
        method: "POST",
        headers: { "X-Octopus-ApiKey": apiKey, "Content-Type": "application/json" },
        body: JSON.stringify({ Name: "Europe", SpaceManagersTeamMembers: [String(me.Id)] }),
      });
      const space: unknown = await response.json();
      const id = typeof space === "object" && space !== null && "Id" in space ? String(space.Id) : "";
      await octopus.giveValues(tenantId, { "ManagedTenant.Octopus.Url": url, "ManagedTenant.Octopus.SpaceId": id });
      return id;
    },
    end: (task, errorMessage) =>
      void finishTask(
        server.model,
        task.Id,
        errorMessage === undefined ? { state: "Success" } : { state: "Failed", errorMessage },
      ),
    startByHand: async () => {
      const snapshot = await api.post("/runbookSnapshots", {
        RunbookId: runbook.Id,
        ProjectId: projectId,
        Name: `By hand ${tasks().length}`,
      });
      await api.act("/runbook-runs/create/v1", {
        SpaceId: "Spaces-1",
        SpaceIdOrName: "Spaces-1",
        ProjectName: projectId,
        RunbookName: runbook.Id,
        EnvironmentNames: ["Sync"],
        Tenants: [tenantId],
        Snapshot: String(snapshot["Name"]),
      });
    },
  };
}

/** As if it came in between: what was queued before is seen only when the other is there. */
export function hideUntilAnother(stage: MissingSpace): void {
  const { model } = stage.server;
  const hidden = stage.runs().at(-1);
  if (hidden === undefined) throw new Error("There is nothing to hide.");
  hidden["State"] = "New";
  const show = (task: Resource): void => {
    if (task.Id !== hidden.Id) hidden["State"] = "Queued";
  };
  model.taskChanged.add(show);
  onTestFinished(() => void model.taskChanged.delete(show));
}
