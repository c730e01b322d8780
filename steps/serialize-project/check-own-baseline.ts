import { parseBaseline } from "../../lib/baseline/parse-baseline.ts";

/**
 * Whether Populate Space would take it. The inline body has no room for that, and looks less closely: build/short-baseline-check.js.
 * @throws {@link ParameterError} telling of everything that is wrong, each with line and column
 */
export function checkOwnBaseline(text: string): void {
  parseBaseline(text, "Own Baseline");
}
