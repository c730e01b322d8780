import { setTimeout as sleep } from "node:timers/promises";
import type { Branch } from "../git-host.ts";
import type { GitHostOptions, RepositoryPath } from "../host-access.ts";
import { Anything, type HostApi } from "../host-api.ts";
import { repositoryAt } from "../repository-api.ts";
import { GiteaBranch } from "./schema.ts";

interface FindOptions {
  name: string;
  wait: GitHostOptions["wait"];
}

/** Gitea enters a pushed branch into its database a little later; until then 1.26 answers 500 for it, and we ask again. */
export async function findBranch(
  api: HostApi,
  path: RepositoryPath,
  { name, wait = sleep }: FindOptions,
): Promise<Branch | undefined> {
  const wanted = { ...branchAt(path, name), schema: GiteaBranch };
  for (let attempt = 1; attempt < 10; attempt += 1) {
    const answer = await api.attempt(wanted);
    if ("value" in answer) return toBranch(answer.value);
    if (answer.refusal.status !== 500) break;
    await wait(200 * attempt);
  }
  const found = await api.find(wanted);
  return found && toBranch(found);
}

export async function removeBranch(api: HostApi, path: RepositoryPath, name: string): Promise<void> {
  await api.send({ method: "DELETE", ...branchAt(path, name), schema: Anything });
}

function branchAt(path: RepositoryPath, name: string): ReturnType<typeof repositoryAt> {
  return repositoryAt(path, `/branches/${encodeURIComponent(name)}`);
}

function toBranch({ name, commit, protected: isProtected, user_can_push: acceptsPushes }: GiteaBranch): Branch {
  return { name, commit: commit.id, isProtected, ...(acceptsPushes === undefined ? {} : { acceptsPushes }) };
}
