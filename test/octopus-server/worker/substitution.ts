import { isUtf8 } from "node:buffer";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { ActionFailure, type ActionRun } from "./action.ts";

/** Replaces the tokens of a file in its place; a file without `#{` is not touched, what cannot be resolved stays and is told. */
export async function substituteInFile(
  path: string,
  { variables, log }: Pick<ActionRun, "variables" | "log">,
): Promise<void> {
  const bytes = await readFile(path);
  const encoding = isUtf8(bytes) ? "utf8" : "latin1";
  const text = bytes.toString(encoding);
  if (!text.includes("#{")) return;
  const { text: replaced, missing, isInvalid } = variables.evaluate(text, { lenient: true });
  if (isInvalid || missing.length > 0) {
    const reason = isInvalid ? "failed" : `left tokens that have no value: ${missing.join(", ")}`;
    const problem = `Parsing file '${path}' with Octostache ${reason}`;
    if (variables.getFlag("OctopusShouldFailDeploymentOnSubstitutionFails")) throw new ActionFailure(problem);
    log.write("Verbose", problem);
  }
  await writeFile(path, Buffer.from(replaced, encoding));
}

/**
 * Replaces the tokens of all files beneath the action's directory that match.
 * @param globs - with `*`, `?`, `**` and `{a,b}`, relative to the directory
 */
export async function substituteInFiles(run: ActionRun, globs: readonly string[]): Promise<void> {
  const patterns = globs.map((glob) => globPattern(glob));
  const files = await listFiles(run.directory);
  for (const file of files.filter((path) => patterns.some((pattern) => pattern.test(path)))) {
    run.log.write("Verbose", `Performing variable substitution on '${join(run.directory, file)}'`);
    await substituteInFile(join(run.directory, file), run);
  }
}

/** Paths of files, relative, with slashes. */
async function listFiles(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join("/")).toSorted();
}

export function globPattern(glob: string): RegExp {
  const normal = glob
    .trim()
    .replaceAll("\\", "/")
    .replace(/^\.?\//, "");
  const body = normal.replace(/\*\*\/|\*\*|\*|\?|\{[^}]*\}|[.+^$()|[\]\\}{]/g, (part) => {
    if (part === "**/") return "(?:.*/)?";
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    if (part === "?") return "[^/]";
    if (part.length > 1 && part.startsWith("{"))
      return `(?:${part.slice(1, -1).split(",").map(escapePattern).join("|")})`;
    return `\\${part}`;
  });
  return new RegExp(`^${body}$`, "i");
}

function escapePattern(text: string): string {
  return text.replace(/[.+^$()|[\]\\{}*?]/g, "\\$&");
}
