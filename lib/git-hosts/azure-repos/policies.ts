import { mergeMethods, type MergeMethod, type Repository } from "../git-host.ts";
import { projectAt, type AzureRepos } from "./open-api.ts";
import { AzurePolicy, type AzureRepository } from "./schema.ts";

/** What is asked for of one branch. */
interface PolicyOptions {
  owner: string;
  repository: Pick<AzureRepository, "id">;
  /** Such as `refs/heads/main`. */
  refName: string;
  /** Of one type alone, by its id. */
  policyType?: string;
}

/** The policies of a branch that block, be they the branch's own, the repository's or the project's ("Configurations - Get" of Git). */
export async function listBlockingPolicies(
  { api }: AzureRepos,
  { owner, repository: { id: repositoryId }, refName, policyType }: PolicyOptions,
): Promise<AzurePolicy[]> {
  const query = { repositoryId, refName, ...(policyType === undefined ? {} : { policyType }) };
  const policies: AzurePolicy[] = [];
  const at = projectAt(owner, "/git/policy/configurations", query);
  for await (const policy of api.list({ ...at, schema: AzurePolicy }))
    if (policy.isEnabled && policy.isBlocking && policy.isDeleted !== true) policies.push(policy);
  return policies;
}

/** "Require a merge strategy", the same in every organization ("Types - List" of policies). */
const mergeStrategyType = "fa4e907d-c16b-4a4c-9dfa-4916e5d171ab";

/**
 * The repository with the ways to merge that the default branch's policy leaves ("az repos policy merge-strategy"). Without such a policy all are allowed, and none
 * is preferred, so nothing is said. A rebase with a merge commit (`allowRebaseMerge`) is no method of ours.
 */
export async function withMergeMethods(
  azure: AzureRepos,
  repository: Repository,
  { id }: Pick<AzureRepository, "id">,
): Promise<Repository> {
  const policies = await listBlockingPolicies(azure, {
    owner: repository.owner,
    repository: { id },
    refName: `refs/heads/${repository.defaultBranch}`,
    policyType: mergeStrategyType,
  });
  if (policies.length === 0) return repository;
  const left = mergeMethods.filter((method) => policies.every((policy) => allows(policy, method)));
  return left.length === 0 ? repository : { ...repository, mergeMethods: left };
}

/** Policies from before the other settings came know squashing alone (`useSquashMerge`). */
function allows({ settings }: AzurePolicy, method: MergeMethod): boolean {
  const { allowNoFastForward, allowSquash, allowRebase, useSquashMerge } = settings ?? {};
  if (method === "squash") return allowSquash === true || useSquashMerge === true;
  return (method === "merge" ? allowNoFastForward : allowRebase) === true;
}
