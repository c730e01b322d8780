import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { build, transform } from "esbuild";
import type { BuildOptions, Plugin, TransformOptions } from "esbuild";
import { projectRoot } from "./project.ts";
import { shortenHere, type Shorten } from "./shorten.ts";
import { shortForms } from "./short-forms.ts";
import { shortStyles } from "./short-styles.ts";
import { shortYaml } from "./short-yaml.ts";

/** A step as the build sees it. */
export interface StepModule {
  /** Its folder's name, and the name of its files. */
  slug: string;
  /** The module that exports it as `step`, from the project's root. */
  path: string;
}

/** A step's whole program: its parts, the first of them the one that starts (templates/launchers/loader.cjs, {@link joinParts}). */
export async function bundleStep({ path }: StepModule, shorten: Shorten = shortenHere): Promise<string> {
  const parts = await bundle(startOf(path), { plugins: leaner });
  return joinParts(await Promise.all(parts.map((part) => shorten(part))));
}

/** The program as a script body carries it. @param whole - {@link bundleStep}'s, which most of them carry */
export async function bundleInline(
  { path }: StepModule,
  whole: string,
  shorten: Shorten = shortenHere,
): Promise<string> {
  let isShorter = false;
  const plugins = [...leaner, checkLess(path, () => void (isShorter = true))];
  const parts = await bundle(startOf(path), { plugins });
  return isShorter ? joinParts(await Promise.all(parts.map((part) => shorten(part)))) : whole;
}

function startOf(path: string): string {
  return `
    import { launchStep } from "./lib/step/launch-step.ts";
    import { step } from "./${path}";
    void launchStep(step, launcher);
  `;
}

/** A part of a program: a package of others, or a folder of ours. */
export interface Input {
  name: string;
  isPackage: boolean;
  /** Minified, and not compressed. */
  bytes: number;
}

/** What a step's program is made of, the heaviest first. */
export function listInputs({ path }: StepModule): Promise<Input[]> {
  return weigh(startOf(path), { plugins: [...leaner, checkLess(path)] });
}

/** The packages of which anything is in the command line or in a step. */
export async function listBundledPackages(modules: readonly StepModule[]): Promise<string[]> {
  const exported = modules.map(({ path }, index) => `export { step as step${index} } from "./${path}";`);
  const inputs = await weigh(['export * from "./lib/cli/main.ts";', ...exported].join("\n"), {});
  return inputs.flatMap(({ name, isPackage, bytes }) => (isPackage && bytes > 0 ? [name] : [])).toSorted();
}

async function weigh(contents: string, options: Pick<BuildOptions, "plugins">): Promise<Input[]> {
  const stdin = { ...common.stdin, contents };
  const { metafile } = await build({ ...common, ...options, stdin, metafile: true });
  const weights = new Map<string, Input>();
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      const packageName = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];
      const name = packageName ?? dirname(file);
      const bytes = (weights.get(name)?.bytes ?? 0) + bytesInOutput;
      weights.set(name, { name, isPackage: packageName !== undefined, bytes });
    }
  }
  return [...weights.values()].toSorted((a, b) => b.bytes - a.bytes);
}

/** The program of all steps, which takes the name of one from its launcher; in parts as {@link bundleStep}. */
export async function bundleSteps(modules: readonly StepModule[]): Promise<string> {
  const entries = modules.map(({ slug, path }) => `"${slug}": async () => (await import("./${path}")).step`);
  const program = `
    import { launchStep } from "./lib/step/launch-step.ts";
    const steps = { ${entries.join(", ")} };
    void steps[launcher.step]().then((step) => launchStep(step, launcher));
  `;
  return joinParts(await bundle(program, { plugins: leaner }));
}

/** What no part of a program has in it. */
const partSeparator = "\0";

/** As the loader takes them apart: what V8 has not to read before it is wanted is a text until then. */
function joinParts(parts: readonly string[]): string {
  return parts.join(partSeparator);
}

/** The command line: a program that Node runs, and the file of its parts, which lies beside it. */
export async function bundleCommandLine(slugs: readonly string[]): Promise<{ program: string; parts: string }> {
  const steps = slugs.map((slug) => `"${slug}": async () => (await import("./steps/${slug}/step.ts")).step`);
  const parts = await bundle(`
    import { main } from "./lib/cli/main.ts";
    const steps = { ${steps.join(", ")} };
    void main({ argv: process.argv.slice(2), directory: __dirname, steps }).then((code) => { process.exitCode = code; });
  `);
  return { program: commandLineStart, parts: joinParts(parts) };
}

/** As the loader of the steps does it. The parts are a file of their own, so that Node.js reads no more than the ones that a command needs. */
const commandLineStart = `#!/usr/bin/env node
const { readFileSync } = require("fs");
const { compileFunction } = require("vm");
const filename = __filename.replace(/cjs$/, "parts");
const parts = readFileSync(filename, "latin1").split("${String.raw`\0`}");
const loaded = [];
function loadPart(index) {
  if (loaded[index] === undefined) {
    loaded[index] = { exports: {} };
    compileFunction(parts[index], ["require", "part", "loadPart", "__dirname"], { filename })(require, loaded[index], loadPart, __dirname);
  }
  return loaded[index].exports;
}
loadPart(0);
`;

/** The part of a script body that `node -e` runs. It has to start on old Nodes, to tell that they are too old. */
export async function bundleLoader(define: Readonly<Record<string, unknown>>): Promise<string> {
  const source = readFileSync(join(projectRoot, "templates/launchers/loader.cjs"), "utf8");
  const constants = Object.entries(define).map(([name, value]) => [name, JSON.stringify(value)]);
  const { code } = await transform(source, {
    target: "es2015",
    format: "iife",
    minify: true,
    define: Object.fromEntries(constants),
  });
  return code.trim();
}

/** How every program is written down. */
const text = {
  platform: "node",
  target: "node20",
  minify: true,
  legalComments: "none",
  // A text of one byte a character, which V8 reads in two thirds of the time.
  charset: "ascii",
  logLevel: "silent",
} satisfies TransformOptions;

const common = {
  stdin: { contents: "", resolveDir: projectRoot, loader: "ts" },
  bundle: true,
  write: false,
  format: "esm",
  splitting: true,
  outdir: projectRoot,
  ...text,
  // The same parser as modules instead of CommonJS, so that what nobody calls is left out: 7,000 characters of a script body.
  alias: {
    yaml: join(projectRoot, "node_modules/yaml/browser/dist/index.js"),
  },
} satisfies BuildOptions;

/** What no step needs stays out of steps. */
const leaner: Plugin[] = [shortYaml, shortStyles, shortForms];

const looks = /^steps\/(rehearse|report-fleet)\//;

/** What a script body has no room for, and the packages of steps have: by what is left out, what stands in for it. */
const shorter: readonly { filter: RegExp; instead: string; steps?: RegExp }[] = [
  { filter: /\/check-own-baseline\.ts$/, instead: "build/short-baseline-check.js" },
  // A look over many copies tells a conflict that nobody needs to decide as any other, and pushes nothing.
  { filter: /\/solve-conflicts\.ts$/, instead: "build/unsolved-conflicts.js", steps: looks },
  { filter: /\/refused-pushes\.ts$/, instead: "build/no-refused-pushes.js", steps: looks },
];

/** @param onUse - called where there is such */
function checkLess(step: string, onUse?: () => void): Plugin {
  return {
    name: "check less",
    setup({ onResolve }) {
      for (const { filter, instead } of shorter.filter(({ steps = /./ }) => steps.test(step)))
        onResolve({ filter }, () => {
          onUse?.();
          return { path: join(projectRoot, instead) };
        });
    },
  };
}

/** @returns the parts of the program, first the one that starts: `import()` makes another part of what it names. */
async function bundle(contents: string, options: Pick<BuildOptions, "plugins"> = {}): Promise<string[]> {
  const { outputFiles, warnings } = await build({ ...common, stdin: { ...common.stdin, contents }, ...options });
  if (warnings.length > 0) throw new Error(`Failed to bundle: ${warnings.map((warning) => warning.text).join("; ")}`);
  const files = outputFiles.toSorted((a, b) => Number(isStart(b.path)) - Number(isStart(a.path)));
  const indexes = new Map(files.map(({ path }, index) => [basename(path), index]));
  return Promise.all(files.map((file) => toPart(file.text.trim(), indexes)));
}

/** What esbuild calls a program that comes as text. */
function isStart(path: string): boolean {
  return basename(path) === "stdin.js";
}

/** A module that imports others as the body of a function of `require`, `part` and `loadPart`. */
async function toPart(module: string, indexes: ReadonlyMap<string, number>): Promise<string> {
  const load = (file: string): string => `loadPart(${indexes.get(file)})`;
  const linked = module
    .replaceAll(
      /import\{([^}]*)\}from"\.\/([^"]+)";/g,
      (_, names: string, file: string) => `const{${names.replaceAll(" as ", ":")}}=${load(file)};`,
    )
    .replaceAll(/import"\.\/([^"]+)";/g, (_, file: string) => `${load(file)};`)
    .replaceAll(/import\("\.\/([^"]+)"\)/g, (_, file: string) => `Promise.resolve(${load(file)})`)
    .replace(
      /export\{([^}]*)\};?$/,
      (_, names: string) => `part.exports={${names.replaceAll(/([\w$]+) as ([\w$]+)/g, "$2:$1")}};`,
    );
  const { code, warnings } = await transform(linked, {
    ...text,
    format: "cjs",
  });
  if (warnings.length > 0) throw new Error(`Failed to bundle: ${warnings.map((warning) => warning.text).join("; ")}`);
  return loadLate(code.trim());
}

/** Node's modules are loaded when something of them is used: a third of what a step costs before its first request. */
function loadLate(program: string): string {
  const late = program.replaceAll(/=require\("(node:[\w/]+)"\)/g, '=loadLate("$1")');
  return late === program ? program : `${late}\n${loadLateSource}`;
}

const loadLateSource =
  "function loadLate(id){let loaded;return new Proxy({},{get:(_,name)=>(loaded??=require(id))[name]})}";
