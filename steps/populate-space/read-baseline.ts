import { readFileSync, statSync } from "node:fs";
import { join, normalize } from "node:path";
import type { Baseline } from "../../lib/baseline/baseline-schema.ts";
import { parseBaseline } from "../../lib/baseline/parse-baseline.ts";
import { ParameterError } from "../../lib/step/errors.ts";
import type { PackageReference } from "../../lib/step/parameters.ts";

export interface BaselineInput {
  baseline: string | undefined;
  package: PackageReference | undefined;
  fileName: string;
}

/** The baseline that was pasted or brought by a package, of which there has to be one. */
export function readBaseline({ baseline, package: brought, fileName }: BaselineInput): Baseline {
  const pasted = baseline?.trim() === "" ? undefined : baseline;
  if (pasted !== undefined && brought !== undefined)
    throw new ParameterError(
      'Failed to read the baseline: there is one in "Baseline" and one in "Baseline Package". Leave one of them blank.',
    );
  if (pasted !== undefined) return parseBaseline(pasted, "Baseline");
  if (brought === undefined)
    throw new ParameterError(
      'Failed to read the baseline: there is none. Fill in "Baseline", or choose a "Baseline Package".',
    );
  return parseBaseline(readFile(brought, fileName), fileName);
}

function readFile(brought: PackageReference, fileName: string): string {
  const path = normalize(fileName);
  const name = `${brought.id}.${brought.version}`;
  if (path.startsWith(".."))
    throw new ParameterError(`Failed to read the baseline "${fileName}": it is outside of the package "${name}".`);
  const file = join(brought.path, path);
  if (statSync(file, { throwIfNoEntry: false })?.isFile() === true) return readFileSync(file, "utf8");
  throw new ParameterError(
    `Failed to read the baseline "${fileName}": the package "${name}" has no such file. Check "Baseline File".`,
  );
}
