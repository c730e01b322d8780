import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { listBundledPackages } from "../../build/bundle.ts";
import { renderNpmPackage } from "../../build/npm-package.ts";
import { projectRoot } from "../../build/project.ts";
import { renderPublished, toPackageState, toTemplateVersion } from "../../build/published.ts";
import { renderSizes } from "../../build/sizes.ts";
import { renderStepTemplate } from "../../build/step-template.ts";
import type { StepTemplate } from "../../build/step-template.ts";
import { acceptVersions, listUnrecorded } from "../../build/versions.ts";
import { steps } from "../../steps/index.ts";
import { step as rehearse } from "../../steps/rehearse/step.ts";

const program = "the program";
const versions = acceptVersions({}, [toPackageState("1.2.3", program)], new Date("2026-01-02T03:04:05Z"));

let files: Map<string, Buffer>;
/** By file name. */
let templates: Map<string, StepTemplate>;

beforeAll(() => {
  files = renderPublished(steps, { version: "1.2.3", versions, program }).files;
  templates = new Map(
    [...files]
      .filter(([path]) => path.endsWith(".json"))
      .map(([path, text]) => [path.replace("step-templates/", ""), JSON.parse(text.toString("utf8"))]),
  );
});

// The rules of spec/step-template-validation-tests.js in the library's repository.

test("each has a name, a GUID of its own, an author and a day", () => {
  const all = [...templates.values()];

  expect(all).toHaveLength(2 * Object.keys(steps).length);
  for (const template of all) {
    expect(template.Name.length).toBeLessThanOrEqual(200);
    expect(template.Id).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(template.LastModifiedBy).not.toBe("");
    expect(template.$Meta).toMatchObject({ ExportedAt: "2026-01-02T00:00:00.000Z", Type: "ActionTemplate" });
  }
  expect(new Set(all.map(({ Id }) => Id)).size).toBe(all.length);
  expect(new Set(all.map(({ Name }) => Name)).size).toBe(all.length);
});

test("no package has a feed that only one space knows", () => {
  for (const { Packages } of templates.values()) for (const { FeedId } of Packages) expect(FeedId).toBe(null);
});

// The checklists of .github/CONTRIBUTING.md and .github/pull_request_template.md there, and of its README.md.

test("a file is called after its template", () => {
  for (const [file, { Name }] of templates) {
    const words = Name.toLowerCase().match(/[a-z0-9]+/g) ?? [];
    expect(file).toBe(`${words.join("-")}.json`);
    expect(Name).toMatch(/^Managed Spaces - [A-Z][A-Za-z ]+( \(PowerShell\))?$/);
  }
});

test("names of parameters begin with a word of the step, and never with a dollar sign", () => {
  for (const { Parameters } of templates.values()) {
    const prefixes = new Set(Parameters.map(({ Name }) => Name.split(".")[0]));
    expect(prefixes.size).toBe(1);
    for (const { Name } of Parameters) expect(Name).toMatch(/^[A-Z]\w+\./);
  }
});

test("defaults are text or null, and mean something in every space", () => {
  for (const { Parameters } of templates.values()) {
    for (const { Name, DefaultValue } of Parameters) {
      const tokens = DefaultValue === null ? [] : [...DefaultValue.matchAll(/#\{([^}]*)\}/g)];
      for (const [, variable = ""] of tokens) expect(`${Name}: ${variable}`).toMatch(/: Octopus\./);
    }
  }
});

test("a default that other spaces do not have is told in the help instead", () => {
  const [deploy, serialize] = ["deploy-project", "serialize-project"].map((name) =>
    templates.get(`managed-spaces-${name}.json`),
  );
  const find = (template: StepTemplate | undefined, name: string): unknown =>
    template?.Parameters.find(({ Name }) => Name === name);

  expect(find(deploy, "DeployProject.ServerUrl")).toMatchObject({
    DefaultValue: "",
    HelpText:
      "Required. The instance with the managed space. Where a project's tenants say it: `#{ManagedTenant.Octopus.Url}`.",
  });
  expect(find(serialize, "SerializeProject.ServerUrl")).toMatchObject({ DefaultValue: "#{Octopus.Web.ServerUri}" });
});

test("every help says first whether there has to be a value", () => {
  for (const { Parameters } of templates.values())
    for (const { HelpText } of Parameters) expect(HelpText).toMatch(/^(Optional|Required)\. \S/);
});

test("the description names the software that a worker needs", () => {
  for (const { Description, Properties } of templates.values()) {
    expect(Description).toContain("Node.js 20.19 or newer with npm");
    expect(Description).toContain(
      Properties["Octopus.Action.Script.Syntax"] === "Bash" ? "Bash 4.4" : "Windows PowerShell 5.1 or PowerShell 7",
    );
    expect(Description).toContain("npm package `managed-spaces` 1.2.3");
  }
});

test("the version goes up with the package, since Octopus offers no update without", () => {
  expect([...templates.values()].map(({ Version }) => Version)).toEqual(Array.from(templates, () => 10_203));
  expect(["0.1.0", "0.1.12", "0.2.0", "1.0.0"].map(toTemplateVersion)).toEqual([100, 112, 200, 10_000]);
});

test("the category is ours, and has a logo of 200 by 200 under its name", () => {
  const logo = files.get("step-templates/logos/managed-spaces.png") ?? Buffer.alloc(0);

  expect(new Set([...templates.values()].map(({ Category }) => Category))).toEqual(new Set(["managed-spaces"]));
  expect(logo.subarray(1, 4).toString("latin1")).toBe("PNG");
  // Width and height (PNG, 11.2.2).
  expect([logo.readUInt32BE(16), logo.readUInt32BE(20)]).toEqual([200, 200]);
});

test("scripts can be read, and stay short", () => {
  for (const [file, { Properties }] of templates) {
    const body = Properties["Octopus.Action.Script.ScriptBody"] ?? "";
    expect([file, body.length <= 3_500]).toEqual([file, true]);
    expect(body).not.toContain("#{");
    expect(body).not.toContain("@@");
    expect([file, body.split("\n").filter((line) => line.length >= 260)]).toEqual([file, []]);
  }
});

test("scripts of Bash are Bash", () => {
  for (const [file, { Properties }] of templates) {
    if (Properties["Octopus.Action.Script.Syntax"] !== "Bash") continue;
    const { stderr, status } = spawnSync("bash", ["-n"], {
      input: Properties["Octopus.Action.Script.ScriptBody"],
      encoding: "utf8",
    });
    expect([file, stderr, status]).toEqual([file, "", 0]);
  }
});

// What is ours.

test("a program that changed without a new version of the package is told", () => {
  expect(listUnrecorded(versions, [toPackageState("1.2.3", program)])).toEqual([]);
  expect(listUnrecorded(versions, [toPackageState("1.2.3", "another")])).toEqual([
    expect.stringContaining('"managed-spaces" has changed.'),
  ]);
  expect(listUnrecorded(versions, [toPackageState("1.2.4", "another")])).toEqual([
    expect.stringContaining('"managed-spaces" has a new version.'),
  ]);
});

test("a published template is the template of its step but for what a library wants", () => {
  const { Parameters, Properties, ...plain } = renderStepTemplate(rehearse, { body: "", exportedAt: "" });

  const published = templates.get("managed-spaces-rehearse.json");

  expect(published).toMatchObject({ Id: plain.Id, Name: plain.Name, ActionType: plain.ActionType });
  expect(published?.Parameters.map(({ Id, Name, Label }) => [Id, Name, Label])).toEqual(
    Parameters.map(({ Id, Name, Label }) => [Id, Name, Label]),
  );
  expect(Object.keys(published?.Properties ?? {})).toEqual(Object.keys(Properties));
});

test("npm packs what was built, a README and a licence, and nothing else", () => {
  const folder = mkdtempSync(join(tmpdir(), "npm package "));
  const dist = new Map(
    ["managed-spaces.cjs", "managed-spaces.parts", "step.cjs", "baseline.schema.json", "templates/x.json"].map(
      (path) => [path, Buffer.from("x")],
    ),
  );
  for (const [path, content] of renderNpmPackage({ version: "1.2.3", dist, bundled: ["yaml"] })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }

  const { stdout } = spawnSync("npm", ["pack", "--dry-run", "--json"], { cwd: folder, encoding: "utf8" });
  const notices = readFileSync(join(folder, "THIRD-PARTY-NOTICES.txt"), "utf8");
  const manifest: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  rmSync(folder, { recursive: true });

  const [packed] = z.array(z.object({ files: z.array(z.object({ path: z.string() })) })).parse(JSON.parse(stdout));
  expect(packed?.files.map(({ path }) => path).toSorted()).toEqual(
    [
      "LICENSE",
      "README.md",
      "THIRD-PARTY-NOTICES.txt",
      ...[...dist.keys()].map((path) => `dist/${path}`),
      "package.json",
    ].toSorted(),
  );
  expect(notices).toMatch(/^yaml \d+\.\d+\.\d+\n\n[^]*Permission to use, copy/);
  expect(manifest).toMatchObject({ name: "managed-spaces", version: "1.2.3", license: "Apache-2.0" });
  expect(Object.keys(z.record(z.string(), z.unknown()).parse(manifest))).not.toContain("devDependencies");
});

test("the licences of all that is in the programs go with them", async () => {
  const bundled = await listBundledPackages([{ slug: "rehearse", path: "steps/rehearse/step.ts" }]);

  expect(bundled).toEqual(expect.arrayContaining(["yaml", "zod"]));
  expect(bundled).not.toContain("esbuild");
  expect(() => renderNpmPackage({ version: "1.2.3", dist: new Map(), bundled })).not.toThrow();
});

test("the build says what weighs, in three lines or for each step", async () => {
  const body = (characters: number): string => "x".repeat(characters);
  const heavy = {
    slug: "rehearse",
    step: rehearse,
    digest: "",
    bundle: "",
    inline: body(70_000),
    packaged: body(1_900),
    powerShell: "",
  };
  const light = { ...heavy, slug: "look-up-space", inline: body(20_000), packaged: body(1_800) };
  const rendered = {
    templates: [heavy, light],
    published: [{ slug: "rehearse", syntax: "Bash" as const, body: body(3_000) }],
  };

  const brief = await renderSizes(rendered, { isDetailed: false });
  const detailed = await renderSizes(rendered, { isDetailed: true });

  expect(brief.split("\n")).toHaveLength(3);
  expect(brief).toContain("inline    20,000 to 70,000 characters, most in rehearse");
  const [, first = "", second = ""] = detailed.split("\n");
  expect(first).toMatch(/^rehearse +70,000 +1,900 +3,000 +yaml \d/);
  expect(first.split(" · ")).toHaveLength(5);
  expect(second).toMatch(/^look-up-space +20,000 +1,800 +0 /);
});

test("the repository itself cannot be published by mistake", () => {
  expect(JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"))).toMatchObject({ private: true });
});
