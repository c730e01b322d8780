import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { minify, type MinifyOptions } from "terser";
import { projectRoot } from "./project.ts";

/** Makes the text of a program shorter, and what it does the same. */
export type Shorten = (program: string) => Promise<string>;

/** Names by how often they are used, which esbuild does for each scope alone, and what two passes see together: 5 % of a script body. */
const options: MinifyOptions = {
  // Functions that are used once stay where they are: the text is longer, and smaller when it is compressed.
  compress: { passes: 2, ecma: 2020, reduce_funcs: false, hoist_funs: true, unsafe_arrows: true, inline: 1 },
  mangle: true,
  toplevel: true,
  ecma: 2020,
  format: { ascii_only: true },
};

/** For one program or two. */
export async function shortenHere(program: string): Promise<string> {
  const { code = "" } = await minify(program, options);
  return code;
}

/**
 * For many: this is four fifths of what a build takes. A thread for each processor shortens them, each program once; what was shortened
 * before is kept in node_modules for the next build, by what it was made of.
 * @param isFresh - asks for all anew, whatever is kept
 */
export function startShortening({ isFresh }: { isFresh: boolean }): { shorten: Shorten; stop(): Promise<void> } {
  const threads = startThreads();
  const shortened = new Map<string, Promise<string>>();
  const shorten = async (program: string): Promise<string> => {
    const file = fileOf(program);
    if (!isFresh && existsSync(file)) return readKept(file);
    const code = await threads.ask(program);
    keep(file, code);
    return code;
  };
  return {
    shorten(program) {
      const known = shortened.get(program) ?? shorten(program);
      shortened.set(program, known);
      return known;
    },
    async stop() {
      await threads.stop();
      forgetOld();
    },
  };
}

function startThreads(): { ask: Shorten; stop(): Promise<void> } {
  const worker = new URL("shorten-worker.mjs", import.meta.url);
  const threads = Array.from({ length: availableParallelism() }, () => new Worker(worker, { workerData: options }));
  const idle = [...threads];
  const waiting: ((thread: Worker) => void)[] = [];
  const take = (): Promise<Worker> =>
    new Promise((resolve) => {
      const thread = idle.pop();
      if (thread === undefined) waiting.push(resolve);
      else resolve(thread);
    });
  const giveBack = (thread: Worker): void => {
    const next = waiting.shift();
    if (next === undefined) idle.push(thread);
    else next(thread);
  };
  return {
    async ask(program) {
      const thread = await take();
      const answered = once(thread, "message");
      thread.postMessage(program);
      const [code]: unknown[] = await answered;
      giveBack(thread);
      return String(code);
    },
    async stop() {
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
}

const kept = join(projectRoot, "node_modules/.cache/managed-spaces/shortened");

/** What a text is made of by: another version of terser, or other options, may make another one. */
const madeBy = `${readFileSync(join(projectRoot, "node_modules/terser/package.json"), "utf8")}${JSON.stringify(options)}`;

function fileOf(program: string): string {
  return join(kept, createHash("sha256").update(madeBy).update("\0").update(program).digest("hex"));
}

function readKept(file: string): string {
  const now = new Date();
  utimesSync(file, now, now);
  return readFileSync(file, "utf8");
}

/** Beside it first: tests may build at the same time, and none of them is to read half a text. */
function keep(file: string, code: string): void {
  mkdirSync(kept, { recursive: true });
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, code);
  renameSync(fresh, file);
}

const week = 7 * 24 * 60 * 60 * 1000;

function forgetOld(): void {
  if (!existsSync(kept)) return;
  for (const name of readdirSync(kept)) {
    const file = join(kept, name);
    const used = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (used < Date.now() - week) rmSync(file, { force: true });
  }
}
