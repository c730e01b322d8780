import { expect, test } from "vitest";
import { manifestFileName, parseManifest } from "../../lib/graph/manifest.ts";
import { readArchive } from "../../lib/graph/package-archive.ts";
import { createOctopusClient } from "../../lib/octopus/octopus-client.ts";
import { downloadPackage, findNewestPackage } from "../../lib/octopus/packages.ts";
import { step } from "../../steps/serialize-project/step.ts";
import { buildTerraformModule } from "../../lib/terraform/write-terraform-module.ts";
import { checkModule, readProviderSchema } from "../lib/terraform/check-module.ts";
import { createStepContext, type StepRecording } from "../step/create-step-context.ts";
import { startGitTemplate, type GitTemplate } from "./git-template.ts";

function serialize({ url, apiKey }: GitTemplate): StepRecording {
  return createStepContext({
    step,
    parameters: { serverUrl: url, apiKey, space: "Spaces-1", project: "Hello World CaC" },
  });
}

async function readNewest({ url, apiKey }: GitTemplate): Promise<Map<string, string>> {
  const space = createOctopusClient({ url, apiKey }).inSpace({ Id: "Spaces-1", Name: "Default" });
  const newest = await findNewestPackage(space, "hello_world_cac");
  if (newest === undefined) throw new Error("There is no package.");
  return new Map(readArchive(await downloadPackage(space, newest), "hello_world_cac"));
}

test("a project in Git is packed with its settings there and what only the database has", async () => {
  const template = await startGitTemplate();

  const run = serialize(template);
  await run.run();

  const files = await readNewest(template);
  const { graph, git } = parseManifest(new TextEncoder().encode(files.get(manifestFileName)), "package");
  expect(graph.nodes.map(({ kind, key }) => `${kind} ${key.at(-1)}`)).toEqual([
    expect.stringMatching(/^stepTemplate [0-9a-f]{12}$/),
    "project Hello World CaC",
    "versionControl Hello World CaC",
    "channel Default",
    "channel Hotfix",
    "variableSet Hello World CaC",
  ]);
  expect(graph.nodes.find(({ kind }) => kind === "versionControl")?.body).toMatchObject({
    Url: template.upstreamUrl,
    DefaultBranch: "main",
    BasePath: ".octopus/hello",
    Credentials: { Type: "Reference", CredentialId: { $ref: { kind: "gitCredential", key: ["Git"] } } },
  });
  const variables = JSON.stringify(graph.nodes.find(({ kind }) => kind === "variableSet")?.body);
  expect(variables).toContain("Api.Token");
  expect(variables).not.toContain("Greeting");
  expect(Object.keys(git?.stepTemplates ?? {})).toEqual([
    `${template.stepTemplate.Id}/${String(template.stepTemplate["Version"])}`,
  ]);
  expect(graph.lookUps).toContainEqual({ kind: "gitCredential", key: ["Git"] });
  expect(run.outputs["UnresolvedSecrets"]).toBe("");
});

test("its module asks for the fork's address, folder and branches", async () => {
  const template = await startGitTemplate();

  await serialize(template).run();

  const files = await readNewest(template);
  const module = files.get("space_population/project_project_hello_world_cac.tf") ?? "";
  for (const name of ["git_url", "git_base_path", "git_default_branch", "git_protected_branches"])
    expect(module).toContain(`variable "project_hello_world_cac_${name}"`);
  expect(module).toMatch(/git_library_persistence_settings \{\n\s+git_credential_id += local\.gitcredential_git_id/);
  expect(module).toContain("jsondecode(var.project_hello_world_cac_git_protected_branches)");
  expect(module).toContain('default     = "[\\"release/*\\"]"');
});

test("its module is one that Terraform and the provider would take", async () => {
  const template = await startGitTemplate();
  await serialize(template).run();
  const files = await readNewest(template);
  const { graph } = parseManifest(new TextEncoder().encode(files.get(manifestFileName)), "package");

  expect(checkModule(buildTerraformModule(graph).files, readProviderSchema())).toEqual([]);
});

test("a change in Git makes no new package, one in the database does", async () => {
  const template = await startGitTemplate();
  await serialize(template).run();
  template.edit({ files: { "README.md": "# Changed\n" } });

  const unchanged = serialize(template);
  await unchanged.run();
  await template.upstream.post("/channels", { Name: "Beta", ProjectId: template.project.Id });
  const changed = serialize(template);
  await changed.run();

  expect(unchanged.outputs["Changed"]).toBe("False");
  expect(changed.outputs["Changed"]).toBe("True");
});

test("files that Octopus cannot read are told in its words", async () => {
  const template = await startGitTemplate();
  template.edit({ files: { ".octopus/hello/deployment_process.ocl": "<html>" } });

  await expect(serialize(template).run()).rejects.toThrow(
    /^Failed to serialize the project "Hello World CaC": failed to read the branch "main" of "Hello World CaC": /,
  );
});
