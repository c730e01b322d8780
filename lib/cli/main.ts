import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { defaultBaseline } from "../install/default-baseline.ts";
import type { StepsByName } from "../step/run-from-command-line.ts";
import { tuneEngine } from "../step/tune-engine.ts";
import { runCommandLine } from "./command-line.ts";

export interface MainOptions {
  argv: readonly string[];
  /** Where the command's own file lies: the build's output. */
  directory: string;
  steps: StepsByName;
}

/** `managed-spaces` as Node starts it. @returns the exit code */
export function main({ argv, directory, steps }: MainOptions): Promise<number> {
  tuneEngine();
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  return runCommandLine({
    arguments: argv,
    environment: process.env,
    workingDirectory: process.cwd(),
    dist: directory,
    version: readVersion(directory),
    steps,
    defaultBaseline,
    write: (stream, text) => void process[stream].write(text),
    signal: stop.signal,
  });
}

/** The package's version: its manifest lies beside the build's output, in the repository and in an installed package. */
function readVersion(directory: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(directory, "../package.json"), "utf8"));
  return z.object({ version: z.string() }).parse(manifest).version;
}
