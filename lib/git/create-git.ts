import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { createObjectReader, type ObjectReader } from "./object-reader.ts";
import { followProgress, withoutProgress, withProgress } from "./git-progress.ts";
import { hideForms, listMaskedForms } from "../step/masked-forms.ts";
import { explainFailure } from "./explain-failure.ts";
import { maskUrlCredentials, type GitCredentials } from "./git-credentials.ts";
import { createGitEnvironment, type Environment } from "./git-environment.ts";

export interface GitOptions {
  /** Where Git runs; made when it is missing. It must hold nothing but what this package puts there. */
  directory: string;
  /** Asked before every command that talks to a host, since some tokens live for an hour only. */
  listCredentials?: (() => Promise<readonly GitCredentials[]>) | undefined;
  signal?: AbortSignal | undefined;
  /** The worker's environment; by default that of this process. */
  environment?: Environment;
  /** Told about every command, for the verbose log; no secret is in it. */
  onCommand?: ((command: string) => void) | undefined;
  /** Told now and then how far a long fetch or push is, such as `Receiving objects: 42% (420/1000), 12.50 MiB`. */
  onProgress?: ((percent: number, text: string) => void) | undefined;
}

export interface GitOutcome {
  exitCode: number;
  stdout: string;
}

/** Git in one directory, apart from the worker's configuration, with credentials that only its environment holds. */
export interface Git {
  readonly directory: string;
  /**
   * Runs a command and gives what it wrote.
   * @throws a {@link StepError} in one sentence when the command fails
   */
  run(args: readonly string[], options?: GitRunOptions): Promise<string>;
  /** Like `run`, for commands that answer by their exit code; only what is above their answers is a failure. */
  ask(args: readonly string[], options?: GitRunOptions): Promise<GitOutcome>;
  /** What the repository holds already, by one process for all of them, which has no credentials. */
  readonly objects: ObjectReader;
  /** Credentials that an address brought along; those of `listCredentials` go first. */
  addCredentials(credentials: GitCredentials): void;
  /** From now on contents may be missing, which Git fetches when it comes to them. */
  expectMissingContents(): void;
}

export interface GitRunOptions {
  /** More variables for this command, such as an author's name. */
  environment?: Record<string, string>;
  /** What the command reads; by default nothing. */
  input?: string;
  /** How what it writes becomes text; `latin1` keeps each byte, as a character. */
  encoding?: "utf8" | "latin1";
}

/** Git in a directory; the directory is made when it first runs. */
export function createGit(options: GitOptions): Git {
  const brought: GitCredentials[] = [];
  let mayMiss = false;

  async function ask(
    args: readonly string[],
    { environment = {}, encoding = "utf8", input }: GitRunOptions = {},
  ): Promise<GitOutcome> {
    const isOnline = talksToHost(args, mayMiss);
    const credentials = isOnline ? [...((await options.listCredentials?.()) ?? []), ...brought] : [];
    const clean = (text: string): string => maskSecrets(text, credentials);
    options.onCommand?.(clean(`git ${args.join(" ")}`));
    const all = { ...toEnvironment(credentials), ...environment };
    const { directory, signal, onProgress } = options;
    return execute(args, { directory, environment: all, encoding, signal, clean, input, onProgress });
  }

  function toEnvironment(credentials: readonly GitCredentials[]): Record<string, string> {
    return createGitEnvironment(options.environment ?? process.env, { credentials, home: options.directory });
  }

  const objects = createObjectReader(() => {
    options.onCommand?.("git cat-file --batch");
    return { directory: options.directory, environment: toEnvironment([]), signal: options.signal };
  });

  async function run(args: readonly string[], runOptions: GitRunOptions = {}): Promise<string> {
    const outcome = await ask(args, runOptions);
    if (outcome.exitCode === 0) return outcome.stdout;
    throw explainFailure(`git ${commandOf(args)} ended with ${outcome.exitCode}`);
  }

  return {
    directory: options.directory,
    run,
    ask,
    objects,
    addCredentials: (credentials) => void brought.push(credentials),
    expectMissingContents: () => void (mayMiss = true),
  };
}

const online = ["fetch", "push", "ls-remote"];

/** These read what a repository without contents has, or the index, or what they are given. */
const offline = [
  "version",
  "init",
  "for-each-ref",
  "pack-refs",
  "ls-tree",
  "ls-files",
  "read-tree",
  "update-index",
  "write-tree",
  "commit-tree",
  "hash-object",
];

/** Whether the process gets the credentials: no other has any use for them. */
function talksToHost(args: readonly string[], mayMiss: boolean): boolean {
  const command = commandOf(args);
  return online.includes(command) || (mayMiss && !offline.includes(command));
}

/** Behind settings that are for it alone. */
function commandOf([first = "", , ...rest]: readonly string[]): string {
  return first === "-c" ? commandOf(rest) : first;
}

interface ExecuteOptions {
  directory: string;
  environment: Record<string, string>;
  encoding: "utf8" | "latin1";
  signal: AbortSignal | undefined;
  clean: (text: string) => string;
  input: string | undefined;
  onProgress: GitOptions["onProgress"];
}

async function execute(args: readonly string[], options: ExecuteOptions): Promise<GitOutcome> {
  await mkdir(options.directory, { recursive: true });
  const { exitCode, stdout, stderr, problem } = await startGit(withProgress(args, options.onProgress), options);
  if (exitCode !== undefined && exitCode <= largestAnswer(args)) return { exitCode, stdout };
  if (options.signal?.aborted === true) throw explainFailure("The run was canceled.");
  const text = problem ?? `${withoutProgress(stderr)}\n${stdout}`;
  throw explainFailure(options.clean(text), `"${options.directory}"`);
}

interface Ended {
  /** Undefined when the process could not be started, or was ended by a signal. */
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
  /** Why there is no exit code. */
  problem: string | undefined;
}

/** All of the environment is given: the worker's own is none of Git's business, and no shell reads the arguments. */
function startGit(
  args: readonly string[],
  { directory, environment, encoding, signal, input, onProgress }: Omit<ExecuteOptions, "clean">,
): Promise<Ended> {
  const options = { cwd: directory, env: environment, encoding, signal, maxBuffer: Infinity, windowsHide: true };
  return new Promise((resolve) => {
    const child = execFile("git", [...args], options, (error, stdout, stderr) => {
      // What never began has a word for a code, such as `ENOENT`, and what a signal ended has none.
      const code = error === null ? 0 : error.code;
      const exitCode = typeof code === "number" ? code : undefined;
      resolve({ exitCode, stdout, stderr, problem: exitCode === undefined ? String(error) : undefined });
    });
    if (onProgress !== undefined) followProgress(child.stderr, onProgress);
    // One that ends before it read all says why by its exit code.
    child.stdin?.on("error", () => undefined);
    // A command that reads nothing shall not wait for somebody to write.
    child.stdin?.end(input);
  });
}

/** These commands say "no" with 1 and fail with 128, or count conflicts (their manual pages, "EXIT STATUS" or "DISCUSSION"). */
function largestAnswer([command = ""]: readonly string[]): number {
  if (command === "merge-file") return 127;
  return ["merge-tree", "merge-base", "diff", "grep", "cat-file", "config"].includes(command) ? 1 : 0;
}

function maskSecrets(text: string, credentials: readonly GitCredentials[]): string {
  const forms = credentials.flatMap(({ username, token }) => [
    ...listMaskedForms(token),
    Buffer.from(`${username}:${token}`).toString("base64"),
  ]);
  return hideForms(maskUrlCredentials(text), forms);
}
