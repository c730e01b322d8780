import { findNewest, findState, shortenDescription } from "../commit-status.ts";
import type { CommitStatus } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import { Anything, type HostApi } from "../host-api.ts";
import { projectAt } from "./project-at.ts";
import { GitLabStatus } from "./schema.ts";

/** What could not be checked counts as canceled: a failure would be an answer, and nothing would be looked at again. */
const states: Readonly<Record<CommitStatus["state"], string>> = {
  pending: "pending",
  success: "success",
  failure: "failed",
  error: "canceled",
};

/** A status that waits already cannot be made to wait: GitLab refuses, and there is nothing to do. */
export async function setCommitStatus(
  api: HostApi,
  path: RepositoryPath,
  { commit, status }: { commit: string; status: CommitStatus },
): Promise<void> {
  const { name, state, description, url } = status;
  const link = url === undefined ? {} : { target_url: url };
  const body = { state: states[state], name, description: shortenDescription(description), ...link };
  const at = projectAt(path, `/statuses/${commit}`);
  const set = await api.attempt({ method: "POST", ...at, body, schema: Anything });
  if ("value" in set) return;
  const { refusal } = set;
  const isSet = refusal.status === 400 && /cannot transition status/i.test(refusal.message) && state === "pending";
  if (!isSet) throw api.explain(refusal);
}

/** Each pipeline of the commit may have one of that name ("Commits API", "List commit statuses"). */
export async function findCommitStatus(
  api: HostApi,
  path: RepositoryPath,
  { commit, name }: { commit: string; name: string },
): Promise<CommitStatus["state"] | undefined> {
  const all = { ...projectAt(path, `/repository/commits/${commit}/statuses`), query: { name, per_page: 100 } };
  const statuses = api.list({ ...all, emptyStatus: 404, schema: GitLabStatus });
  return findState(states, (await findNewest(statuses, (one) => one.name === name))?.status);
}
