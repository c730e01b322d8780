import { spawn } from "node:child_process";

/** Runs a program to its end without blocking, since the servers that it talks to live in this process. @throws with what it said last */
export async function startProgram(
  program: string,
  options: readonly string[],
  { directory, environment = {} }: { directory?: string; environment?: Readonly<Record<string, string>> } = {},
): Promise<void> {
  const child = spawn(program, options, {
    cwd: directory,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  if (code !== 0) throw new Error(`${program} ended with ${code}:\n${output.slice(-3000)}`);
}
