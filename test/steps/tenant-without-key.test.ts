import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { StepDefinition } from "../../lib/step/define-step.ts";
import { getParameterForm } from "../../lib/step/parameters.ts";
import { steps } from "../../steps/index.ts";
import { createStepContext } from "../step/create-step-context.ts";

const tenants = {
  "Octopus.Deployment.Tenant.Name": "America",
  "Octopus.Environment.Name": "Sync",
};

// All that works on the space of a tenant, whatever steps there are.
const all = Object.values(steps).filter(({ parameters: { serverUrl } }) =>
  serverUrl === undefined ? false : getParameterForm(serverUrl).default.includes("ManagedTenant"),
);

test("steps that work on the space of a tenant are known by their forms", () => {
  expect(all.length).toBeGreaterThanOrEqual(10);
});

test.each(all)("$name names the tenant that has no key, and the variable to set", async (step) => {
  const run = createStepContext({
    step,
    parameters: fillIn(step),
    packages: "package" in step.parameters ? { package: { id: "a", version: "1.0.0", path: tmpdir() } } : {},
    variables: tenants,
    workingDirectory: mkdtempSync(join(tmpdir(), "without-key-")),
  });

  await expect(run.run()).rejects.toThrow(
    'here is neither an API key nor a service account for Octopus at http://127.0.0.1:9. Enter "Octopus API Key" (usually the tenant\'s variable ManagedTenant.Octopus.ApiKey) or the service account; one that refers to a variable without a value for the tenant "America" in the environment "Sync" is none.',
  );
});

function fillIn(step: StepDefinition): Record<string, string> {
  return Object.fromEntries(
    Object.entries(step.parameters).flatMap(([key, parameter]) => {
      const { control, default: preset } = getParameterForm(parameter);
      if (key === "apiKey") return [[key, "#{ManagedTenant.Octopus.ApiKey}"]];
      if (key === "managementApiKey") return [[key, "API-OFMANAGEMENT"]];
      if (/serviceAccount|oidc|git/i.test(key)) return [];
      if (/url$/i.test(key)) return [[key, "http://127.0.0.1:9"]];
      if (key === "terraformBackend") return [[key, "pg"]];
      return control === "SingleLineText" && (preset === "" || preset.includes("#{")) ? [[key, "x"]] : [];
    }),
  );
}
