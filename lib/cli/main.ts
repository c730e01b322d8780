import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { defaultBaseline } from "../install/default-baseline.ts";
import { tuneEngine } from "../step/tune-engine.ts";
import type { CommandContext, StepsByName } from "./command-context.ts";
import { runCommandLine } from "./command-line.ts";
import { describeOutput } from "./describe-output.ts";

export interface MainOptions {
  argv: readonly string[];
  /** Where the command's own file lies: the build's output. */
  directory: string;
  steps: StepsByName;
}

/** `managed-spaces` as Node starts it. @returns the exit code */
export function main({ argv, directory, steps }: MainOptions): Promise<number> {
  tuneEngine();
  goOnUnread();
  const { signal, takeFirstInterrupt } = listenForInterrupts();
  return runCommandLine({
    arguments: argv,
    environment: process.env,
    workingDirectory: process.cwd(),
    dist: directory,
    version: readVersion(directory),
    steps,
    defaultBaseline,
    write: (stream, text) => void process[stream].write(text),
    signal,
    takeFirstInterrupt,
    ...describeOutput(process.env, process.stdout),
  });
}

/** Who reads only the beginning, as `head` does, lets the command come to its end: the rest is written to nobody. */
function goOnUnread(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
}

/** Ctrl-C ends the command, or is told first to whoever asked to be told; what ends a process otherwise always does. The next one after that kills. */
function listenForInterrupts(): Required<Pick<CommandContext, "signal" | "takeFirstInterrupt">> {
  const stop = new AbortController();
  let first: (() => void) | undefined;
  const end = (): void => {
    process.off("SIGINT", interrupt).off("SIGTERM", end);
    stop.abort();
  };
  const interrupt = (): void => {
    const told = first;
    first = undefined;
    if (told === undefined) end();
    else told();
  };
  process.on("SIGINT", interrupt).on("SIGTERM", end);
  return { signal: stop.signal, takeFirstInterrupt: (told) => void (first = told) };
}

/** The package's version: its manifest lies beside the build's output, in the repository and in an installed package. */
function readVersion(directory: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(directory, "../package.json"), "utf8"));
  return z.object({ version: z.string() }).parse(manifest).version;
}
