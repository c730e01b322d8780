import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Makes a bare repository as `git init` would, and lets it be pushed to and be read in part. Tests make hundreds, so
 * it is written without starting Git (git documentation, "gitrepository-layout").
 */
export function createBareRepository(path: string, defaultBranch: string): string {
  for (const folder of ["objects/info", "objects/pack", "refs/heads", "refs/tags"])
    mkdirSync(join(path, folder), { recursive: true });
  writeFileSync(join(path, "HEAD"), `ref: refs/heads/${defaultBranch}\n`);
  writeFileSync(join(path, "config"), configuration);
  return path;
}

const configuration = `[core]
	repositoryformatversion = 0
	filemode = true
	bare = true
[http]
	receivepack = true
[uploadpack]
	allowFilter = true
	allowAnySHA1InWant = true
`;
