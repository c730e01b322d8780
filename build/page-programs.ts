import { join } from "node:path";
import { build } from "esbuild";
import { minify } from "terser";
import { projectRoot } from "./project.ts";

/** The programs that pages have in them, each as a module that exports it as text, by path from the project's root. */
export async function renderPagePrograms(): Promise<Map<string, string>> {
  const [fleet, decisions] = await Promise.all([
    bundleForBrowsers("lib/fleet/page/client/main.ts"),
    bundleForBrowsers("lib/copies/page/client/main.ts"),
  ]);
  return new Map([
    ["lib/fleet/page/client-program.ts", toModule("clientProgram", fleet)],
    ["lib/copies/page/decisions-program.ts", toModule("decisionsProgram", decisions)],
  ]);
}

async function bundleForBrowsers(path: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(projectRoot, path)],
    tsconfigRaw: {},
    absWorkingDir: projectRoot,
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    // What unpacks the report is no older.
    target: ["chrome110", "firefox115", "safari16.4"],
    minify: true,
    legalComments: "none",
    charset: "ascii",
    logLevel: "silent",
  });
  const { code = "" } = await minify(outputFiles[0]?.text ?? "", {
    compress: { passes: 2, ecma: 2020, unsafe_arrows: true },
    mangle: true,
    ecma: 2020,
    format: { ascii_only: true },
  });
  const found = /<\/script|<script|<!--/i.exec(code);
  if (found !== null) throw new Error(`${path} has "${found[0]}" in a text, which would end the page's script.`);
  return code;
}

function toModule(name: string, program: string): string {
  return `// Made by "npm run build" out of client/: not to be edited.\nexport const ${name} =\n  ${JSON.stringify(program)};\n`;
}
