import { runCommand, type Outcome } from "../../../run-command.ts";
import type { Document } from "../../../api.ts";
import type { CommandContext } from "../../../../lib/cli/command-context.ts";
import { startManagementSpace, type ManagementSpace } from "../../../steps/managed-tenants.ts";
import type { OctopusServerOptions } from "../../../octopus-server/octopus-server.ts";
import { finishTask, startTask } from "../../../octopus-server/model/tasks.ts";

/** A management space with tenants, and a runbook that says in one line of Bash what becomes of each. */
export interface Stage extends ManagementSpace {
  runbook: Document;
  /** Ids of the tenants, by name. */
  tenants: Record<string, string>;
  /** Runs the command; its pauses are as short as can be. */
  manage(
    argv: readonly string[],
    context?: Partial<CommandContext>,
    environment?: Record<string, string>,
  ): Promise<Outcome>;
  addRunbook(name: string, script: string, projectId?: string): Promise<Document>;
  setScript(runbook: Document, script: string, action?: Record<string, unknown>): Promise<void>;
  /** As a person does in Octopus. */
  runByHand(tenant: string, snapshot: string): Promise<void>;
  runs(): Promise<Document[]>;
}

export const ownTenant = `tenant="$(get_octopusvariable Octopus.Deployment.Tenant.Name)"`;

export interface StageOptions extends OctopusServerOptions {
  names?: readonly string[];
  script?: string;
}

const values = (spaceId: string): Record<string, unknown> => ({
  "ManagedTenant.Octopus.Url": "https://octopus.example.com",
  "ManagedTenant.Octopus.ApiKey": { HasValue: true, NewValue: "API-NOBODYKNOWSIT" },
  "ManagedTenant.Octopus.SpaceId": spaceId,
  "Billing.Code": "42",
});

export async function startStage({
  names = ["Africa", "America", "Asia"],
  script = "echo fine",
  ...options
}: StageOptions = {}): Promise<Stage> {
  const octopus = await startManagementSpace({ worker: true, ...options });
  const { api, url, apiKey, projectId, environmentId } = octopus;
  const tenants: Record<string, string> = {};
  for (const [index, name] of names.entries())
    tenants[name] = await octopus.addTenant(name, values(`Spaces-${index + 2}`));

  async function addRunbook(name: string, body: string, owner = projectId): Promise<Document> {
    const runbook = await api.post("/runbooks", {
      Name: name,
      ProjectId: owner,
      MultiTenancyMode: "Tenanted",
      EnvironmentScope: "Specified",
      Environments: [environmentId],
    });
    await setScript(runbook, body);
    return runbook;
  }

  async function setScript(runbook: Document, body: string, more: Record<string, unknown> = {}): Promise<void> {
    const process = await api.get(`/runbookProcesses/${String(runbook["RunbookProcessId"])}`);
    const properties = {
      "Octopus.Action.RunOnServer": "true",
      "Octopus.Action.Script.ScriptSource": "Inline",
      "Octopus.Action.Script.Syntax": "Bash",
      "Octopus.Action.Script.ScriptBody": body,
    };
    const action = { Name: "Work", ActionType: "Octopus.Script", Properties: properties, ...more };
    await api.put(`/runbookProcesses/${process.Id}`, { ...process, Steps: [{ Name: "Work", Actions: [action] }] });
  }

  const runbook = await addRunbook("__ 2. Deploy Project", script);
  octopus.server.requests.length = 0;
  return {
    ...octopus,
    runbook,
    tenants,
    manage: (argv, context = {}, environment = {}) =>
      runCommand(
        argv,
        { OCTOPUS_URL: url, OCTOPUS_API_KEY: apiKey, OCTOPUS_SPACE: "Default", ...environment },
        { pause: shortPause, ...context },
      ),
    addRunbook,
    setScript,
    runByHand: (tenant, snapshot) =>
      api.act("/runbook-runs/create/v1", {
        SpaceId: "Spaces-1",
        SpaceIdOrName: "Spaces-1",
        ProjectName: projectId,
        RunbookName: runbook.Id,
        EnvironmentNames: ["Sync"],
        Tenants: [tenant],
        Snapshot: snapshot,
      }),
    runs: () => api.list("/runbookRuns?take=1000"),
  };
}

/** Long enough for the worker to get on. */
function shortPause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10));
}

/** In place of a worker: ends all that is in the queue. */
export function endQueued({ server }: ManagementSpace, failing: readonly string[] = []): void {
  const { model } = server;
  for (const task of model.collection("tasks").list((one) => one["IsCompleted"] !== true)) {
    if (task["State"] === "Queued") startTask(model, task.Id);
    const isFailing = failing.includes(String(task["TenantId"]));
    finishTask(model, task.Id, isFailing ? { state: "Failed", errorMessage: "It failed." } : { state: "Success" });
  }
}
