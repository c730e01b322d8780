import type { Branch } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import { Anything, type HostApi } from "../host-api.ts";
import { describeRules } from "./branch-rules.ts";
import { BitbucketBranch } from "./schema.ts";
import { repositoryAt } from "./slug.ts";

export async function findBranch(api: HostApi, path: RepositoryPath, name: string): Promise<Branch | undefined> {
  const found = await findHead(api, path, name);
  return found && { ...found, ...(await describeRules(api, path, name)) };
}

/** The branch without what is known of its rules, which takes more requests, and an administrator's token. */
export async function findHead(api: HostApi, path: RepositoryPath, name: string): Promise<Branch | undefined> {
  const found = await api.find({ ...branchAt(path, name), schema: BitbucketBranch });
  return found && { name: found.name, commit: found.target.hash, isProtected: false };
}

export async function removeBranch(api: HostApi, path: RepositoryPath, name: string): Promise<void> {
  await api.send({ method: "DELETE", ...branchAt(path, name), schema: Anything });
}

/** Slashes in the name stay as they are. */
export function branchAt(path: RepositoryPath, name: string): ReturnType<typeof repositoryAt> {
  return repositoryAt(path, `/refs/branches/${name.split("/").map(encodeURIComponent).join("/")}`);
}
