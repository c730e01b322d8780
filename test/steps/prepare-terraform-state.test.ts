import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startStateServer } from "../../examples/demo/state-server.ts";
import { openPackageFiles, readArchive } from "../../lib/graph/package-archive.ts";
import { parseResourceIndex, resourceIndexPath } from "../../lib/terraform/resource-index.ts";
import { step } from "../../steps/prepare-terraform-state/step.ts";
import { fillSecrets } from "../lib/terraform/module-of-package.ts";
import { createTerraformFolder, hasProvider } from "../lib/terraform/terraform.ts";
import { createStepContext, type StepRecording } from "../step/create-step-context.ts";
import { startDeployments, type DeployedPackage, type DeploymentStage } from "./deployment-stage.ts";
import { createEmptyTerraform, serializeForTerraform } from "./terraform-package.ts";

interface PrepareOptions {
  parameters?: Record<string, string>;
  terraform?: string;
  secrets?: Record<string, string>;
}

async function prepare(
  { url, apiKey, downstreamId }: DeploymentStage,
  brought: DeployedPackage,
  { parameters = {}, terraform = createEmptyTerraform(), secrets = {} }: PrepareOptions = {},
): Promise<StepRecording & { failure: string }> {
  const recording = createStepContext({
    step,
    parameters: {
      serverUrl: url,
      apiKey,
      spaceId: downstreamId,
      projectName: "Hello World",
      terraformBackend: "consul",
      workspace: "america_hello_world",
      environment: JSON.stringify({ PATH: terraform, ...secrets }),
      ...parameters,
    },
    packages: { package: brought },
    workingDirectory: mkdtempSync(join(tmpdir(), "state-")),
  });
  const failure = await recording.run().then(
    () => "",
    (error: unknown) => (error instanceof Error ? error.message : ""),
  );
  return { ...recording, failure };
}

function listMessages({ log }: StepRecording): string {
  return log.map(({ message }) => message).join("\n");
}

test("a copy whose state is empty stops the run, with every resource of the package that the space has", async () => {
  const stage = await startDeployments();
  const brought = await serializeForTerraform(stage);
  await stage.deploy(brought);
  stage.takeWrites();

  const { failure, attachments } = await prepare(stage, brought);

  expect(failure).toMatch(
    /^Failed to prepare the Terraform state of "hello_world\.1\.0\.0": the space "America" has the project "Hello World" \(Projects-\d+\), a copy of "Hello World" in version 1\.0\.0, and the Terraform state "america_hello_world" in the backend consul is empty: it was lost, or is kept elsewhere\. /,
  );
  expect(failure).toMatch(/run this again with "Import What Terraform Lost".* (\d+) of \1 resources of the package/);
  expect(stage.takeWrites()).toEqual([]);
  const [file] = attachments;
  const text = readFileSync(file?.path ?? "", "utf8");
  const addresses = [...text.matchAll(/^ {2}to = (\S+)$/gm)].map(([, address]) => address);
  const index = parseResourceIndex(openPackageFiles(brought.path, "hello_world")(resourceIndexPath)) ?? [];
  const settings = ["octopusdeploy_project_versioning_strategy.project_hello_world"];
  expect([...addresses, ...settings].toSorted()).toEqual(index.map(({ address }) => address).toSorted());
  const ids = [...text.matchAll(/^ {2}id = "(.+)"$/gm)].map(([, id]) => id);
  const named = addresses.map((address, place) => `${address?.split(".")[0]} ${ids[place]}`);
  expect(new Set(named).size).toBe(ids.length);
});

test("each value of a variable, each step and each action is the one of its name and scope, whatever the copy is called", async () => {
  const stage = await startDeployments();
  const { environments, upstream, project } = stage;
  const set = await upstream.get(`/variables/variableset-${project.Id}`);
  const scoped = (name: string, Value: string): unknown => ({
    Name: "Color",
    Value,
    Type: "String",
    Scope: { Environment: [environments[name]] },
  });
  const variables: unknown[] = Array.isArray(set["Variables"]) ? set["Variables"] : [];
  const values = [
    scoped("Test", "red"),
    scoped("Production", "blue"),
    { Name: "Color", Value: "grey", Type: "String", Scope: {} },
  ];
  await upstream.put(`/variables/${set.Id}`, { ...set, Variables: [...variables, ...values] });
  const brought = await serializeForTerraform(stage);
  const copy = "Hallo / Wält 🚀";
  await stage.deploy(brought, { parameters: { projectName: copy } });

  const { attachments } = await prepare(stage, brought, { parameters: { projectName: copy } });

  const text = readFileSync(attachments[0]?.path ?? "", "utf8");
  const idOf = (address: string): string => new RegExp(`to = ${address}\\n {2}id = "(.*)"`).exec(text)?.[1] ?? "";
  const made = (await stage.downstream.list("/projects")).find(({ Name }) => Name === copy);
  const { Variables } = await stage.downstream.get(`/variables/variableset-${made?.Id}`);
  const colors: { Id: string; Name: string; Value: string }[] = JSON.parse(JSON.stringify(Variables));
  const valueOf = (address: string): string | undefined =>
    colors.find(({ Id }) => `${made?.Id}:${Id}` === idOf(`octopusdeploy_variable.${address}`))?.Value;
  expect(valueOf("hello_world_color_test")).toBe("red");
  expect(valueOf("hello_world_color_production")).toBe("blue");
  expect(valueOf("hello_world_color_1_unscoped")).toBe("grey");
  expect(idOf("octopusdeploy_project.project_hello_world")).toBe(made?.Id);
});

test("a project that people renamed is told by its receipt, and one of that name that is no copy for what it is", async () => {
  const stage = await startDeployments();
  const brought = await serializeForTerraform(stage);
  await stage.deploy(brought);
  const [made] = await stage.downstream.list("/projects");
  await stage.downstream.put(`/projects/${made?.Id}`, { ...made, Name: "Of the people" });

  const renamed = await prepare(stage, brought);
  await stage.downstream.remove(`/projects/${made?.Id}`);
  const gone = await prepare(stage, brought);
  const [group] = await stage.downstream.list("/projectgroups");
  const own = { Name: "hello world", LifecycleId: made?.["LifecycleId"], ProjectGroupId: group?.Id };
  await stage.downstream.post("/projects", own);
  const stranger = await prepare(stage, brought);

  expect(renamed.failure).toContain('has the project "Of the people"');
  expect(gone.outputs).toEqual({ State: "new" });
  expect(stranger.failure).toMatch(
    /has the project "hello world" \(Projects-\d+\), and the Terraform state .* is empty: either people made the project, or the state was lost\. Terraform would make it once more, and fail since its name is taken\./,
  );
});

test("with only a plan, what would be imported is told, and nothing is", async () => {
  const stage = await startDeployments();
  const brought = await serializeForTerraform(stage);
  await stage.deploy(brought);
  const refusing = createEmptyTerraform('case "$1" in import) exit 1;; workspace) echo "* default";; esac');

  const planned = await prepare(stage, brought, {
    parameters: { importLost: "True", onlyPlan: "True" },
    terraform: refusing,
  });

  expect(planned.failure).toBe("");
  expect(planned.outputs).toEqual({ State: "lost" });
  expect(listMessages(planned)).toMatch(
    /Would import \d+ resources into the state "america_hello_world" in the backend consul\./,
  );
});

test("an import that fails is told by its resource, and leaves the project to the next one, which so goes on", async () => {
  const stage = await startDeployments();
  const brought = await serializeForTerraform(stage);
  await stage.deploy(brought);
  const failing = `case "$1" in
    workspace) echo "* default";;
    import) case "$4" in
      octopusdeploy_runbook*) echo "Error: no such runbook for s3cret-token" >&2; exit 1;;
      octopusdeploy_project.*) echo "Error: the project came first" >&2; exit 1;;
    esac;;
  esac`;

  const { failure } = await prepare(stage, brought, {
    parameters: { importLost: "True" },
    terraform: createEmptyTerraform(failing),
    secrets: { CONSUL_HTTP_TOKEN: "s3cret-token" },
  });

  expect(failure).toMatch(
    /: 1 of \d+ resources could not be imported into the Terraform state "america_hello_world" in the backend consul: octopusdeploy_runbook\.\S+ \(Runbooks-\d+\): no such runbook for \*\*\*\*/,
  );
  expect(failure).not.toContain("the project came first");
});

test("a package for another backend, or for none, is refused, and says what to run", async () => {
  const stage = await startDeployments();

  const other = await prepare(stage, await serializeForTerraform(stage, { backend: "s3" }));
  const none = await prepare(stage, await serializeForTerraform(stage, { backend: "" }));

  expect(other.failure).toContain(
    'the module in the package "hello_world.1.0.0" is made for the backend "s3", and this runbook for "consul". Run "__ 1. Serialize Project" again, with that backend.',
  );
  expect(none.failure).toContain("names no backend, so that its state would be gone when the run is over.");
});

test("where Terraform cannot look the run goes on with a warning that shows no secret, and so it does where there is no Terraform", async () => {
  const stage = await startDeployments();
  const brought = await serializeForTerraform(stage);
  await stage.deploy(brought);
  const refused = 'echo "Error: Failed to get state: token s3cret-token is not allowed" >&2; exit 1';

  const failed = await prepare(stage, brought, {
    terraform: createEmptyTerraform(refused),
    secrets: { CONSUL_HTTP_TOKEN: "s3cret-token" },
  });
  const missing = await prepare(stage, brought, { terraform: mkdtempSync(join(tmpdir(), "nothing-")) });

  for (const { failure, outputs } of [failed, missing])
    expect({ failure, outputs }).toEqual({ failure: "", outputs: { State: "unknown" } });
  expect(listMessages(failed)).toContain(
    '"terraform init -input=false" failed: Failed to get state: token **** is not allowed. See docs/terraform.md#consul',
  );
  expect(listMessages(missing)).toContain("Terraform is not installed on this worker.");
});

test("a module that imports by itself goes on, and a package that does not tell its resources says what to run", async () => {
  const stage = await startDeployments();
  await stage.deploy(await serializeForTerraform(stage));

  const importing = await prepare(stage, await serializeForTerraform(stage, { importExisting: true }));
  const older = await prepare(stage, await serializeForTerraform(stage, { index: false }));

  expect(importing.failure).toBe("");
  expect(importing.outputs).toEqual({ State: "lost" });
  expect(older.failure).toContain(
    'Run "__ 1. Serialize Project" again, whose package tells how to import it, and then this.',
  );
});

test.each(["PG_CONN_STR=postgres://me:s3cret@db/x", '["s3cret"]', '{"A": {"b": "s3cret"}}'])(
  "an environment that is none is refused without being shown: %s",
  async (environment) => {
    const stage = await startDeployments();

    const { failure } = await prepare(stage, await serializeForTerraform(stage), { parameters: { environment } });

    expect(failure).toContain('Failed to read "Environment": it is no JSON object of texts.');
    expect(failure).not.toContain("s3cret");
  },
);

test("what is imported by the real provider is what its module manages: a plan makes nothing again, but a trigger now and then", async ({
  skip,
}) => {
  skip(!hasProvider, "Terraform with the Octopus provider is not on this machine");
  const stage = await startDeployments();
  const states = await startStateServer();
  onTestFinished(() => states.close());
  const brought = await serializeForTerraform(stage, { backend: "http" });
  await stage.deploy(brought);
  const address = `-backend-config=address=${states.url}/america`;

  const { failure, outputs } = await prepare(stage, brought, {
    parameters: { terraformBackend: "http", workspace: "", initParameters: address, importLost: "True" },
    terraform: process.env["PATH"] ?? "",
  });

  expect({ failure, outputs }).toEqual({ failure: "", outputs: { State: "imported" } });
  const files = readArchive(new Uint8Array(readFileSync(brought.path)), "hello_world");
  const module = [...files].flatMap(([path, text]): [string, string][] => {
    const [, file] = /^space_population\/(.*\.tf)$/.exec(path) ?? [];
    return file === undefined ? [] : [[file, file.startsWith("project_variable_sensitive") ? fillSecrets(text) : text]];
  });
  const folder = createTerraformFolder(new Map(module), {
    TF_VAR_octopus_server: stage.url,
    TF_VAR_octopus_apikey: stage.apiKey,
    TF_VAR_octopus_space_id: stage.downstreamId,
  });
  await folder.run("init", "-input=false", address);
  const index = parseResourceIndex(files.get(resourceIndexPath)) ?? [];
  const setting = "octopusdeploy_project_versioning_strategy.project_hello_world";
  const managed = (await folder.run("state", "list")).split("\n").filter((line) => line.startsWith("octopusdeploy_"));
  expect([...managed, setting].toSorted()).toEqual(index.map(({ address: one }) => one).toSorted());
  const plan = await folder.run("plan", "-input=false", "-no-color");
  // The provider reads the fields of a trigger in no order, and stops at one that it cannot set: without its space it counts as another.
  const trigger = "octopusdeploy_project_scheduled_trigger.projecttrigger_hello_world_nightly";
  const changes = [...plan.matchAll(/^ {2}# (\S+) (will be created|must be replaced|will be destroyed)$/gm)];
  const told = changes.map(([, one, what]) => `${one} ${what}`);
  expect(told.filter((line) => line !== `${trigger} must be replaced`)).toEqual([`${setting} will be created`]);
});
