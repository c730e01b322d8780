import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { projectRoot } from "../../../build/project.ts";
import { findBackend, terraformBackends } from "../../../lib/terraform/backends.ts";
import { readBackendSettings, splitInitParameters } from "../../../lib/terraform/init-parameters.ts";
import { parseArgumentString } from "../../octopus-server/worker/argument-string.ts";

const page = readFileSync(join(projectRoot, "docs/terraform.md"), "utf8");

test.each(Object.keys(terraformBackends))(
  "the page has a section for %s, which names the variables with its secrets",
  (name) => {
    const [, section = ""] = page.split(`\n### ${name}\n`);
    const [own = ""] = section.split("\n#");

    for (const secret of findBackend(name)?.listSecrets("") ?? [])
      expect(own).toMatch(new RegExp(`TerraformState\\.${secret}\\b|\`${secret}\``));
    expect(own).toContain("-backend-config");
  },
);

test("the token of another host than HCP Terraform's has a name of its own, as Terraform asks for it", () => {
  const line = '-backend-config="hostname=tfe.my-company.example.com" -backend-config="organization=acme"';

  expect(findBackend("remote")?.listSecrets(line)).toEqual(["TF_TOKEN_tfe_my__company_example_com"]);
});

test("settings are read as they reach terraform init", () => {
  expect(
    readBackendSettings('-upgrade -backend-config="key=a b/c=d.tfstate" -backend-config=region=eu-west-1'),
  ).toEqual({
    key: "a b/c=d.tfstate",
    region: "eu-west-1",
  });
});

test("what terraform init gets here is what it gets by Octopus's own step", () => {
  const line = fc.array(fc.constantFrom("a", "key=b/c", " ", "\t", '"', "\\", "{x}"), { maxLength: 14 });
  fc.assert(
    fc.property(line, (pieces) => {
      expect(splitInitParameters(pieces.join(""))).toEqual(parseArgumentString(pieces.join("")));
    }),
  );
});
