import { expect, test } from "vitest";
import { bundleStep } from "../../../build/bundle.ts";
import { resourceKinds } from "../../../lib/resources/index.ts";
import { kindForms, partForms } from "../../../lib/terraform/forms/index.ts";
import { steps } from "../../../steps/index.ts";

const kinds = resourceKinds.map(({ id }) => id);

test("every kind is written, looked up, said elsewhere, or lacking for a reason", () => {
  const silent = kinds.filter((id) => {
    const { resource, lookUp, saidIn = "", lacking = "", asksForId = "" } = kindForms[id] ?? {};
    return resource === undefined && lookUp === undefined && `${saidIn}${lacking}${asksForId}` === "";
  });
  expect(silent).toEqual([]);
});

test("a kind that has a resource is not said elsewhere too", () => {
  const both = kinds.filter((id) => kindForms[id]?.resource !== undefined && kindForms[id].saidIn !== undefined);
  expect(both).toEqual([]);
});

test("a kind that is never carried along has a data source that finds it, or a variable for its id", () => {
  for (const { id } of resourceKinds.filter(({ isLookUpOnly }) => isLookUpOnly === true)) {
    const { lookUp, asksForId } = kindForms[id] ?? {};
    expect(asksForId ?? lookUp?.dataSource).toMatch(asksForId === undefined ? /^octopusdeploy_/ : /^\w+$/);
  }
});

test("there is no form for a kind that does not exist, and none for a kind among the parts", () => {
  expect(Object.keys(kindForms).filter((id) => !kinds.includes(id))).toEqual([]);
  expect(Object.keys(partForms).filter((id) => kinds.includes(id))).toEqual([]);
});

test("only steps that make packages carry forms", async () => {
  const carrying: string[] = [];
  for (const slug of Object.keys(steps)) {
    const bundle = await bundleStep({ slug, path: `steps/${slug}/step.ts` });
    if (bundle.includes("octopusdeploy_artifactory_generic_feed")) carrying.push(slug);
  }
  expect(carrying).toEqual(Object.keys(steps).filter((slug) => slug.startsWith("serialize-")));
});
