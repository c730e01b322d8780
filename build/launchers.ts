import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import type { StepDefinition } from "../lib/step/define-step.ts";
import { encodeBase32768 } from "./base32768.ts";
import { bundleLoader } from "./bundle.ts";
import { projectRoot } from "./project.ts";

/** The package of all bundles, by which a packaged template refers to it; the npm package is called so, too. */
export const RUNTIME_PACKAGE = "managed-spaces";

/** `FOUND` stands for the version that the worker has. */
const WRONG_NODE =
  "Failed to start this step: it needs Node.js 20.19 or newer, and the worker has FOUND. Run it in the container image octopusdeploy/worker-tools:6.6.4-ubuntu.24.04 (6.4.0 or newer will do), or install Node.js on the worker.";
const OPENSSL_MISSING =
  "Failed to start this step: the worker has no openssl, by which Octopus hands variables to Bash. Install it on the worker.";

/** What a script body is written in: the word of `Octopus.Action.Script.Syntax`. */
export type Syntax = "Bash" | "PowerShell";

/** Of published scripts. What begins with `$` is a variable of the script. */
const PUBLISHED_SENTENCES = {
  NODE_MISSING: "Failed to start this step: it needs Node.js 20.19 or newer, and the worker has none.",
  NPM_MISSING: "Failed to start this step: it needs npm, which comes with Node.js, and the worker has none.",
  FETCH_FAILED:
    "Failed to fetch $package from ${source}: see the log. The variable ManagedSpaces.Registry may name another.",
  NOT_GENUINE:
    "Refused to run $package from ${source}: by its SHA-512 it is not what this step template was made for. Find out who changed it.",
};

/** The script body that holds its whole program. */
export async function renderInlineScript(step: StepDefinition, bundle: string): Promise<string> {
  const loader = await bundleLoader({ ...MINIMUM_NODE, FLAVOR: "inline", VERSION: "" });
  const options = { read: readShort, syntax: "Bash" } as const;
  return render("bash-inline.sh", options, {
    ...toParts(step, options),
    PROGRAM: `-e ${quote(loader)}`,
    PAYLOAD: await renderPayload(bundle),
  });
}

export interface PackagedScript {
  slug: string;
  /** Of the runtime package. */
  version: string;
  syntax: Syntax;
}

/** The script body that runs `<slug>.cjs` out of the runtime package of that version. */
export function renderPackagedScript(step: StepDefinition, { slug, version, syntax }: PackagedScript): string {
  const options = { read: readShort, syntax };
  return render({ Bash: "bash-packaged.sh", PowerShell: "powershell-packaged.ps1" }[syntax], options, {
    ...toParts(step, options),
    PROGRAM: `"$package/launch.cjs" ${slug}.cjs ${quote(version)}`,
    ARGUMENTS: `${slug}.cjs ${version}`,
    LAST: ' `"$wrong`"',
    PACKAGE: RUNTIME_PACKAGE,
    VERSION: version,
  });
}

export interface PublishedScript {
  slug: string;
  /** Of the npm package. */
  version: string;
  /** Of its program: {@link toSha512}. */
  sha512: string;
  syntax: Syntax;
}

/** The script body that fetches the npm package and runs the step out of it. It is made to be read, by those who take it from a library. */
export function renderPublishedScript(
  step: StepDefinition,
  { slug, version, sha512, syntax }: PublishedScript,
): string {
  const options = { read: readForPeople, syntax };
  return render({ Bash: "bash-published.sh", PowerShell: "powershell-published.ps1" }[syntax], options, {
    ...toParts(step, options),
    ARGUMENTS: slug,
    LAST: "",
    SLUG: slug,
    OPENSSL_MISSING,
    ...PUBLISHED_SENTENCES,
    PACKAGE: RUNTIME_PACKAGE,
    VERSION: version,
    SHA512: sha512,
  });
}

/** The one file of the npm package that published scripts run: the program of all steps, and what starts it. */
export async function renderPublishedProgram(steps: string): Promise<string> {
  const loader = await bundleLoader({ ...MINIMUM_NODE, FLAVOR: "published", VERSION: "", WRONG_NODE });
  return `const STEPS=${JSON.stringify(steps)};\n${loader}\n`;
}

/** A program's SHA-512 in hexadecimal, which pins it in the script bodies that run it. */
export function toSha512(program: string): string {
  return createHash("sha512").update(program, "utf8").digest("hex");
}

/** `launch.cjs` of the runtime package: starts the bundles beside it. */
export function renderPackageLoader(version: string): Promise<string> {
  return bundleLoader({ ...MINIMUM_NODE, FLAVOR: "packaged", VERSION: version });
}

/** Brotli as text: a seventh of the program's characters, none of which Bash or Octopus would read anything into. */
async function renderPayload(bundle: string): Promise<string> {
  const source = Buffer.from(bundle, "utf8");
  const compressed = await promisify(brotliCompress)(source, {
    params: { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: source.length },
  });
  // Octopus's editor gets slow with very long lines.
  return (encodeBase32768(compressed).match(/.{1,1000}/g) ?? []).join("\n");
}

const MINIMUM_NODE = { MINIMUM_MAJOR: 20, MINIMUM_MINOR: 19 };

/** The parts of launchers that stand in more than one. */
const SHARED = {
  CHECKS: "bash-checks.sh",
  ANSWERS: "bash-answers.sh",
  NODE: "powershell-node.ps1",
  RUN: { Bash: "bash-run.sh", PowerShell: "powershell-run.ps1" },
};

function toParts(step: StepDefinition, { read, syntax }: RenderOptions): Record<string, string> {
  return {
    CHECKS: read(SHARED.CHECKS),
    ANSWERS: read(SHARED.ANSWERS),
    NODE: read(SHARED.NODE),
    RUN: read(SHARED.RUN[syntax]),
    TITLE: step.name,
    OPENSSL_MISSING: Buffer.from(OPENSSL_MISSING).toString("base64"),
    // Neither syntax has anything to escape in it.
    WRONG_NODE: `'${WRONG_NODE}'`,
  };
}

interface RenderOptions {
  /** For people, or short. */
  read(name: string): string;
  syntax: Syntax;
}

/** Fills the launcher's `@@PART@@`s, those within parts too, in the order of `parts`. */
function render(launcher: string, { read }: RenderOptions, parts: Readonly<Record<string, string>>): string {
  const script = Object.entries(parts).reduce(
    (text, [name, part]) => text.replaceAll(`@@${name}@@`, () => part),
    read(launcher),
  );
  return `${script}\n`;
}

/** A launcher without what is there for its readers: each copy of it is carried through Octopus many times. */
function readShort(name: string): string {
  return readForPeople(name)
    .replace(/^\s+/gm, "")
    .replace(/^#(?! @@).*\n/gm, "");
}

function readForPeople(name: string): string {
  return readFileSync(join(projectRoot, "templates/launchers", name), "utf8").trimEnd();
}

/** A word of Bash that means exactly `text`. */
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
