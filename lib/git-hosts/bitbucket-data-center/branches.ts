import { NotFoundError } from "../../step/errors.ts";
import type { Branch } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import { Anything, type HostApi } from "../host-api.ts";
import { describeRules } from "./branch-rules.ts";
import { findDetails } from "./repositories.ts";
import { BitbucketBranch } from "./schema.ts";
import { repositoryAt } from "./slug.ts";

export async function findBranch(api: HostApi, path: RepositoryPath, name: string): Promise<Branch | undefined> {
  const found = await findHead(api, path, name);
  return found && { ...found, ...(await describeRules(api, path, name)) };
}

/** The list is searched for names that have the text in them, with the very name first. */
async function findHead(api: HostApi, path: RepositoryPath, name: string): Promise<Branch | undefined> {
  const query = { filterText: name, boostMatches: "true" };
  const list = { ...repositoryAt(path, "/branches"), query, emptyStatus: 404, schema: BitbucketBranch };
  for await (const { displayId, latestCommit } of api.list(list))
    if (displayId === name) return { name, commit: latestCommit, isProtected: false };
  return undefined;
}

/** The branch of a fork, once Bitbucket has made the fork. */
export async function findReadyHead(api: HostApi, path: RepositoryPath, name: string): Promise<Branch | undefined> {
  const { state = "AVAILABLE" } = (await findDetails(api, path)) ?? {};
  return state === "AVAILABLE" ? findHead(api, path, name) : undefined;
}

/** Bitbucket is content when there is nothing to remove, so it is looked at before. */
export async function removeBranch(api: HostApi, path: RepositoryPath, name: string): Promise<void> {
  if ((await findHead(api, path, name)) === undefined) throw new NotFoundError(`There is no branch "${name}".`);
  const at = repositoryAt(path, "/branches", "branch-utils");
  await api.send({ method: "DELETE", ...at, body: { name: `refs/heads/${name}` }, schema: Anything });
}
