import { expect, test } from "vitest";
import { readTerraformState } from "../../../lib/terraform/read-state.ts";

const attributes = { id: "Projects-7", name: "Hello", space_id: "Spaces-2", api_key: "hunter22" };
const known = { type: "octopusdeploy_project", label: "project_hello", id: "Projects-7", name: "Hello" };

test("the two forms of one state tell the same, and no secret of it", () => {
  const file = readTerraformState(
    JSON.stringify({
      version: 4,
      outputs: {
        octopus_server: { value: "https://octopus.example.com", type: "string" },
        token: { value: "hunter22" },
      },
      resources: [
        { mode: "data", type: "octopusdeploy_projects", name: "all", instances: [{ attributes: {} }] },
        {
          mode: "managed",
          type: "octopusdeploy_project",
          name: "project_hello",
          instances: [{ attributes }, { deposed: "1a2b", attributes: { id: "Projects-6" } }],
        },
        { mode: "managed", type: "random_password", name: "one", instances: [{ attributes: { result: "hunter22" } }] },
        { module: "module.inner", mode: "managed", type: "octopusdeploy_channel", name: "c", instances: [{}] },
      ],
    }),
    "a file",
  );
  const shown = readTerraformState(
    JSON.stringify({
      format_version: "1.0",
      values: {
        outputs: { octopus_server: { value: "https://octopus.example.com" }, token: { value: "hunter22" } },
        root_module: {
          resources: [
            { mode: "data", type: "octopusdeploy_projects", name: "all", values: {} },
            { mode: "managed", type: "octopusdeploy_project", name: "project_hello", values: attributes },
            { mode: "managed", type: "octopusdeploy_project", name: "project_hello", values: {}, deposed_key: "1a2b" },
            { mode: "managed", type: "random_password", name: "one", values: { result: "hunter22" } },
          ],
          child_modules: [{ resources: [{ mode: "managed", type: "octopusdeploy_channel", name: "c" }] }],
        },
      },
    }),
    "a file",
  );

  expect(file).toEqual(shown);
  expect(file).toMatchObject({
    server: "https://octopus.example.com",
    resources: [
      { ...known, spaceId: "Spaces-2" },
      { type: "octopusdeploy_channel", label: "c", id: "" },
    ],
  });
  expect(JSON.stringify(file)).not.toContain("hunter22");
});

test("an applied module without resources is a state", () => {
  expect(readTerraformState('{"version":4,"resources":[]}', "a file").resources).toEqual([]);
  expect(readTerraformState('{"format_version":"1.0"}', "a file").resources).toEqual([]);
});

test.each([
  ["nothing", "", /it is empty\. Choose the workspace in which Terraform made the copy/],
  ["text", "# octopusdeploy_project.hello:\nhunter22", /it is no state of Terraform's\. Check the file/],
  ["a list", '["hunter22"]', /it is no state of Terraform's/],
  ["another document", '{"hunter22":1}', /it is no state of Terraform's/],
  ["resources that are none", '{"version":4,"resources":"hunter22"}', /it is no state of Terraform's/],
  [
    "an encrypted state",
    '{"encrypted_data":"hunter22","encryption_version":"v0"}',
    /it is encrypted\. Give what `tofu/,
  ],
  ["an older state", '{"version":3,"modules":[]}', /it is in version 3, which Terraform before 0\.12 wrote/],
  ["a newer state", '{"version":5}', /it is in version 5, and only version 4 is known here/],
  ["a plan", '{"format_version":"1.2","planned_values":{}}', /it is a plan, which is not applied yet/],
])("refuses %s in one sentence, which tells nothing of it", (_what, text, sentence) => {
  const read = (): unknown => readTerraformState(text, "hello.tfstate");

  expect(read).toThrow(sentence);
  expect(read).toThrow(/^Failed to read the Terraform state in "hello\.tfstate": /);
  expect(read).not.toThrow(/hunter22/);
});
