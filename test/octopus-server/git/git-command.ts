import { spawn } from "node:child_process";

export interface GitCredential {
  username: string;
  password: string;
}

export interface GitCommand {
  /** The repository on disk. */
  directory: string;
  input?: string | Buffer;
  /** For commands that talk to another repository. */
  credential?: GitCredential | undefined;
}

/** A command that failed, in Git's own words. */
export class GitFailure extends Error {
  readonly words: string;
  constructor(words: string) {
    super(words);
    this.words = words;
  }
}

/** A host that does not answer must not keep a request for ever. */
const longestMilliseconds = 120_000;

/** Runs Git; credentials go in through the environment only. @throws GitFailure */
export async function runGit(args: readonly string[], { directory, input, credential }: GitCommand): Promise<Buffer> {
  const git = spawn("git", ["-C", directory, ...args], {
    env: environment(credential),
    stdio: ["pipe", "pipe", "pipe"],
    timeout: longestMilliseconds,
  });
  const [output, errors]: Buffer[][] = [[], []];
  git.stdout.on("data", (chunk: Buffer) => void output?.push(chunk));
  git.stderr.on("data", (chunk: Buffer) => void errors?.push(chunk));
  git.stdin.on("error", () => undefined);
  git.stdin.end(input ?? "");
  const code = await new Promise<number | null>((resolve, reject) => {
    git.on("error", (error) => reject(new GitFailure(`Git cannot be started: ${error.message}`)));
    git.on("close", resolve);
  });
  if (code !== 0)
    throw new GitFailure(
      wordsOf(Buffer.concat(errors ?? []).toString()) ||
        (code === null ? "Git took too long." : `git ${args[0]} ended with ${code}.`),
    );
  return Buffer.concat(output ?? []);
}

/** What Git and the other side said; progress and hints are left out. */
function wordsOf(errors: string): string {
  const lines = errors.split("\n").map((line) => line.trim());
  return lines.filter((line) => /^(fatal|error|remote):|^!/.test(line)).join(" ");
}

/** Nothing of the machine's own configuration applies, nobody is asked for anything, and only plain protocols are spoken. */
function environment(credential: GitCredential | undefined): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"));
  return {
    ...Object.fromEntries(inherited),
    LC_ALL: "C",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "true",
    GIT_ALLOW_PROTOCOL: "file:http:https",
    ...configuration([
      ["credential.helper", ""],
      ["gc.auto", "0"],
      ["maintenance.auto", "false"],
      ...(credential === undefined
        ? []
        : [["http.extraHeader", `Authorization: Basic ${encode(credential)}`] as const]),
    ]),
  };
}

function configuration(entries: readonly (readonly [string, string])[]): Record<string, string> {
  const pairs = entries.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(entries.length), ...Object.fromEntries(pairs) };
}

function encode({ username, password }: GitCredential): string {
  return Buffer.from(`${username}:${password}`).toString("base64");
}
