import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { temporaryDirectory } from "../git/repositories.ts";

/** Git with Git LFS, as somebody has it who checks files out. */
export interface RealGitLfs {
  /** Where it runs. */
  home: string;
  /** Not synchronously: the server that it talks to is in this process. */
  git(...args: string[]): Promise<unknown>;
}

/** @returns undefined where Git LFS is not installed */
export async function openRealGitLfs(): Promise<RealGitLfs | undefined> {
  if (spawnSync("git", ["lfs", "version"]).status !== 0) return undefined;
  const home = temporaryDirectory();
  const env = { PATH: process.env["PATH"], HOME: home, GIT_TERMINAL_PROMPT: "0", NO_PROXY: "*" };
  const git: RealGitLfs["git"] = (...args) => promisify(execFile)("git", args, { cwd: home, env });
  await git("lfs", "install");
  return { home, git };
}
