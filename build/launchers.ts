import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import type { StepDefinition } from "../lib/step/define-step.ts";
import { encodeBase32768 } from "./base32768.ts";
import { bundleLoader } from "./bundle.ts";
import { projectRoot } from "./project.ts";

/** The package of all bundles, and the name by which a packaged template refers to it. */
export const RUNTIME_PACKAGE = "managed-spaces";

/** `FOUND` stands for the version that the worker has. */
const WRONG_NODE =
  "Failed to start this step: it needs Node.js 20.19 or newer, and the worker has FOUND. Run it in the container image octopusdeploy/worker-tools:6.6.4-ubuntu.24.04 (6.4.0 or newer will do), or install Node.js on the worker.";
const OPENSSL_MISSING =
  "Failed to start this step: the worker has no openssl, by which Octopus hands variables to Bash. Install it on the worker.";

/** The script body that holds its whole program. */
export async function renderInlineScript(step: StepDefinition, bundle: string): Promise<string> {
  const loader = await bundleLoader({ ...MINIMUM_NODE, FLAVOR: "inline", VERSION: "" });
  return render("bash-inline.sh", {
    ...toParts(step),
    PROGRAM: `-e ${quote(loader)}`,
    PAYLOAD: renderPayload(bundle),
  });
}

/** The script body that runs `<slug>.cjs` out of the runtime package of that version. */
export function renderPackagedScript(
  step: StepDefinition,
  { slug, version }: { slug: string; version: string },
): string {
  return render("bash-packaged.sh", {
    ...toParts(step),
    PROGRAM: `"$package/launch.cjs" ${slug}.cjs ${quote(version)}`,
    PACKAGE: RUNTIME_PACKAGE,
    VERSION: version,
  });
}

/** `launch.cjs` of the runtime package: starts the bundles beside it. */
export function renderPackageLoader(version: string): Promise<string> {
  return bundleLoader({ ...MINIMUM_NODE, FLAVOR: "packaged", VERSION: version });
}

/** Brotli as text: a seventh of the program's characters, none of which Bash or Octopus would read anything into. */
function renderPayload(bundle: string): string {
  const source = Buffer.from(bundle, "utf8");
  const compressed = brotliCompressSync(source, {
    params: { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: source.length },
  });
  // Octopus's editor gets slow with very long lines.
  return (encodeBase32768(compressed).match(/.{1,1000}/g) ?? []).join("\n");
}

const MINIMUM_NODE = { MINIMUM_MAJOR: 20, MINIMUM_MINOR: 19 };

function toParts(step: StepDefinition): Record<string, string> {
  return {
    CHECKS: readLauncher("bash-checks.sh"),
    ANSWERS: readLauncher("bash-answers.sh"),
    RUN: readLauncher("bash-run.sh"),
    TITLE: step.name,
    OPENSSL_MISSING: Buffer.from(OPENSSL_MISSING).toString("base64"),
    WRONG_NODE: quote(WRONG_NODE),
  };
}

/** Fills the launcher's `@@PART@@`s, those within parts too, in the order of `parts`. */
function render(launcher: string, parts: Readonly<Record<string, string>>): string {
  const script = Object.entries(parts).reduce(
    (text, [name, part]) => text.replaceAll(`@@${name}@@`, () => part),
    readLauncher(launcher),
  );
  return `${script}\n`;
}

/** A launcher without what is there for its readers: each copy of it is carried through Octopus many times. */
function readLauncher(name: string): string {
  const text = readFileSync(join(projectRoot, "templates/launchers", name), "utf8");
  return text
    .trimEnd()
    .replace(/^\s+/gm, "")
    .replace(/^#(?! @@).*\n/gm, "");
}

/** A word of Bash that means exactly `text`. */
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
