import type { Repository } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import type { HostApi } from "../host-api.ts";
import { preferFirst, toMergeMethods, type Strategies } from "../merge-strategies.ts";
import { BitbucketPullRequestSettings } from "./schema.ts";
import { repositoryAt } from "./slug.ts";

/** Ids of the strategies that come with Bitbucket (Data Center documentation, "Pull request merge strategies"). */
export const strategies: Strategies = {
  merge: ["no-ff", "ff"],
  squash: ["squash", "squash-ff-only"],
  rebase: ["rebase-ff-only", "rebase-no-ff", "ff-only"],
};

/**
 * Which strategies are enabled, the default one first, whether they are set up for the repository, its project or all (REST reference, "Get pull request
 * settings").
 * @returns undefined where Bitbucket does not say
 */
export async function findStrategies(api: HostApi, path: RepositoryPath): Promise<string[] | undefined> {
  const at = repositoryAt(path, "/settings/pull-requests");
  const asked = await api.attempt({ ...at, schema: BitbucketPullRequestSettings });
  const config = "value" in asked ? asked.value.mergeConfig : undefined;
  if (!config?.strategies) return undefined;
  const enabled = config.strategies.flatMap(({ id, enabled: isEnabled }) => (isEnabled === true ? [id] : []));
  return preferFirst(enabled, config.defaultStrategy?.id);
}

export async function withMergeMethods(api: HostApi, repository: Repository): Promise<Repository> {
  const mergeMethods = toMergeMethods(strategies, (await findStrategies(api, repository)) ?? []);
  return mergeMethods.length === 0 ? repository : { ...repository, mergeMethods };
}
