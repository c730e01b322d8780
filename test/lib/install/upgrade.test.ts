import { describe, expect, test } from "vitest";
import * as z from "zod";
import { sharedWorkspace } from "../../../lib/engines/terraform-workspace.ts";
import type { InstallOptions, InstallOutcome } from "../../../lib/install/install.ts";
import { createInstaller } from "../../../lib/install/installer.ts";
import { ensureRunbook } from "../../../lib/install/runbooks.ts";
import { saveRecord } from "../../../lib/install/save-record.ts";
import type { BuiltSteps } from "../../../lib/install/step-templates.ts";
import { createOctopusClient } from "../../../lib/octopus/octopus-client.ts";
import { startOctopus, type TestServer } from "../../steps/managed-tenants.ts";
import { createBuiltSteps } from "./built-steps.ts";
import { getNamed, runInstall } from "./run-install.ts";

const Step = z.looseObject({
  Name: z.string(),
  Actions: z.array(z.looseObject({ Name: z.string(), Properties: z.record(z.string(), z.unknown()) })),
});
type Step = z.infer<typeof Step>;
const Process = z.looseObject({ Id: z.string(), Steps: z.array(Step) });

async function readSteps({ api }: TestServer, runbook: string): Promise<Step[]> {
  const { Id } = await getNamed(api, "/runbooks", runbook);
  return Process.parse(await api.get(`/runbookProcesses/RunbookProcess-${Id}`)).Steps;
}

/** What a person does in the process editor. */
async function editSteps({ api }: TestServer, runbook: string, edit: (steps: Step[]) => Step[]): Promise<void> {
  const { Id } = await getNamed(api, "/runbooks", runbook);
  const process = Process.parse(await api.get(`/runbookProcesses/RunbookProcess-${Id}`));
  await api.put(`/runbookProcesses/${process.Id}`, { ...process, Steps: edit(process.Steps) });
}

function withoutProperty(step: Step, name: string): Step {
  const keep = (properties: Step["Actions"][number]["Properties"]) =>
    Object.fromEntries(Object.entries(properties).filter(([own]) => own !== name));
  return { ...step, Actions: step.Actions.map((action) => ({ ...action, Properties: keep(action.Properties) })) };
}

function namesOf(steps: Step[]): string[] {
  return steps.map(({ Name }) => Name);
}

async function startInstalled(options: Partial<InstallOptions> = {}): Promise<TestServer> {
  const octopus = await startOctopus();
  const [lifecycle] = await octopus.api.list("/lifecycles");
  const [group] = await octopus.api.list("/projectgroups");
  await octopus.api.post("/projects", { Name: "Hello World", LifecycleId: lifecycle?.Id, ProjectGroupId: group?.Id });
  await runInstall(octopus, { projects: ["Hello World"], ...options });
  return octopus;
}

function upgrade(octopus: TestServer, options: Partial<InstallOptions> = {}): Promise<InstallOutcome> {
  return runInstall(octopus, {
    projects: ["Hello World"],
    readBuilt: () => createBuiltSteps("1.1.0", "echo second"),
    ...options,
  });
}

/** The template of Serialize Project asks one thing more than it did. */
function buildWithNewParameter(): BuiltSteps {
  const built = createBuiltSteps("1.1.0", "echo second");
  const template = built.templates["serialize-project"] ?? {};
  const parameters = Array.isArray(template["Parameters"]) ? template["Parameters"] : [];
  const parameter = {
    Name: "SerializeProject.Flavor",
    Label: "Flavor",
    DefaultValue: "plain",
    DisplaySettings: { "Octopus.ControlType": "SingleLineText" },
  };
  return {
    ...built,
    templates: { ...built.templates, "serialize-project": { ...template, Parameters: [...parameters, parameter] } },
  };
}

describe.each([
  { known: "with a record", forget: async () => undefined },
  {
    known: "installed before there was a record",
    forget: async ({ api }: TestServer) =>
      api.remove(
        `/libraryvariablesets/${(await getNamed(api, "/libraryvariablesets", "Managed Spaces Installation")).Id}`,
      ),
  },
])("an upgrade of a space $known", ({ forget }) => {
  test("does not bring back a step that a person removed", async () => {
    const octopus = await startInstalled();
    await editSteps(octopus, "__ 4. Find Updates", (steps) => steps.filter(({ Name }) => Name !== "Preview Updates"));
    await forget(octopus);

    await upgrade(octopus);

    expect(namesOf(await readSteps(octopus, "__ 4. Find Updates"))).toEqual(["Find Updates"]);
    expect((await upgrade(octopus)).changes).toEqual([]);
  });

  test("does not bring back a default that a person cleared, and fills in what is new in the form", async () => {
    const octopus = await startInstalled();
    await editSteps(octopus, "__ 1. Serialize Project", (steps) =>
      steps.map((step) => withoutProperty(step, "SerializeProject.ServerUrl")),
    );
    await forget(octopus);

    await upgrade(octopus, { readBuilt: () => buildWithNewParameter() });

    const [step] = await readSteps(octopus, "__ 1. Serialize Project");
    expect(step?.Actions[0]?.Properties).not.toHaveProperty(["SerializeProject.ServerUrl"]);
    expect(step?.Actions[0]?.Properties).toMatchObject({
      "SerializeProject.Flavor": "plain",
      "SerializeProject.ApiKey": "#{ThisInstance.Api.Key}",
      "Octopus.Action.Script.ScriptBody": "echo second serialize-project",
    });
    expect((await upgrade(octopus, { readBuilt: () => buildWithNewParameter() })).changes).toEqual([]);
  });

  test("knows a step that a person renamed, and does not add it once more", async () => {
    const octopus = await startInstalled();
    await editSteps(octopus, "__ 2. Deploy Project", (steps) =>
      steps.map((step) =>
        step.Name === "Look Up Space"
          ? {
              ...step,
              Name: "Find the space",
              Actions: step.Actions.map((action) => ({ ...action, Name: "Find the space" })),
            }
          : step,
      ),
    );
    await forget(octopus);

    await upgrade(octopus);

    const steps = await readSteps(octopus, "__ 2. Deploy Project");
    expect(namesOf(steps)).toEqual(["Find the space", "Deploy Project"]);
    expect(steps[0]?.Actions[0]?.Properties["Octopus.Action.Script.ScriptBody"]).toBe("echo second look-up-space");
  });

  test("takes an option that was not given before", async () => {
    const octopus = await startInstalled();
    await forget(octopus);

    await upgrade(octopus, { terraformBackend: "s3" });

    const [step] = await readSteps(octopus, "__ 1. Serialize Project");
    expect(step?.Actions[0]?.Properties["SerializeProject.TerraformBackend"]).toBe("s3");
  });
});

test("what was not there when a run was cut off is made by the next, and what a person removed then stays out", async () => {
  const octopus = await startOctopus();
  const [lifecycle] = await octopus.api.list("/lifecycles");
  const [group] = await octopus.api.list("/projectgroups");
  await octopus.api.post("/projects", { Name: "Hello World", LifecycleId: lifecycle?.Id, ProjectGroupId: group?.Id });
  octopus.server.setFaults({ fail: { method: "PUT", path: "/runbookProcesses", status: 500 } });
  await expect(runInstall(octopus, { projects: ["Hello World"] })).rejects.toThrow(/\(500\)/);

  await runInstall(octopus, { projects: ["Hello World"] });
  const complete = namesOf(await readSteps(octopus, "__ Create Client Space"));
  await editSteps(octopus, "__ Create Client Space", () => []);
  await upgrade(octopus);

  expect(complete).toEqual(["Create Space", "Populate Space"]);
  expect(await readSteps(octopus, "__ Create Client Space")).toEqual([]);
});

test("a new step comes where it belongs, among the steps that are there", async () => {
  const octopus = await startOctopus();
  const install = await createRunbookInstaller(octopus);
  await install(["First", "Last"]);
  const own = (name: string) => ({
    Name: name,
    Actions: [{ Name: name, ActionType: "Octopus.Manual", Properties: {} }],
  });
  await editSteps(octopus, "Road", ([first, last]) =>
    [own("Before"), first, own("Between"), last, own("After")].filter((step) => step !== undefined),
  );

  await install(["Zeroth", "First", "Second", "Third", "Last", "Very last"]);

  expect(namesOf(await readSteps(octopus, "Road"))).toEqual([
    "Before",
    "Zeroth",
    "First",
    "Second",
    "Third",
    "Between",
    "Last",
    "Very last",
    "After",
  ]);
});

/** Installs one runbook with the steps of those names, as a version of this tool does that declares them. */
async function createRunbookInstaller({ api, url, apiKey }: TestServer): Promise<(names: string[]) => Promise<void>> {
  const [lifecycle] = await api.list("/lifecycles");
  const [group] = await api.list("/projectgroups");
  const project = await api.post("/projects", { Name: "Own", LifecycleId: lifecycle?.Id, ProjectGroupId: group?.Id });
  const environment = await api.post("/environments", { Name: "Sync" });
  const space = createOctopusClient({ url, apiKey }).inSpace({ Id: "Spaces-1", Name: "Default" });
  return async (names) => {
    const installer = createInstaller(space, { onlyPlan: false });
    const steps = names.map((name) => ({
      name,
      actionType: "Octopus.Script",
      properties: {
        "Octopus.Action.Script.ScriptBody": "echo",
        "Octopus.Action.Script.Syntax": "Bash",
        "Octopus.Action.Script.ScriptSource": "Inline",
      },
    }));
    const runbook = { name: "Road", description: "", isTenanted: false, environmentId: environment.Id, steps };
    await ensureRunbook(
      installer,
      { ...runbook, project: { Id: project.Id, Name: "Own" } },
      { workerPoolId: undefined, container: undefined },
    );
    await saveRecord(installer);
  };
}

const workspace = "Octopus.Action.Terraform.Workspace";

async function writeWorkspace(octopus: TestServer, value: string): Promise<void> {
  await editSteps(octopus, "__ 2. Deploy Project", (steps) =>
    steps.map((step) => ({
      ...step,
      Actions: step.Actions.map((action) =>
        workspace in action.Properties
          ? { ...action, Properties: { ...action.Properties, [workspace]: value } }
          : action,
      ),
    })),
  );
}

async function readWorkspace(octopus: TestServer): Promise<unknown> {
  const steps = await readSteps(octopus, "__ 2. Deploy Project");
  return steps.flatMap(({ Actions }) => Actions.map(({ Properties }) => Properties[workspace])).find(Boolean);
}

test("a workspace that tenants may share becomes one of their own, in which those that are there find what they have", async () => {
  const octopus = await startInstalled({ engine: "terraform", terraformBackend: "s3" });
  for (const Name of ["America", "日本", "東京"]) await octopus.api.post("/tenants", { Name });
  const { Id: america } = await getNamed(octopus.api, "/tenants", "America");
  await writeWorkspace(octopus, sharedWorkspace);

  await upgrade(octopus, { engine: "terraform" });

  const written = String(await readWorkspace(octopus));
  expect(written).toContain(`"^(${america})$"`);
  await octopus.api.post("/tenants", { Name: "Europe" });
  await upgrade(octopus, { engine: "terraform" });
  expect(await readWorkspace(octopus)).toBe(written);
});

test("a workspace that a person chose stays", async () => {
  const octopus = await startInstalled({ engine: "terraform", terraformBackend: "s3" });
  await writeWorkspace(octopus, "#{Octopus.Deployment.Tenant.Id}");

  await upgrade(octopus, { engine: "terraform" });

  expect(await readWorkspace(octopus)).toBe("#{Octopus.Deployment.Tenant.Id}");
});
