import { readFileSync, statSync } from "node:fs";
import { join, normalize } from "node:path";
import { ParameterError } from "../step/errors.ts";
import type { PackageReference } from "../step/parameters.ts";
import { readZip } from "../zip.ts";

/** Where a document may be, and what the parameters for it are called: `Baseline`, `Baseline Package` and `Baseline File`. */
export interface PastedInput {
  /** The first of the three. */
  label: string;
  pasted: string | undefined;
  package: PackageReference | undefined;
  fileName: string;
  /** Where a package has it when nobody says. */
  usualFileName: string;
  /** Whether a package without the file is one that has no document. */
  mayBeMissing?: boolean;
}

export interface PastedDocument {
  text: string;
  /** For sentences. */
  fileName: string;
}

/**
 * The document that was pasted or brought by a package; undefined when there is none.
 * @throws {@link ParameterError} when there are two, the package does not have the file, or a file was named and no package
 */
export function readPasted({
  label,
  pasted,
  package: brought,
  fileName,
  usualFileName,
  mayBeMissing = false,
}: PastedInput): PastedDocument | undefined {
  const text = pasted?.trim() === "" ? undefined : pasted;
  if (text !== undefined && brought !== undefined)
    throw new ParameterError(
      `Failed to read the ${label.toLowerCase()}: there is one in "${label}" and one in "${label} Package". Leave one of them blank.`,
    );
  if (brought === undefined && fileName !== usualFileName)
    throw new ParameterError(
      `Failed to read the ${label.toLowerCase()}: "${label} File" is "${fileName}", which is looked for in a package, and there is no "${label} Package". Choose the package, or put the document itself into "${label}" and leave "${label} File" as it was.`,
    );
  if (text !== undefined) return { text, fileName: label };
  if (brought === undefined || (mayBeMissing && !bringsFile(brought, fileName))) return undefined;
  return { text: readFile(brought, { label, fileName }), fileName };
}

/** Whether the package has the file; never one outside of it. */
export function bringsFile(brought: PackageReference, fileName: string): boolean {
  const path = normalize(fileName);
  return !path.startsWith("..") && readAny(brought, path) !== undefined;
}

function readFile(brought: PackageReference, { label, fileName }: Pick<PastedInput, "label" | "fileName">): string {
  const path = normalize(fileName);
  const name = `${brought.id}.${brought.version}`;
  const failed = `Failed to read the ${label.toLowerCase()} "${fileName}"`;
  if (path.startsWith("..")) throw new ParameterError(`${failed}: it is outside of the package "${name}".`);
  const text = readAny(brought, path);
  if (text !== undefined) return text;
  const isSerialized = readAny(brought, "manifest.json") !== undefined;
  const advice = isSerialized
    ? `A Serialize step made it: bring what it has by Deploy Space, Deploy Project or Deploy Runbook, or choose another "${label} Package".`
    : `Check "${label} File".`;
  throw new ParameterError(`${failed}: the package "${name}" has no such file. ${advice}`);
}

function readAny(brought: PackageReference, path: string): string | undefined {
  const isFile = statSync(brought.path, { throwIfNoEntry: false })?.isFile() === true;
  return isFile ? readEntry(brought.path, path) : readPlain(join(brought.path, path));
}

function readPlain(file: string): string | undefined {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(file, "utf8") : undefined;
}

/** Of a zip file that a command line named, which nobody extracted. */
function readEntry(archive: string, path: string): string | undefined {
  const entry = readZip(readFileSync(archive)).find((one) => normalize(one.path) === path);
  return entry && Buffer.from(entry.read()).toString("utf8");
}
