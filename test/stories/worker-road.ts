import { renderInlineScript } from "../../build/launchers.ts";
import { bundleStep } from "../../build/bundle.ts";
import { signIn, type OctopusUser } from "../../examples/demo/octopus-user.ts";
import { isJsonObject, objectsOf, type JsonObject, type JsonValue } from "../../lib/model/json.ts";
import { getParameterForm } from "../../lib/step/parameters.ts";
import { toVariableName } from "../../lib/step/variable-names.ts";
import { step as deployStep } from "../../steps/deploy-project/step.ts";
import { step as serializeProject } from "../../steps/serialize-project/step.ts";
import { createStepContext, type StepRecording } from "../step/create-step-context.ts";
import { startOctopus } from "../steps/managed-tenants.ts";

export const templateName = "Hello World";

/** A template project and a managed space on a server whose worker evaluates variables as Octopus does, and runs Deploy Project's script. */
export interface WorkerRoad {
  /** In the management space. */
  barry: OctopusUser;
  /** In the managed space. */
  lisa: OctopusUser;
  /** By name, the environments of the management space. */
  environments: Record<string, string>;
  /** As in the portal: those that are there already stay the same ones. */
  setVariables(variables: JsonObject[]): Promise<void>;
  /** Runs Serialize Project, in a run that has these variables. */
  serialize(variables?: Record<string, string>): Promise<StepRecording>;
  /** Runs the runbook with Deploy Project in Sync. @returns the task's log; its promise rejects with it when the task fails */
  deploy(): Promise<string>;
  /** What a deployment of the template, or of its copy, to an environment has for these variables, in base64. */
  readValues(user: OctopusUser, environment: string): Promise<Record<string, string>>;
}

/** @param names - of the variables whose values the template's deployments tell */
export async function startWorkerRoad(names: readonly string[]): Promise<WorkerRoad> {
  const { url, apiKey, api } = await startOctopus({ worker: true });
  const me = await api.get("/users/me").catch(() => ({ Id: "Users-1" }));
  const barry = await signIn({ url, apiKey, spaceName: "Default" });
  const spaceId = await createSpace({ url, apiKey }, String(me.Id));
  const lisa = await signIn({ url, apiKey, spaceName: "America" });
  const environments: Record<string, string> = {};
  for (const user of [barry, lisa]) await createLifecycle(user);
  await barry.create("/environments", { Name: "Sync" });
  for (const { Id, Name } of await barry.list("/environments")) environments[Name] = Id;
  const project = await createTemplate(barry, names);
  await addRunbook(barry, project.Id, { serverUrl: url, apiKey, spaceId, receiptKey: "a key for receipts" });

  return {
    barry,
    lisa,
    environments,
    async setVariables(variables) {
      const set = await barry.get(`/variables/variableset-${project.Id}`);
      const present = objectsOf(JSON.parse(JSON.stringify(set)), "Variables");
      await barry.update(`/variables/${set.Id}`, {
        ...set,
        Variables: variables.map((variable) => ({ ...variable, ...findId(present, variable) })),
      });
    },
    async serialize(variables = {}) {
      const run = createStepContext({
        step: serializeProject,
        parameters: { serverUrl: url, apiKey, space: "Spaces-1", project: templateName },
        variables,
      });
      await run.run();
      return run;
    },
    deploy: async () => (await barry.runRunbook(templateName, "__ Deploy")).log,
    async readValues(user, environment) {
      const { log } = await user.deploy(templateName, environment);
      return Object.fromEntries(
        [...log.matchAll(/value (\S+) = (\S*)/g)].map(([, name = "", value = ""]) => [decode(name), decode(value)]),
      );
    },
  };
}

function findId(present: readonly JsonObject[], variable: JsonObject): JsonObject {
  const same = present.find(
    (other) =>
      other["Name"] === variable["Name"] && JSON.stringify(listScope(other)) === JSON.stringify(listScope(variable)),
  );
  return same === undefined ? {} : { Id: same["Id"] ?? null };
}

function listScope({ Scope: scope = {} }: JsonObject): JsonValue[] {
  return isJsonObject(scope) ? Object.values(scope).flat() : [];
}

function decode(text: string): string {
  return Buffer.from(text, "hex").toString("utf8");
}

async function createSpace({ url, apiKey }: { url: string; apiKey: string }, managerId: string): Promise<string> {
  const response = await fetch(`${url}/api/spaces`, {
    method: "POST",
    headers: { "X-Octopus-ApiKey": apiKey, "Content-Type": "application/json" },
    body: JSON.stringify({ Name: "America", SpaceManagersTeamMembers: [managerId] }),
  });
  const space: unknown = await response.json();
  return typeof space === "object" && space !== null && "Id" in space ? String(space.Id) : "";
}

/** A release goes to either environment first. */
async function createLifecycle(user: OctopusUser): Promise<void> {
  const environments = [];
  for (const Name of ["Test", "Production"]) environments.push((await user.create("/environments", { Name })).Id);
  const phase = { Name: "Any", OptionalDeploymentTargets: environments, AutomaticDeploymentTargets: [] };
  await user.create("/lifecycles", { Name: "Any Order", Phases: [phase] });
}

async function createTemplate(user: OctopusUser, names: readonly string[]): Promise<{ Id: string }> {
  const lifecycle = await user.find("/lifecycles", "Any Order");
  const [group] = await user.list("/projectgroups");
  const project = await user.create("/projects", {
    Name: templateName,
    LifecycleId: lifecycle?.Id,
    ProjectGroupId: group?.Id,
  });
  const process = await user.get(`/projects/${project.Id}/deploymentprocesses`);
  await user.update(`/projects/${project.Id}/deploymentprocesses`, {
    ...process,
    Steps: [toStep("Tell", tellValues(names))],
  });
  return project;
}

/** In hexadecimal: the log masks secrets, and what they are in base64. */
function tellValues(names: readonly string[]): string {
  const hex = "od -An -v -tx1 | tr -d ' \\n'";
  const lines = names.map((name) => {
    const quoted = `'${name}'`;
    return `echo "value $(printf '%s' ${quoted} | ${hex}) = $(get_octopusvariable ${quoted} | ${hex})"`;
  });
  return lines.join("\n");
}

async function addRunbook(user: OctopusUser, projectId: string, form: Record<string, string>): Promise<void> {
  const bundle = await bundleStep({ slug: "deploy-project", path: "steps/deploy-project/step.ts" });
  const body = await renderInlineScript(deployStep, bundle);
  const feed = (await user.list("/feeds")).find((candidate) => candidate["FeedType"] === "BuiltIn")?.Id ?? "";
  const parameters = Object.entries(deployStep.parameters).map(([key, parameter]) => {
    const { default: initial, variable } = getParameterForm(parameter);
    return [toVariableName(deployStep.prefix, key), form[key] ?? (variable === undefined ? initial : "")];
  });
  const reference = { PackageId: "hello_world", FeedId: feed };
  const runbook = await user.create("/runbooks", { Name: "__ Deploy", ProjectId: projectId });
  const process = await user.get(`/runbookProcesses/${String(runbook["RunbookProcessId"])}`);
  const step = toStep("Deploy Project", body, {
    properties: { ...Object.fromEntries(parameters), "DeployProject.Package": JSON.stringify(reference) },
    packages: [
      {
        Name: "DeployProject.Package",
        ...reference,
        AcquisitionLocation: "Server",
        Properties: { Extract: "True", SelectionMode: "immediate", PackageParameterName: "DeployProject.Package" },
      },
    ],
  });
  await user.update(`/runbookProcesses/${process.Id}`, { ...process, Steps: [step] });
}

function toStep(
  name: string,
  body: string,
  { properties = {}, packages = [] }: { properties?: Record<string, string>; packages?: JsonObject[] } = {},
): JsonObject {
  const script = {
    "Octopus.Action.RunOnServer": "true",
    "Octopus.Action.Script.ScriptSource": "Inline",
    "Octopus.Action.Script.Syntax": "Bash",
    "Octopus.Action.Script.ScriptBody": body,
    ...properties,
  };
  const action = { Name: name, ActionType: "Octopus.Script", Properties: script, Packages: packages };
  return { Name: name, StartTrigger: "StartAfterPrevious", Condition: "Success", Actions: [action] };
}
