import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

export interface Measured {
  milliseconds: number;
  /** The most memory that the process had; 0 where the system does not tell it as Linux does. */
  megabytes: number;
}

/** Runs a program to its end. @throws with what it said last */
export async function measureProgram(
  program: string,
  options: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Measured> {
  const started = performance.now();
  const child = spawn(program, options, { env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const keep = (chunk: Buffer): void => void (output = `${output}${chunk.toString()}`.slice(-3000));
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  let megabytes = 0;
  const watch = setInterval(() => void (megabytes = Math.max(megabytes, peakOf(child.pid))), 20);
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  clearInterval(watch);
  if (code !== 0) throw new Error(`${program} ended with ${code}:\n${output}`);
  return { milliseconds: performance.now() - started, megabytes };
}

function peakOf(processId: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${processId}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
