import { mkdir } from "node:fs/promises";
import { inspect } from "node:util";
import { GitError, simpleGit } from "simple-git";
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
  /** Like `run`, for commands that answer by their exit code; only 128 and above are failures. */
  ask(args: readonly string[], options?: GitRunOptions): Promise<GitOutcome>;
  /** Credentials that an address brought along; those of `listCredentials` go first. */
  addCredentials(credentials: GitCredentials): void;
  /** From now on contents may be missing, which Git fetches when it comes to them. */
  expectMissingContents(): void;
}

export interface GitRunOptions {
  /** More variables for this command, such as an author's name. */
  environment?: Record<string, string>;
}

/** Git in a directory; the directory is made when it first runs. */
export function createGit(options: GitOptions): Git {
  const brought: GitCredentials[] = [];
  let mayMiss = false;

  async function ask(args: readonly string[], { environment = {} }: GitRunOptions = {}): Promise<GitOutcome> {
    const isOnline = talksToHost(args, mayMiss);
    const credentials = isOnline ? [...((await options.listCredentials?.()) ?? []), ...brought] : [];
    const clean = (text: string): string => maskSecrets(text, credentials);
    options.onCommand?.(clean(`git ${args.join(" ")}`));
    const worker = options.environment ?? process.env;
    const all = { ...createGitEnvironment(worker, { credentials, home: options.directory }), ...environment };
    return execute(args, { directory: options.directory, environment: all, signal: options.signal, clean });
  }

  async function run(args: readonly string[], runOptions: GitRunOptions = {}): Promise<string> {
    const outcome = await ask(args, runOptions);
    if (outcome.exitCode === 0) return outcome.stdout;
    throw explainFailure(`git ${args[0]} ended with ${outcome.exitCode}`);
  }

  return {
    directory: options.directory,
    run,
    ask,
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
  "ls-tree",
  "ls-files",
  "read-tree",
  "update-index",
  "write-tree",
  "commit-tree",
  "hash-object",
];

/** Whether the process gets the credentials: no other has any use for them. */
function talksToHost([command = ""]: readonly string[], mayMiss: boolean): boolean {
  return online.includes(command) || (mayMiss && !offline.includes(command));
}

interface ExecuteOptions {
  directory: string;
  environment: Record<string, string>;
  signal: AbortSignal | undefined;
  clean: (text: string) => string;
}

async function execute(args: readonly string[], options: ExecuteOptions): Promise<GitOutcome> {
  await mkdir(options.directory, { recursive: true });
  const git = simpleGit({
    baseDir: options.directory,
    ...(options.signal === undefined ? {} : { abort: options.signal }),
    errors: toGitFailure,
    completion: { onClose: true, onExit: false },
    // All of the environment is made by createGitEnvironment, so what is Git's in it is ours.
    allowEnvironment: Object.keys(options.environment).filter((name) => name.startsWith("GIT_")),
    // simple-git keeps callers from these, as they run programs; the values here are our own constants.
    unsafe: {
      allowUnsafeConfigEnvCount: true,
      allowUnsafeConfigPaths: true,
      allowUnsafeCredentialHelper: true,
      allowUnsafeAskPass: true,
      allowUnsafeTemplateDir: true,
    },
  }).env(hideFromDebug(options.environment));
  try {
    return { exitCode: 0, stdout: await git.raw([...args]) };
  } catch (error) {
    if (error instanceof GitFailure && error.exitCode === 1 && answersByExitCode(args)) {
      return { exitCode: error.exitCode, stdout: error.stdout };
    }
    const text = error instanceof GitFailure ? `${error.stderr}\n${error.stdout}` : String(error);
    if (options.signal?.aborted === true) throw explainFailure("The run was canceled.");
    throw explainFailure(options.clean(text), `"${options.directory}"`);
  }
}

/** With `DEBUG` set on a worker, simple-git prints what it hands to a process; this is then all that it shows of the environment. */
function hideFromDebug(environment: Record<string, string>): object {
  return { ...environment, [inspect.custom]: () => "(hidden)" };
}

/** These commands say "no" with 1 and fail with 128 (their manual pages, "EXIT STATUS" or "DISCUSSION"). */
function answersByExitCode(args: readonly string[]): boolean {
  return ["merge-tree", "merge-base", "diff", "grep", "cat-file"].includes(args[0] ?? "");
}

/** What a failed Git process left; it never leaves this file. */
class GitFailure extends GitError {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;

  constructor(exitCode: number, stdout: string, stderr: string) {
    super(undefined, stderr);
    this.exitCode = exitCode;
    this.stdout = stdout;
    this.stderr = stderr;
  }
}

function toGitFailure(
  error: Buffer | Error | undefined,
  result: { exitCode: number; stdOut: Buffer[]; stdErr: Buffer[] },
): Buffer | Error | undefined {
  if (result.exitCode <= 0) return error;
  return new GitFailure(
    result.exitCode,
    Buffer.concat(result.stdOut).toString(),
    Buffer.concat(result.stdErr).toString(),
  );
}

function maskSecrets(text: string, credentials: readonly GitCredentials[]): string {
  const forms = credentials.flatMap(({ username, token }) => [
    ...listMaskedForms(token),
    Buffer.from(`${username}:${token}`).toString("base64"),
  ]);
  return hideForms(maskUrlCredentials(text), forms);
}
