import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build, transform } from "esbuild";
import type { BuildOptions } from "esbuild";
import { minify } from "terser";
import { projectRoot } from "./project.ts";

/** A step as the build sees it. */
export interface StepModule {
  /** Its folder's name, and the name of its files. */
  slug: string;
  /** The module that exports it as `step`, from the project's root. */
  path: string;
}

/** A step's whole program: the body of a function of `require`, `module`, `exports` and `launcher` (templates/launchers/loader.cjs). */
export async function bundleStep({ path }: StepModule): Promise<string> {
  return shorten(
    await bundle(`
    import { launchStep } from "./lib/step/launch-step.ts";
    import { step } from "./${path}";
    void launchStep(step, launcher);
  `),
  );
}

/** Names by how often they are used, which esbuild does for each scope alone, and what two passes see together: 5 % of a script body. */
async function shorten(program: string): Promise<string> {
  const { code = "" } = await minify(program, {
    // Functions that are used once stay where they are: the text is longer, and smaller when it is compressed.
    compress: { passes: 2, ecma: 2020, reduce_funcs: false },
    mangle: true,
    toplevel: true,
    ecma: 2020,
    format: { ascii_only: true },
  });
  return code;
}

/** The command line, as one file that Node runs. */
export async function bundleCommandLine(): Promise<string> {
  const program = await bundle(`
    import { main } from "./lib/cli/main.ts";
    import { steps } from "./steps/index.ts";
    void main({ argv: process.argv.slice(2), directory: __dirname, steps }).then((code) => { process.exitCode = code; });
  `);
  return `#!/usr/bin/env node\n${program}`;
}

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

const common = {
  stdin: { contents: "", resolveDir: projectRoot, loader: "ts" },
  bundle: true,
  write: false,
  platform: "node",
  target: "node20",
  format: "cjs",
  minify: true,
  legalComments: "none",
  // A text of one byte a character, which V8 reads in two thirds of the time.
  charset: "ascii",
  // The same parser as modules instead of CommonJS, so that what nobody calls is left out: 7,000 characters of a script body.
  alias: {
    yaml: join(projectRoot, "node_modules/yaml/browser/dist/index.js"),
    debug: join(projectRoot, "build/silent-debug.cjs"),
  },
  // `import()` of an external module needs a host that vm.compileFunction lacks; `require` does not.
  supported: { "dynamic-import": false },
  logLevel: "silent",
} satisfies BuildOptions;

async function bundle(contents: string, options: BuildOptions = {}): Promise<string> {
  const { outputFiles, warnings } = await build({ ...common, stdin: { ...common.stdin, contents }, ...options });
  if (warnings.length > 0) throw new Error(`Failed to bundle: ${warnings.map((warning) => warning.text).join("; ")}`);
  return loadLate(outputFiles?.[0]?.text.trim() ?? "");
}

/** Node's modules are loaded when something of them is used: a third of what a step costs before its first request. */
function loadLate(program: string): string {
  const late = program.replaceAll(/=require\("(node:[\w/]+)"\)/g, '=loadLate("$1")');
  return late === program ? program : `${late}\n${loadLateSource}`;
}

const loadLateSource =
  "function loadLate(id){let loaded;return new Proxy({},{get:(_,name)=>(loaded??=require(id))[name]})}";
