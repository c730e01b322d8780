import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { UnavailableError } from "../step/errors.ts";

export interface TerraformPlace {
  directory: string;
  environment: Readonly<Record<string, string>>;
  signal: AbortSignal;
}

/** How a run of Terraform ended: what it printed, or in a line why it failed, in which secrets may stand. */
export type TerraformEnd = { output: string } | { failure: string };

/**
 * Runs the Terraform that is on the worker's path.
 * @throws {@link UnavailableError} where there is none
 */
export async function runTerraform(
  parameters: readonly string[],
  { directory, environment, signal }: TerraformPlace,
): Promise<TerraformEnd> {
  try {
    const options = {
      cwd: directory,
      env: { ...environment, TF_IN_AUTOMATION: "1", TF_INPUT: "0", CHECKPOINT_DISABLE: "1" },
      signal,
      maxBuffer: 256 * 1024 * 1024,
    };
    return { output: (await promisify(execFile)("terraform", [...parameters], options)).stdout };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      throw new UnavailableError(
        "Terraform is not installed on this worker. Install Terraform 1.7 or newer, or use an execution container that has it.",
      );
    return { failure: readFailure(error instanceof Error && "stderr" in error ? String(error.stderr) : "") };
  }
}

/** What Terraform says first: the rest tells where in the configuration. */
function readFailure(said: string): string {
  const lines = said
    .split("\n")
    .map((line) => line.replace(/^[│╷╵\s]+/, "").trim())
    .filter((line) => line !== "" && !/^Error:?$/.test(line));
  const error = lines.findIndex((line) => line.startsWith("Error: "));
  const [summary = "it gave no reason", ...details] = lines.slice(Math.max(error, 0));
  const detail = details.find((line) => !/^(?:on .* line \d+|with \S+,$|\d+: )/.test(line));
  return [summary.replace(/^Error: /, ""), detail]
    .filter((part) => part !== undefined)
    .map((part) => part.replace(/[.:]$/, ""))
    .join(": ");
}
