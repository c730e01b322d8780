import type { Baseline } from "../../lib/baseline/baseline-schema.ts";
import { parseBaseline } from "../../lib/baseline/parse-baseline.ts";
import { ParameterError } from "../../lib/step/errors.ts";
import type { PackageReference } from "../../lib/step/parameters.ts";
import { readPasted } from "../../lib/yaml/read-pasted.ts";

export interface BaselineInput {
  baseline: string | undefined;
  package: PackageReference | undefined;
  fileName: string;
  usualFileName: string;
}

/** The baseline that was pasted or brought by a package, of which there has to be one. */
export function readBaseline({ baseline, ...input }: BaselineInput): Baseline {
  const document = readPasted({ ...input, label: "Baseline", pasted: baseline });
  if (document !== undefined) return parseBaseline(document.text, document.fileName);
  throw new ParameterError(
    'Failed to read the baseline: there is none. Fill in "Baseline", or choose a "Baseline Package".',
  );
}
