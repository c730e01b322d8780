import { shortenDescription } from "../commit-status.ts";
import type { CommitStatus } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import { Anything, type HostApi } from "../host-api.ts";
import { projectAt } from "./project-at.ts";

const states: Readonly<Record<CommitStatus["state"], string>> = {
  pending: "pending",
  success: "success",
  failure: "failed",
  error: "failed",
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
