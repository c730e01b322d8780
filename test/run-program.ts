import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Outcome } from "./run-command.ts";

/** Runs a program to its end while this process goes on, since what it talks to may be a server in here. */
export async function runProgram(
  program: string,
  argv: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const child = spawn(program, [...argv], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  const printed = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const)
    child[stream].setEncoding("utf8").on("data", (text: string) => void (printed[stream] += text));
  const [code]: unknown[] = await once(child, "close");
  return { code: typeof code === "number" ? code : -1, ...printed };
}
