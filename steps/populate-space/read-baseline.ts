import type { Baseline } from "../../lib/baseline/baseline-schema.ts";
import { parseOwnBaseline } from "../../lib/baseline/own-baseline.ts";
import { parseBaseline } from "../../lib/baseline/parse-baseline.ts";
import { manifestFileName } from "../../lib/graph/manifest.ts";
import { ParameterError } from "../../lib/step/errors.ts";
import type { PackageReference } from "../../lib/step/parameters.ts";
import { bringsFile, readPasted } from "../../lib/yaml/read-pasted.ts";

export interface BaselineInput {
  baseline: string | undefined;
  package: PackageReference | undefined;
  fileName: string;
  usualFileName: string;
  packageWithoutBaseline: "fail" | "doNothing";
}

export interface GivenBaseline {
  baseline: Baseline;
  /** Whether the package is one of a template, which brings what only this template needs. */
  isOwnOfTemplate: boolean;
}

/** The baseline that was pasted or brought by a package, of which there has to be one; undefined for a package that may be without. */
export function readBaseline({ baseline, packageWithoutBaseline, ...input }: BaselineInput): GivenBaseline | undefined {
  const mayBeMissing = packageWithoutBaseline === "doNothing";
  const document = readPasted({ ...input, label: "Baseline", pasted: baseline, mayBeMissing });
  if (document !== undefined) {
    const { text, fileName } = document;
    const template =
      input.package !== undefined && bringsFile(input.package, manifestFileName) ? input.package : undefined;
    return template === undefined
      ? { baseline: parseBaseline(text, fileName), isOwnOfTemplate: false }
      : { baseline: parseOwnBaseline(text, { fileName, packageId: template.id }), isOwnOfTemplate: true };
  }
  if (mayBeMissing && input.package !== undefined) return undefined;
  throw new ParameterError(
    'Failed to read the baseline: there is none. Fill in "Baseline", or choose a "Baseline Package".',
  );
}
