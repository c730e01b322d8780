import { textOf } from "../model/json.ts";
import type { Baseline } from "./baseline-schema.ts";
import { parseBaseline } from "./parse-baseline.ts";

/**
 * What only one template needs in a space, as its package has it. It is called as the package, where it does not say: a space has it beside
 * what every space has.
 * @throws {@link ParameterError} telling of everything that is wrong
 */
export function parseOwnBaseline(
  text: string,
  { fileName, packageId }: { fileName: string; packageId: string },
): Baseline {
  const baseline = parseBaseline(text, fileName);
  return textOf(baseline, "name") === "" ? { ...baseline, name: packageId } : baseline;
}
