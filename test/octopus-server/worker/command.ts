import { spawn } from "node:child_process";

export interface CommandOptions {
  arguments: readonly string[];
  directory: string;
  /** All of the process's environment. */
  environment: Record<string, string>;
  stdout: (chunk: Uint8Array) => void;
  stderr: (chunk: Uint8Array) => void;
  /** Ends the process with everything that it started. */
  signal: AbortSignal;
}

/** How long a process group has between SIGTERM and SIGKILL. */
const graceMilliseconds = 3000;

/**
 * Runs a program in a process group of its own, without a shell and without standard input, until both of its streams are closed.
 * @returns the exit code, or 128 and more when a signal ended it
 * @throws Error when the program cannot be started
 */
export function runCommand(program: string, options: CommandOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, options.arguments, {
      cwd: options.directory,
      env: options.environment,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const stopWatching = killOnAbort(options.signal, () => child.pid);
    function fail(error: unknown): void {
      stopWatching();
      killGroup(child.pid, "SIGKILL");
      reject(error instanceof Error ? error : new Error(String(error)));
    }
    child.stdout.on("data", guarded(options.stdout, fail));
    child.stderr.on("data", guarded(options.stderr, fail));
    child.once("error", fail);
    child.once("close", (code) => {
      stopWatching();
      resolve(code ?? 128);
    });
  });
}

/** An error in a stream's listener would end the whole server. */
function guarded(listen: (chunk: Uint8Array) => void, fail: (error: unknown) => void): (chunk: Uint8Array) => void {
  return (chunk) => {
    try {
      listen(chunk);
    } catch (error) {
      fail(error);
    }
  };
}

function killOnAbort(signal: AbortSignal, pid: () => number | undefined): () => void {
  let killer: NodeJS.Timeout | undefined;
  function kill(): void {
    killGroup(pid(), "SIGTERM");
    killer = setTimeout(() => killGroup(pid(), "SIGKILL"), graceMilliseconds);
  }
  if (signal.aborted) kill();
  else signal.addEventListener("abort", kill, { once: true });
  return () => {
    signal.removeEventListener("abort", kill);
    clearTimeout(killer);
  };
}

/** The group may be gone already. */
function killGroup(pid: number | undefined, signal: "SIGTERM" | "SIGKILL"): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    return;
  }
}
