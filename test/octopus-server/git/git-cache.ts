import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runGit } from "./git-command.ts";
import { createGitRepository, type GitRepository } from "./git-repository.ts";

/** The server's copies of the repositories of its projects, one for each address. */
export interface GitCache {
  /** Works on the copy of a repository; two works on the same copy wait for each other. */
  use<Result>(url: string, work: (repository: GitRepository) => Promise<Result>): Promise<Result>;
  /** The folder that the copies are in; undefined while there is none. */
  directory(): string | undefined;
  /** Removes every copy. */
  close(): void;
}

export function createGitCache(): GitCache {
  const repositories = new Map<string, Promise<GitRepository>>();
  const waiting = new Map<string, Promise<unknown>>();
  let root: string | undefined;

  async function create(url: string): Promise<GitRepository> {
    root ??= mkdtempSync(join(tmpdir(), "octopus-git-"));
    const name = `${createHash("sha256").update(url).digest("hex").slice(0, 16)}.git`;
    await runGit(["init", "--quiet", "--bare", name], { directory: root });
    return createGitRepository(url, join(root, name));
  }

  return {
    use(url, work) {
      const repository = repositories.get(url) ?? create(url);
      repositories.set(url, repository);
      const turn = (waiting.get(url) ?? Promise.resolve()).then(async () => work(await repository));
      waiting.set(
        url,
        turn.catch(() => undefined),
      );
      return turn;
    },
    directory: () => root,
    close() {
      if (root !== undefined) rmSync(root, { recursive: true, force: true });
      repositories.clear();
      root = undefined;
    },
  };
}
