import { tmpdir } from "node:os";
import { runCommandLine } from "../lib/cli/command-line.ts";
import type { CommandContext } from "../lib/cli/command-context.ts";

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs `managed-spaces …` in this process, where nothing was built unless `context` says otherwise. */
export async function runCommand(
  argv: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  context: Partial<CommandContext> = {},
): Promise<Outcome> {
  const printed = { stdout: "", stderr: "" };
  const code = await runCommandLine({
    arguments: argv,
    environment,
    workingDirectory: tmpdir(),
    dist: tmpdir(),
    version: "1.2.3",
    steps: {},
    defaultBaseline: "",
    write: (stream, text) => void (printed[stream] += text),
    signal: new AbortController().signal,
    ...context,
  });
  return { code, ...printed };
}
