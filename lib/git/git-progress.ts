import type { Readable } from "node:stream";

type OnProgress = (percent: number, text: string) => void;

/** Milliseconds between two lines of one command, of which a task log keeps each. What is done sooner tells nothing. */
const usualPause = 5000;

/** Only these tell, and only when they are asked to. */
export function withProgress(args: readonly string[], onProgress: OnProgress | undefined): readonly string[] {
  const [command = "", ...rest] = args;
  if (onProgress === undefined || (command !== "fetch" && command !== "push")) return args;
  return [command, "--progress", ...rest.filter((option) => option !== "--quiet")];
}

/** Git writes how far it is over the line before, again and again. */
export function followProgress(stderr: Readable | null, onProgress: OnProgress, pause = usualPause): void {
  let last = Date.now();
  stderr?.on("data", (chunk: Buffer | string) => {
    const told = [
      ...String(chunk).matchAll(
        /((?:Receiving|Writing|Resolving|Compressing|Counting) [a-z]+: +(\d+)% .*?)[,.]?\s*[\r\n]/g,
      ),
    ];
    const [, text, percent] = told.at(-1) ?? [];
    if (text === undefined || Date.now() - last < pause) return;
    last = Date.now();
    onProgress(Number(percent), text.replace(/\s+/g, " "));
  });
}

/** What is left is what a person would see in the end: none of it tells why a command failed. */
export function withoutProgress(stderr: string): string {
  return stderr.replace(/[^\r\n]*\r(?!\n)/g, "");
}
