import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runCommand, type Outcome } from "../../run-command.ts";
import { readPackage } from "../../../lib/graph/package-archive.ts";
import type { JsonObject } from "../../../lib/model/json.ts";
import { getCommonTemplate } from "../../../lib/octopus/common-template.ts";
import { createOctopusClient, type OctopusSpace } from "../../../lib/octopus/octopus-client.ts";
import { recordCommonValue } from "../../../lib/octopus/tenant-variables.ts";
import { runsToKeep } from "../../../lib/resources/runbook.ts";
import { writeTerraformModule } from "../../../lib/terraform/write-terraform-module.ts";
import { step as deployRunbook } from "../../../steps/deploy-runbook/step.ts";
import { step as findUpdates } from "../../../steps/find-updates/step.ts";
import { step as previewUpdates } from "../../../steps/preview-updates/step.ts";
import { step as serializeRunbook } from "../../../steps/serialize-runbook/step.ts";
import { createVariableDictionary } from "../../octopus-server/worker/octostache.ts";
import type { StepDefinition } from "../../../lib/step/define-step.ts";
import { createStepContext, type StepRecording } from "../../step/create-step-context.ts";
import {
  notify,
  publish,
  secrets,
  startDeployments,
  type DeployedPackage,
  type DeploymentStage,
} from "../../steps/deployment-stage.ts";
import { bringNewest, startGoldenSpaces } from "../../steps/golden-space.ts";
import { startOctopus, type TestServer } from "../../steps/managed-tenants.ts";
import { createTerraformFolder, hasProvider } from "../terraform/terraform.ts";

test("a project of octoterra's workspace becomes a copy: a plan writes nothing, and afterwards it is found", async () => {
  const stage = await startAdoptions();
  const file = stage.writeState({ resources: [stage.made, password] });
  const before = readFileSync(file, "utf8");
  stage.takeWrites();

  const planned = await stage.adopt(["--state", file, "--plan"]);
  const written = stage.takeWrites();
  const done = await stage.adopt(["--state", file]);
  const receipt = stage.takeWrites();
  const again = await stage.adopt(["--state", file]);

  const copy = `The project "Hello World" (${stage.projectId}) of the space "America"`;
  const noted = 'as a copy of hello_world.1.0.0 in the receipt "Receipt[hello_world][Hello World]"';
  const unknown = "Nobody knows here the values of its 2 secrets: the next deployment sends all of them.";
  expect(planned).toEqual({ code: 0, stdout: `${copy} would be noted ${noted}.\n${unknown}\n`, stderr: "" });
  expect(written).toEqual([]);
  expect(done).toEqual({ code: 0, stdout: `${copy} is noted ${noted}.\n${unknown}\n`, stderr: "" });
  expect(receipt.filter((write) => !/libraryvariablesets|variables/.test(write))).toEqual([]);
  expect(again.stdout).toBe(
    `${copy} has a receipt, "Receipt[hello_world][Hello World]", which says that 1.0.0 was deployed. Nothing to do.\n`,
  );
  expect(stage.takeWrites()).toEqual([]);
  expect(readFileSync(file, "utf8")).toBe(before);
  expect((await stage.look(findUpdates)).outputs).toMatchObject({ Status: "Up to date", Behind: "0" });
  expect((await stage.look(previewUpdates)).outputs).toMatchObject({ Previews: "0" });
});

test("what is otherwise than the package is told as people's, kept by a deployment, and what the template adds arrives", async () => {
  const stage = await startAdoptions();
  await stage.edit("downstream", { Description: "Greets Americans." });
  await stage.removeTrigger();
  await stage.removeVariable("Feed");

  const { stdout } = await stage.adopt(["--state", stage.writeState({ resources: [stage.made] })]);
  const found = await stage.look(findUpdates);
  const deployed = await stage.deploy(stage.first);
  await stage.edit("upstream", { Description: "Greets everybody." });
  const later = await stage.deploy(await publish(stage, "1.0.1"));

  expect(stdout).toContain('\n  - the next deployment makes the trigger "Nightly" of "Hello World"\n');
  expect(stdout).toContain('\n  - the next deployment changes the variables of "Hello World": Variables › Feed\n');
  expect(stdout).toContain('\n  - "Description" in the project "Hello World" was changed in this space and stays so.');
  expect(found.outputs).toMatchObject({ Status: "Conflicts" });
  expect(deployed.outputs).toMatchObject({ Changed: "True", Conflicts: "1" });
  expect((await stage.downstream.list("/projecttriggers")).map(({ Name }) => Name)).toEqual(["Nightly"]);
  expect((await stage.listVariables()).filter((name) => name === "Feed")).toEqual(["Feed"]);
  expect(later.outputs).toMatchObject({ Conflicts: "1" });
  expect(await stage.downstream.get(`/projects/${stage.projectId}`)).toMatchObject({
    Description: "Greets Americans.",
  });
});

test("of the package that Terraform applied, the template's changes since then are told as the template's", async () => {
  const stage = await startAdoptions();
  await stage.edit("upstream", { Description: "Greets everybody." });
  const newer = await publish(stage, "1.0.1");
  const state = stage.writeState({ resources: [stage.made] });

  await stage.adopt(["--state", state, "--package-version", "1.0.0"]);
  const found = await stage.look(findUpdates);
  const deployed = await stage.deploy(newer);

  expect(found.outputs).toMatchObject({ Status: "Can be deployed", Behind: "1" });
  expect(deployed.outputs).toMatchObject({ Conflicts: "0" });
  expect(await stage.downstream.get(`/projects/${stage.projectId}`)).toMatchObject({
    Description: "Greets everybody.",
  });
});

test("what Terraform could not bring is nobody's change, where somebody says that it has just applied that package", async () => {
  const stage = await startAdoptions();
  await stage.edit("downstream", { Description: "As the provider says it." });
  const state = stage.writeState({ resources: [stage.made] });

  const { stdout } = await stage.adopt(["--state", state, "--as-applied"]);
  const found = await stage.look(findUpdates);

  expect(stdout).toContain(', but for:\n  - Terraform made otherwise the project "Hello World": Description\n');
  expect(found.outputs).toMatchObject({ Status: "Up to date" });
});

test("a project and a runbook that people renamed are known by what the state tells", async () => {
  const stage = await startAdoptions();
  await stage.edit("downstream", { Name: "Hello America" });
  const [runbook] = (await stage.downstream.list("/runbooks")).filter(({ Name }) => Name === "Restart");
  await stage.downstream.put(`/runbooks/${runbook?.Id}`, { ...runbook, Name: "Off and on", Slug: "off-and-on" });
  const label = "runbook_hello_world_restart";
  const made = { type: "octopusdeploy_runbook", name: label, attributes: { id: runbook?.Id, name: "Restart" } };
  const state = stage.writeState({ resources: [stage.made, made] });

  const { stdout } = await stage.adopt(["--state", state]);
  const deployed = await stage.deploy(stage.first, { parameters: { projectName: "Hello America" } });

  expect(stdout).toContain('\n  - "Name" in the runbook "Off and on" of "Hello America" was changed');
  expect(deployed.outputs["ProjectId"]).toBe(stage.projectId);
  expect((await stage.downstream.list("/runbooks")).map(({ Name }) => Name)).toEqual(["Off and on"]);
});

test("a template that was renamed since is told by the package and by which project it is", async () => {
  const stage = await startAdoptions();
  const other = { id: "Projects-99", name: "Other", space_id: stage.downstreamId };
  const project = {
    type: "octopusdeploy_project",
    name: "project_old_name",
    attributes: { ...stage.made.attributes, name: "Greeter" },
  };
  const state = stage.writeState({
    resources: [project, { type: "octopusdeploy_project", name: "o", attributes: other }],
  });

  const refused = await stage.adopt(["--state", state]);
  const unsaid = await stage.adopt(["--state", state, "--package", stage.first.path]);
  const done = await stage.adopt(["--state", state, "--package", stage.first.path, "--copy", "greeter"]);

  const all = `"Greeter" (${stage.projectId}), "Other" (Projects-99)`;
  expect(refused.stderr).toContain(
    `the space "Default" has no template of which the state's projects are a copy: ${all}. Name the package of the template with --package.`,
  );
  expect(unsaid.stderr).toContain(
    `has no copy of "Hello World": its projects are ${all}. Say which one it is with --copy`,
  );
  expect(done.stdout).toContain("is noted as a copy of hello_world.1.0.0");
});

test("each that does not belong together is told in one sentence, before anything is written", async () => {
  const stage = await startAdoptions();
  const at = (attributes: object) => ({ ...stage.made, attributes: { ...stage.made.attributes, ...attributes } });
  await stage.addTenant("Nowhere", { "ManagedTenant.Octopus.Url": stage.url });
  const run = async (resources: object[], more: string[] = [], outputs = {}): Promise<string> => {
    const state = stage.writeState({ resources, outputs });
    const { code, stdout, stderr } = await stage.adopt(["--state", state, ...more]);
    expect([code, stdout]).toEqual([1, ""]);
    return stderr.replaceAll(state, "STATE");
  };
  stage.takeWrites();

  expect(await run([password])).toBe(
    'Failed to adopt the copy of the tenant "America": the state "STATE" has no project. Give the state of the workspace in which Terraform made the copy; for the copy of a space or of a runbook, name its package with --package.\n',
  );
  expect(await run([stage.made, at({ id: "Projects-99" })])).toContain(
    `has several projects that may be copies of "Hello World": "Hello World" (${stage.projectId}), "Hello World" (Projects-99). Say which with --copy`,
  );
  expect(await run([at({ id: "Projects-99" })])).toContain(
    'the project "Hello World" (Projects-99) of the state "STATE" is no longer in the space "America"',
  );
  expect(await run([at({ space_id: "Spaces-77" })])).toContain(
    `the project "Hello World" of the state "STATE" is in the space Spaces-77, and the tenant "America" stands for "America" (${stage.downstreamId}).`,
  );
  expect(await run([stage.made], ["--tenant", "Amerika"])).toContain('the space "Default" has no tenant "Amerika"');
  expect(await run([stage.made], ["--tenant", "Nowhere"])).toContain("the space id is still the placeholder");
  expect(await run([stage.made], ["--package", "none_of_ours"])).toContain('has no package "none_of_ours".');
  expect(await run([stage.made], ["--package-version", "7.0.0"])).toContain('"hello_world" in version 7.0.0.');
  const renamed = temporaryFile("mine.zip");
  writeFileSync(renamed, readFileSync(stage.first.path));
  expect(await run([stage.made], ["--package", renamed])).toContain(
    `the file "${renamed}" has the package "hello_world", and neither it nor its name tells the version. Call it as the feed does: hello_world.1.0.0.zip.`,
  );
  expect(await run([stage.made], ["--package", "gone.zip"])).toContain('the package "gone.zip" cannot be read.');
  expect(await run([stage.made], ["--copy", "Other"])).toContain('has no project "Other"');
  expect(await run([stage.made], [], { octopus_server: { value: "https://other.example.com" } })).toContain(
    `is of the server https://other.example.com, and the space of the tenant "America" is at ${stage.url}.`,
  );
  expect(stage.takeWrites()).toEqual([]);
});

test.each([
  [[], /A copy is adopted by the state of Terraform and the tenant whose space has it/],
  [["--state", "-", "--tenant", "A", "--api-key-file", "-"], /Standard input holds the state or the API key, not both/],
  [["--state", "no such file", "--tenant", "A"], /The Terraform state cannot be read from "no such file"/],
  [["--state", "x", "--tenant", "A", "--git-host", "svn"], /--git-host is "svn"\. Use .*, gitea, github or gitlab/],
])("what is asked for wrongly is told: %j", async (given, sentence) => {
  const { code, stderr } = await runCommand(["adopt", ...given], {
    OCTOPUS_URL: "http://localhost",
    OCTOPUS_API_KEY: "API-1",
    OCTOPUS_SPACE: "A",
  });

  expect(code).toBe(given.includes("no such file") ? 1 : 64);
  expect(stderr).toMatch(sentence);
});

test("a space on another server is opened by a key of its own", async () => {
  const stage = await startAdoptions();
  const other = await startOctopus();
  await stage.addTenant("Europe", {
    "ManagedTenant.Octopus.Url": other.url,
    "ManagedTenant.Octopus.SpaceId": "Spaces-1",
  });
  const made = await makeProject(
    createOctopusClient(other).inSpace({ Id: "Spaces-1", Name: "Default" }),
    "Hello World",
  );
  const attributes = { id: made, name: "Hello World", space_id: "Spaces-1" };
  const state = stage.writeState({ resources: [{ ...stage.made, attributes }] });

  const unknown = await stage.adopt(["--state", state, "--tenant", "Europe"]);
  const wrong = await stage.adopt(["--state", state, "--tenant", "Europe"], { MANAGED_TENANT_API_KEY: "API-WRONG" });
  const done = await stage.adopt(["--state", state, "--tenant", "Europe"], { MANAGED_TENANT_API_KEY: other.apiKey });

  expect(unknown.stderr).toContain(
    `the space of the tenant "Europe" is at ${other.url}, and Octopus shows its key to nobody. Set MANAGED_TENANT_API_KEY to a key for that server.`,
  );
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).not.toContain("API-WRONG");
  expect(done.stdout).toContain("is noted as a copy of hello_world.1.0.0 in the receipt");
});

test("the copies of a space's package and of a runbook's are adopted, too", async () => {
  const stage = await startGoldenSpaces();
  const { golden, managed } = stage;
  const tenants = await addTenants(golden);
  await tenants.addTenant("America", {
    "ManagedTenant.Octopus.Url": stage.url,
    "ManagedTenant.Octopus.SpaceId": managed.id,
  });
  for (const [space, name] of [
    [golden, "Operations"],
    [managed, "Shop"],
  ] as const) {
    const ProjectId = await makeProject(space, name);
    await space.post("/runbooks", { Name: "Restart", ProjectId, RunRetentionPolicy: runsToKeep });
  }
  await golden.post("/environments", { Name: "Production" });
  const environment = await managed.post("/environments", { Name: "Production" });
  await stage.serialize({ project: "Operations", runbook: "Restart" }, serializeRunbook);
  const packed = await stage.serialize({ resources: "environment: Production" });
  const packageId = packed.outputs["PackageId"] ?? "";
  const [runbook] = await managed.list("/runbooks");
  const state = writeState({
    resources: [
      { type: "octopusdeploy_runbook", name: "restart", attributes: { id: runbook?.Id, name: "Restart" } },
      { type: "octopusdeploy_environment", name: "production", attributes: { id: environment.Id, name: "Production" } },
    ],
    outputs: { octopus_space_id: { value: managed.id } },
  });
  const given = ["--state", state, "--tenant", "America", "--space", golden.name];
  const environmentOf = { OCTOPUS_URL: stage.url, OCTOPUS_API_KEY: stage.apiKey };
  const file = await bringNewest(golden, "operations_restart");

  const one = await runCommand(["adopt", ...given, "--package", file.path], environmentOf);
  const making = writeState({
    resources: [{ type: "octopusdeploy_space", name: "octopus_space_golden", attributes: { id: managed.id } }],
    outputs: { octopus_space_id: { value: managed.id } },
  });
  const none = await runCommand(["adopt", ...given, "--package", packageId, "--state", making], environmentOf);
  const all = await runCommand(["adopt", ...given, "--package", packageId], environmentOf);

  expect(one.stdout).toContain(
    `The runbook "Restart" (${runbook?.Id}) of the space "Managed" is noted as a copy of operations_restart.`,
  );
  expect(one.stdout).toContain('"Receipt[operations_restart][Shop/Restart]"');
  expect(none.stderr).toContain(
    "has nothing that is in a space. Give the state of the workspace that filled the space",
  );
  expect(all.stdout).toContain(`The content of the space "Managed" is noted as a copy of ${packageId}.`);
  stage.takeWrites();
  // As a module has them; another choice would be noted.
  const places = { machines: "asTheyAre", pollingMachines: "True", gitProjects: "sameRepository" };
  await stage.deploy(packageId, places);
  await stage.deploy("operations_restart", { project: "Shop" }, { step: deployRunbook });
  // A receipt of ours has no receipt key, which a deployment notes.
  expect(stage.takeWrites().filter((write) => !write.includes("/variables/variableset-Library"))).toEqual([]);
});

test.skipIf(!hasProvider)(
  "what a real Terraform made is adopted by its file and by what it shows, and is up to date",
  async () => {
    const stage = await startAdoptions();
    await stage.downstream.remove(`/projects/${stage.projectId}`);
    await stage.downstream.post("/actiontemplates", notify).catch(() => undefined);
    const folder = await applyModule(stage, stage.first);
    const shown = await folder.run("-chdir=space_population", "show", "-json");
    const pulled = await folder.run("-chdir=space_population", "state", "pull");
    const windows = temporaryFile("shown.json");
    writeFileSync(windows, `\uFEFF${shown}`, "utf16le");
    const file = temporaryFile("pulled.tfstate");
    writeFileSync(file, pulled);

    const planned = await stage.adopt(["--state", windows, "--plan", "--as-applied"]);
    const done = await stage.adopt(["--state", file, "--as-applied"]);

    expect(planned.stdout.replace("would be", "is")).toBe(done.stdout);
    expect(done).toMatchObject({ code: 0, stderr: "" });
    for (const secret of Object.values(secrets)) {
      expect(pulled).toContain(secret);
      expect(done.stdout).not.toContain(secret);
    }
    expect((await stage.look(findUpdates)).outputs).toMatchObject({ Status: "Up to date", Behind: "0" });
  },
);

/** Something else that a state manages, with a secret in it. */
const password = { type: "octopusdeploy_variable", name: "v", attributes: { id: "v", sensitive_value: "hunter22" } };

interface StateContent {
  resources: object[];
  outputs?: object;
}

function writeState({ resources, outputs = {} }: StateContent): string {
  const listed = resources.map((resource) => {
    const { type, name, attributes } = JSON.parse(JSON.stringify(resource));
    return { mode: "managed", type, name, instances: [{ schema_version: 0, attributes }] };
  });
  const file = temporaryFile("terraform.tfstate");
  writeFileSync(file, JSON.stringify({ version: 4, serial: 7, outputs, resources: listed }));
  return file;
}

function temporaryFile(name: string): string {
  const directory = mkdtempSync(join(tmpdir(), "state-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, name);
}

interface Adoptions extends DeploymentStage, Tenants {
  projectId: string;
  /** Of the state, the copy of the template. */
  made: { type: string; name: string; attributes: { id: string; name: string; space_id: string } };
  first: DeployedPackage;
  writeState(content: StateContent): string;
  /** For the tenant America, where the options name no other. */
  adopt(given: string[], environment?: Record<string, string>): Promise<Outcome>;
  edit(side: "upstream" | "downstream", fields: object): Promise<void>;
  /** Of the copy. */
  removeTrigger(): Promise<void>;
  removeVariable(name: string): Promise<void>;
  listVariables(): Promise<string[]>;
  look(step: StepDefinition): Promise<StepRecording>;
}

/** A copy without a receipt, which is as the package in the feed has it, and the tenant America that stands for its space. */
async function startAdoptions(): Promise<Adoptions> {
  const stage = await startDeployments();
  const { url, apiKey, upstream, downstream, downstreamId } = stage;
  const first = await publish(stage, "1.0.0");
  const projectId = (await stage.deploy(first)).outputs["ProjectId"] ?? "";
  for (const { Id, ContentType } of await downstream.list("/libraryvariablesets"))
    if (ContentType === "ScriptModule") await downstream.remove(`/libraryvariablesets/${Id}`);
  const readVariables = async (): Promise<{ Variables: { Name: string }[] }> =>
    JSON.parse(JSON.stringify(await downstream.get(`/variables/variableset-${projectId}`)));
  const tenants = await addTenants(createOctopusClient(stage).inSpace({ Id: "Spaces-1", Name: "Default" }));
  await tenants.addTenant("America", {
    "ManagedTenant.Octopus.Url": url,
    "ManagedTenant.Octopus.SpaceId": downstreamId,
  });
  return {
    ...stage,
    ...tenants,
    first,
    projectId,
    made: {
      type: "octopusdeploy_project",
      name: "project_hello_world",
      attributes: { id: projectId, name: "Hello World", space_id: downstreamId },
    },
    writeState,
    async adopt(given, environment = {}) {
      const tenant = given.includes("--tenant") ? [] : ["--tenant", "America"];
      const own = { OCTOPUS_URL: url, OCTOPUS_API_KEY: apiKey, OCTOPUS_SPACE: "Default" };
      const outcome = await runCommand(["adopt", ...tenant, ...given], { ...own, ...environment });
      expect(JSON.stringify(outcome)).not.toContain("hunter22");
      return outcome;
    },
    async edit(side, fields) {
      const api = side === "upstream" ? upstream : downstream;
      const path = `/projects/${side === "upstream" ? stage.project.Id : projectId}`;
      await api.put(path, { ...(await api.get(path)), ...fields });
    },
    async removeTrigger() {
      for (const { Id } of await downstream.list("/projecttriggers")) await downstream.remove(`/projecttriggers/${Id}`);
    },
    async removeVariable(name) {
      const set = await readVariables();
      await downstream.put(`/variables/variableset-${projectId}`, {
        ...set,
        Variables: set.Variables.filter(({ Name }) => Name !== name),
      });
    },
    listVariables: async () => (await readVariables()).Variables.map(({ Name }) => Name),
    async look(step) {
      const parameters = {
        managementServerUrl: url,
        managementApiKey: apiKey,
        managementSpaceId: "Spaces-1",
        project: "Hello World",
        serverUrl: url,
        apiKey,
        spaceId: downstreamId,
      };
      const recording = createStepContext({ step, parameters, workingDirectory: mkdtempSync(join(tmpdir(), "look-")) });
      await recording.run();
      return recording;
    },
  };
}

interface Tenants {
  addTenant(name: string, values: Record<string, string>): Promise<void>;
}

async function addTenants(space: OctopusSpace): Promise<Tenants> {
  const templates = ["ManagedTenant.Octopus.Url", "ManagedTenant.Octopus.SpaceId"].map((Name) => ({
    Name,
    DefaultValue: Name.endsWith("Id") ? "Unknown" : "",
    DisplaySettings: { "Octopus.ControlType": "SingleLineText" },
  }));
  const set = await space.post("/libraryvariablesets", {
    Name: "Octopus Server",
    ContentType: "Variables",
    Templates: templates,
  });
  const project = await makeProject(space, "__ Client Space", { IncludedLibraryVariableSetIds: [set.Id] });
  const { Id: environment } = await space.post("/environments", { Name: "Syncing" });
  return {
    async addTenant(Name, values) {
      const tenant = await space.post("/tenants", { Name, ProjectEnvironments: { [project]: [environment] } });
      for (const [name, value] of Object.entries(values))
        await recordCommonValue(space, tenant.Id, await getCommonTemplate(space, name), value);
    },
  };
}

async function makeProject(api: OctopusSpace, Name: string, more: JsonObject = {}): Promise<string> {
  const [lifecycle] = await api.list("/lifecycles");
  const [group] = await api.list("/projectgroups");
  const own = { Name, LifecycleId: lifecycle?.Id ?? "", ProjectGroupId: group?.Id ?? "" };
  return (await api.post("/projects", { ...own, TenantedDeploymentMode: "TenantedOrUntenanted", ...more })).Id;
}

async function applyModule(
  { url, apiKey, downstreamId }: Pick<TestServer, "url" | "apiKey"> & { downstreamId: string },
  { path }: DeployedPackage,
): Promise<ReturnType<typeof createTerraformFolder>> {
  const { files } = writeTerraformModule(readPackage(path, "hello_world").graph);
  const variables = createVariableDictionary(Object.entries(secrets));
  const substituted = [...files].map(([name, text]): [string, string] => [
    name,
    name.includes("sensitive") ? variables.evaluate(text, { lenient: true }).text : text,
  ]);
  const folder = createTerraformFolder(new Map(substituted), {
    TF_VAR_octopus_server: url,
    TF_VAR_octopus_apikey: apiKey,
    TF_VAR_octopus_space_id: downstreamId,
  });
  await folder.run("-chdir=space_population", "init", "-input=false");
  await folder.run("-chdir=space_population", "apply", "-auto-approve", "-input=false", "-no-color");
  return folder;
}
