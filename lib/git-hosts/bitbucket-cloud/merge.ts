import { UnavailableError } from "../../step/errors.ts";
import type { AnswerHeaders } from "../../http/http-request.ts";
import type { MergeAnswer, MergeOptions } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import { chooseStrategy, type Strategies } from "../merge-strategies.ts";
import { pause } from "../pause.ts";
import { toFullHash } from "./commits.ts";
import type { BitbucketCloud } from "./repositories.ts";
import { BitbucketMerge, BitbucketMergeTask, BitbucketPullRequest } from "./schema.ts";
import { repositoryAt } from "./slug.ts";

interface NumberedMerge extends MergeOptions {
  number: number;
}

/** Bitbucket cannot be told which commit is meant, so it is compared just before. */
export async function mergePullRequest(
  bitbucket: BitbucketCloud,
  repository: RepositoryPath,
  { number, method, commit, title }: NumberedMerge,
): Promise<MergeAnswer> {
  const { api } = bitbucket;
  const at = repositoryAt(repository, `/pullrequests/${number}`);
  const { source, destination } = await api.send({ ...at, schema: BitbucketPullRequest });
  const newest = source.commit?.hash ?? "";
  if (newest === "" || !commit.startsWith(newest))
    return toWaiting(`The newest commit of the branch "${source.branch.name}" is another one by now.`);
  const strategy = chooseStrategy(strategies, method, destination.branch.merge_strategies);
  if (strategy === undefined) return toWaiting(`The repository does not let "${method}" merge pull requests.`);
  const merge = { ...at, path: `${at.path}/merge`, body: { merge_strategy: strategy, message: title } };
  const answer = await api.attempt({ method: "POST", ...merge, schema: BitbucketMerge });
  if ("value" in answer)
    return answer.value.state === undefined
      ? untilMerged(bitbucket, repository, { number, headers: answer.headers })
      : toAnswer(bitbucket, repository, answer.value);
  const { status, message } = answer.refusal;
  if (status === 400 || status === 409) return toWaiting(message);
  throw api.explain(answer.refusal);
}

/** REST reference, "Merge a pull request", `merge_strategy`. */
export const strategies: Strategies = {
  merge: ["merge_commit"],
  squash: ["squash", "squash_fast_forward"],
  rebase: ["rebase_fast_forward", "rebase_merge", "fast_forward"],
};

function toWaiting(reason: string): MergeAnswer {
  return { state: "waiting", reason };
}

async function toAnswer(
  { api }: BitbucketCloud,
  repository: RepositoryPath,
  { state, queued, merge_commit: mergeCommit }: BitbucketMerge,
): Promise<MergeAnswer> {
  if (queued === true) return toWaiting("It is in the merge queue.");
  if (state !== "MERGED") return toWaiting("Bitbucket has not merged it.");
  if (!mergeCommit) return { state: "merged" };
  return { state: "merged", mergeCommit: await toFullHash(api, mergeCommit.hash, [repository]) };
}

const attempts = 60;

/** A merge that takes long is answered by 202, with an address that tells how it goes (REST reference, "Merge a pull request"). */
async function untilMerged(
  bitbucket: BitbucketCloud,
  repository: RepositoryPath,
  { number, headers }: { number: number; headers: AnswerHeaders },
): Promise<MergeAnswer> {
  const { api } = bitbucket;
  const [, task = ""] = /\/task-status\/([^/?]+)/.exec(headers.get("location") ?? "") ?? [];
  const at = repositoryAt(repository, `/pullrequests/${number}/merge/task-status/${task}`);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const answer = await api.attempt({ ...at, schema: BitbucketMergeTask });
    if ("refusal" in answer) return toWaiting(answer.refusal.message);
    if (answer.value.merge_result) return toAnswer(bitbucket, repository, answer.value.merge_result);
    await pause(Math.min(5000, 500 * (attempt + 1)), bitbucket);
  }
  throw new UnavailableError("Bitbucket has not finished the merge within five minutes. Run the step again.");
}
