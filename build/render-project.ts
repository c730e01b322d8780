import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { StepDefinition } from "../lib/step/define-step.ts";
import { writeZip } from "../lib/zip.ts";
import { bundleCommandLine, bundleInline, bundleStep, bundleSteps, listBundledPackages } from "./bundle.ts";
import { renderCommandReference, renderCommandsTable } from "./command-line-tables.ts";
import { renderDocumentSchemas } from "./document-schemas.ts";
import { renderGitHostsTable } from "./git-hosts-table.ts";
import { renderKindsTable, renderUncopiedTable } from "./kinds-table.ts";
import {
  RUNTIME_PACKAGE,
  renderInlineScript,
  renderPackageLoader,
  renderPackagedScript,
  renderPublishedProgram,
} from "./launchers.ts";
import { renderNpmPackage } from "./npm-package.ts";
import { renderPagePrograms } from "./page-programs.ts";
import { projectRoot, toJson } from "./project.ts";
import { PUBLISHED, renderPublished, toPackageState } from "./published.ts";
import type { PublishedBody } from "./published.ts";
import { renderNewReadme, renderStepReference, renderStepsTable, replaceGenerated } from "./reference-tables.ts";
import { shortenHere, startShortening, type Shorten } from "./shorten.ts";
import { renderStepTemplate } from "./step-template.ts";
import { findExportedAt, toDigest } from "./versions.ts";
import type { TemplateState, TemplateVersions } from "./versions.ts";

export interface RenderOptions {
  /** The package's version. */
  version: string;
  versions: TemplateVersions;
}

/** All that the build makes, in memory. */
export interface Rendered {
  /** By path from dist. */
  dist: Map<string, Buffer>;
  templates: RenderedTemplate[];
  /** Script bodies that run out of the npm package. */
  published: PublishedBody[];
  /** All that people hold in their hands: the templates, and the npm package that published ones run. */
  states: TemplateState[];
}

export interface RenderedTemplate extends TemplateState {
  step: StepDefinition;
  bundle: string;
  inline: string;
  packaged: string;
  /** The packaged one for workers with PowerShell. */
  powerShell: string;
}

/** What takes long to make, and is the same whichever versions of templates are recorded. */
export interface Programs {
  templates: RenderedTemplate[];
  commandLine: { program: string; parts: string };
  /** Of the npm package: all steps. */
  published: string;
  /** The packages of which anything is in a program. */
  bundled: string[];
}

/** Makes all programs, those of the steps side by side. @param options.isFresh - takes nothing from earlier builds */
export async function renderPrograms(
  steps: Readonly<Record<string, StepDefinition>>,
  version: string,
  { isFresh = false }: { isFresh?: boolean } = {},
): Promise<Programs> {
  const modules = Object.entries(steps).map(([slug, step]) => ({ slug, step, path: `steps/${slug}/step.ts` }));
  const { shorten, stop } = startShortening({ isFresh });
  try {
    return {
      templates: await Promise.all(modules.map((module) => renderTemplate(module, version, shorten))),
      commandLine: await bundleCommandLine(Object.keys(steps)),
      published: await renderPublishedProgram(await bundleSteps(modules)),
      bundled: await listBundledPackages(modules),
    };
  } finally {
    await stop();
  }
}

/**
 * Makes everything out of the declarations; reads neither the clock nor what was built before, but for texts that are kept by what they were
 * made of (shorten.ts).
 * @param programs - of the same steps and version
 */
export async function renderProject(
  steps: Readonly<Record<string, StepDefinition>>,
  options: RenderOptions,
  programs?: Programs,
): Promise<Rendered> {
  const made = programs ?? (await renderPrograms(steps, options.version));
  const { templates, commandLine, published: program, bundled } = made;
  const dist = new Map<string, Buffer>();
  for (const template of templates) addTemplates(dist, template, options);
  dist.set(`package/${RUNTIME_PACKAGE}.${options.version}.zip`, await renderRuntimePackage(templates, options.version));
  for (const [path, schema] of renderDocumentSchemas()) dist.set(basename(path), Buffer.from(schema));
  dist.set("managed-spaces.cjs", Buffer.from(commandLine.program));
  dist.set("managed-spaces.parts", Buffer.from(commandLine.parts));
  dist.set("step.cjs", Buffer.from(program));
  for (const [path, content] of renderNpmPackage({ version: options.version, dist, bundled }))
    dist.set(`npm/${path}`, content);
  const published = renderPublished(steps, { ...options, program });
  for (const [path, content] of published.files) dist.set(`${PUBLISHED}/${path}`, content);
  return {
    dist,
    templates,
    published: published.bodies,
    states: [...templates, toPackageState(options.version, program)],
  };
}

/** The script bodies of one step, in both flavors. */
export async function renderTemplate(
  { slug, step, path }: { slug: string; step: StepDefinition; path: string },
  version: string,
  shorten: Shorten = shortenHere,
): Promise<RenderedTemplate> {
  const bundle = await bundleStep({ slug, path }, shorten);
  const carried = await bundleInline({ slug, path }, bundle, shorten);
  const inline = await renderInlineScript(step, carried);
  const packaged = renderPackagedScript(step, { slug, version, syntax: "Bash" });
  const powerShell = renderPackagedScript(step, { slug, version, syntax: "PowerShell" });
  const form = renderStepTemplate(step, {
    body: renderPackagedScript(step, { slug, version: "", syntax: "Bash" }),
    exportedAt: "",
  });
  return {
    slug,
    step,
    bundle,
    inline,
    packaged,
    powerShell,
    digest: toDigest(JSON.stringify(form), carried === bundle ? bundle : bundle + carried),
  };
}

/** The generated parts of the READMEs and of the docs, and the schemas of what people write, by path from the project's root: only where a file differs from what it should be. */
export async function listStaleReadmes(steps: Readonly<Record<string, StepDefinition>>): Promise<Map<string, string>> {
  const readmes = Object.entries(steps).map(([slug, step]): [string, string | undefined] => {
    const path = `steps/${slug}/README.md`;
    return [
      path,
      replaceGenerated(readText(path) ?? renderNewReadme(step), "reference", renderStepReference(slug, step)),
    ];
  });
  readmes.push(...renderDocumentSchemas());
  readmes.push(["docs/command-line.md", await renderCommandLine(readText("docs/command-line.md") ?? "")]);
  readmes.push([
    "docs/git-hosts.md",
    replaceGenerated(readText("docs/git-hosts.md") ?? "", "hosts", renderGitHostsTable()),
  ]);
  readmes.push(["docs/kinds.md", renderKinds(readText("docs/kinds.md") ?? "")]);
  readmes.push(["README.md", replaceGenerated(readText("README.md") ?? "", "steps", renderStepsTable(steps))]);
  return new Map(
    readmes.filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== readText(entry[0])),
  );
}

/** The modules that are made out of others, by path from the project's root: only where a file differs from what it should be. */
export async function listStaleModules(): Promise<Map<string, string>> {
  return new Map([...(await renderPagePrograms())].filter(([path, text]) => text !== readText(path)));
}

async function renderCommandLine(text: string): Promise<string | undefined> {
  const withCommands = replaceGenerated(text, "commands", await renderCommandsTable());
  return withCommands && replaceGenerated(withCommands, "reference", await renderCommandReference());
}

function renderKinds(text: string): string | undefined {
  const withKinds = replaceGenerated(text, "kinds", renderKindsTable());
  return withKinds && replaceGenerated(withKinds, "uncopied", renderUncopiedTable());
}

function addTemplates(
  dist: Map<string, Buffer>,
  template: RenderedTemplate,
  { version, versions }: RenderOptions,
): void {
  const { slug, step, inline, packaged, powerShell } = template;
  const exportedAt = findExportedAt(versions, step);
  const runtime = { packageId: RUNTIME_PACKAGE, version };
  dist.set(`templates/${slug}.json`, toJson(renderStepTemplate(step, { body: inline, exportedAt })));
  dist.set(
    `templates/packaged/${slug}.json`,
    toJson(renderStepTemplate(step, { body: packaged, exportedAt, runtime })),
  );
  dist.set(
    `templates/powershell/${slug}.json`,
    toJson(renderStepTemplate(step, { body: powerShell, exportedAt, runtime, syntax: "PowerShell" })),
  );
}

async function renderRuntimePackage(templates: readonly RenderedTemplate[], version: string): Promise<Buffer> {
  const files: [string, string][] = [
    ["launch.cjs", await renderPackageLoader(version)],
    ...templates.map(({ slug, bundle }): [string, string] => [`${slug}.cjs`, bundle]),
  ];
  return Buffer.from(writeZip(new Map(files.map(([name, text]) => [name, Buffer.from(text, "utf8")]))));
}

function readText(path: string): string | undefined {
  const file = join(projectRoot, path);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
