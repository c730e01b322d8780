import { beforeAll, expect, test } from "vitest";
import { bundleStep } from "../../build/bundle.ts";
import { RUNTIME_PACKAGE } from "../../build/launchers.ts";
import { renderStepReference, renderStepsTable, replaceGenerated } from "../../build/reference-tables.ts";
import { renderTemplate } from "../../build/render-project.ts";
import type { RenderedTemplate } from "../../build/render-project.ts";
import { renderStepTemplate } from "../../build/step-template.ts";
import { acceptVersions, findExportedAt, listUnrecorded } from "../../build/versions.ts";
import { fixture } from "../bundle/fixture-bodies.ts";
import { step } from "../bundle/fixture-step/step.ts";

const exportedAt = "2026-01-02T00:00:00.000Z";

let template: RenderedTemplate;

beforeAll(async () => {
  template = await renderTemplate(fixture, "1.2.3");
});

test("two builds give the same bytes", async () => {
  expect(await renderTemplate(fixture, "1.2.3")).toEqual(template);
});

test("a template is what Octopus exports", () => {
  const rendered = renderStepTemplate(step, { body: template.inline, exportedAt });

  expect(rendered).toMatchObject({
    Id: step.id,
    Name: "Fixture - Echo Parameters",
    ActionType: "Octopus.Script",
    Version: 1,
    Category: "octopus",
    $Meta: {
      ExportedAt: exportedAt,
      OctopusVersion: expect.stringMatching(/^\d{4}\.\d+\.\d+$/),
      Type: "ActionTemplate",
    },
    Properties: { "Octopus.Action.Script.Syntax": "Bash", "Octopus.Action.Script.ScriptBody": template.inline },
  });
});

test("parameters are derived from the declaration", () => {
  const { Parameters } = renderStepTemplate(step, { body: "", exportedAt });

  expect(
    Parameters.map(({ Name, DefaultValue, DisplaySettings }) => [
      Name,
      DisplaySettings["Octopus.ControlType"],
      DefaultValue,
    ]),
  ).toEqual([
    ["Fixture.Title", "SingleLineText", ""],
    ["Fixture.ApiKey", "Sensitive", ""],
    ["Fixture.Certificate", "MultiLineText", ""],
    ["Fixture.Names", "MultiLineText", ""],
    ["Fixture.OnlyPlan", "Checkbox", "False"],
    ["Fixture.Ending", "Select", "succeed"],
    ["Fixture.Bundle", "Package", null],
    ["Fixture.Questions", "MultiLineText", ""],
  ]);
  expect(Parameters[5]?.DisplaySettings["Octopus.SelectOptions"]?.split("\n")[0]).toBe("succeed|Succeed");
  expect(new Set(Parameters.map(({ Id }) => Id)).size).toBe(Parameters.length);
  expect(Parameters[0]?.Id).toBe("f95a8054-a819-8823-be31-ee5ed29f53f1");
});

test("a package parameter is a deferred package reference", () => {
  expect(renderStepTemplate(step, { body: "", exportedAt }).Packages).toEqual([
    {
      Id: expect.any(String),
      Name: "Fixture.Bundle",
      PackageId: null,
      FeedId: null,
      AcquisitionLocation: "Server",
      Properties: { Extract: "True", SelectionMode: "deferred", PackageParameterName: "Fixture.Bundle" },
    },
  ]);
});

test("a packaged template pins the package that its body runs", () => {
  const runtime = { packageId: RUNTIME_PACKAGE, version: "1.2.3" };

  const { Packages } = renderStepTemplate(step, { body: template.packaged, exportedAt, runtime });

  expect(Packages[0]).toMatchObject({
    Name: "managed-spaces",
    PackageId: "managed-spaces",
    FeedId: null,
    Version: "1.2.3",
    Properties: { Extract: "True", SelectionMode: "immediate" },
  });
  expect(template.packaged).toContain("launch.cjs\" fixture-step.cjs '1.2.3'");
});

test("a template that changed without a new version is told", () => {
  const recorded = acceptVersions({}, [template], new Date("2026-01-02T03:04:05Z"));
  const changed = { ...template, digest: "another" };

  expect(listUnrecorded({}, [template])).toEqual([expect.stringContaining('"fixture-step" is new.')]);
  expect(listUnrecorded(recorded, [template])).toEqual([]);
  expect(listUnrecorded(recorded, [changed])).toEqual([expect.stringContaining('"fixture-step" has changed.')]);
  expect(listUnrecorded(recorded, [{ ...changed, step: { ...step, version: 2 } }])).toEqual([
    expect.stringContaining('"fixture-step" has a new version.'),
  ]);
});

test("a version keeps the day on which it was first recorded", () => {
  const recorded = acceptVersions({}, [template], new Date("2026-01-02T03:04:05Z"));
  const later = acceptVersions(recorded, [{ ...template, digest: "another" }], new Date("2026-02-03T00:00:00Z"));

  expect(findExportedAt(recorded, step)).toBe(exportedAt);
  expect(findExportedAt(later, step)).toBe(exportedAt);
});

test("the digest tells apart what people would import, and not the runtime package's version", async () => {
  const other = await renderTemplate(fixture, "9.9.9");
  const renamed = await renderTemplate({ ...fixture, step: { ...step, description: "Something else." } }, "1.2.3");

  expect(other.digest).toBe(template.digest);
  expect(renamed.digest).not.toBe(template.digest);
});

test("a step that only runs Git carries no operations of Git hosts", async () => {
  const bundle = (slug: string): Promise<string> => bundleStep({ slug, path: `steps/${slug}/step.ts` });

  expect(await bundle("merge-updates")).toContain("/pulls");
  for (const slug of ["deploy-project", "find-updates", "preview-updates"])
    expect(await bundle(slug)).not.toContain("/pulls");
});

test("a body has no list of its step's variables", () => {
  for (const body of [template.inline, template.packaged]) expect(body).not.toContain("Fixture.ApiKey");
});

test("the tables for people name parameters, variables and options", () => {
  const reference = renderStepReference("fixture-step", step);

  expect(reference).toContain("| Title | `Fixture.Title` | `--title` |  | Any text. |");
  expect(reference).toContain("| API Key | `Fixture.ApiKey` | `MANAGED_SPACES_FIXTURE_API_KEY` |");
  expect(reference).toContain("**Echo a title**\n\n- Title: `Hello`");
  expect(renderStepsTable({ "fixture-step": step })).toContain(
    "| [Fixture - Echo Parameters](steps/fixture-step/README.md) | Writes what it was given to a file. |",
  );
});

test("generated text replaces what is between its markers, and only that", () => {
  const text = "before\n<!-- generated: steps -->\nold\n<!-- end: steps -->\nafter\n";

  expect(replaceGenerated(text, "steps", "new")).toBe(
    "before\n<!-- generated: steps -->\n\nnew\n\n<!-- end: steps -->\nafter\n",
  );
  expect(replaceGenerated(text, "other", "new")).toBeUndefined();
});
