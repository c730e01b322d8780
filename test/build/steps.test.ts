import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../../build/project.ts";
import { listForms } from "../../build/step-template.ts";
import { getParameterForm } from "../../lib/step/parameters.ts";
import type { Parameter } from "../../lib/step/parameters.ts";
import { steps } from "../../steps/index.ts";

test("the list of steps is the list of their folders", () => {
  const folders = readdirSync(join(projectRoot, "steps"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(projectRoot, "steps", entry.name, "step.ts")))
    .map((entry) => entry.name);

  expect(Object.keys(steps).toSorted()).toEqual(folders.toSorted());
});

test("no two steps share an id, a name or a prefix", () => {
  for (const property of ["id", "name", "prefix"] as const) {
    const values = Object.values(steps).map((step) => step[property]);
    expect(new Set(values).size).toBe(values.length);
  }
});

test.each(Object.entries(steps))("%s is declared as Octopus and the community library want it", (_slug, step) => {
  const forms = listForms(step);

  expect(step.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
  expect(step.name.length).toBeLessThanOrEqual(200);
  expect(step.version).toBeGreaterThanOrEqual(1);
  expect(new Set(forms.map(({ name }) => name)).size).toBe(forms.length);
  for (const { name, form } of forms) {
    expect(name).toMatch(/^[A-Za-z][\w.]+$/);
    expect(name).not.toMatch(/^Octopus\./);
    expect(form.label).not.toBe("");
    expect(form.help).not.toBe("");
  }
});

test.each(Object.entries(steps))("no secret of %s has a default", (_slug, step) => {
  const secrets = listForms(step).filter(({ form }) => form.control === "Sensitive");

  expect(secrets.filter(({ form }) => form.default !== "")).toEqual([]);
});

test.each(Object.entries(steps))("the examples of %s speak of its parameters", (_slug, step) => {
  for (const { parameters } of step.examples) {
    const accepted = Object.entries(parameters).filter(([key, value]) => accepts(step.parameters[key], value));
    expect(accepted).toEqual(Object.entries(parameters));
  }
});

function accepts(parameter: Parameter | undefined, value: unknown): boolean {
  if (parameter === undefined) return false;
  return getParameterForm(parameter).control === "Package" || parameter.safeParse(value).success;
}
