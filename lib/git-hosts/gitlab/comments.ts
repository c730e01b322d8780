import type { RepositoryPath } from "../host-access.ts";
import { Anything, type HostApi } from "../host-api.ts";
import { projectAt } from "./project-at.ts";
import { GitLabNote } from "./schema.ts";

interface CommentOptions {
  number: number;
  comment: { marker: string; body: string };
}

/**
 * Comments are called notes. The first with the marker that we may change is ours: anybody may write one with it, and a new project token is a
 * new user, who may change the old one's as a maintainer.
 */
export async function ensureComment(
  api: HostApi,
  repository: RepositoryPath,
  { number, comment: { marker, body } }: CommentOptions,
): Promise<void> {
  const all = projectAt(repository, `/merge_requests/${number}/notes`);
  const query = { order_by: "created_at", sort: "asc", per_page: 100 };
  for await (const found of api.list({ ...all, query, schema: GitLabNote })) {
    if (found.system === true || found.body?.includes(marker) !== true) continue;
    if (found.body === body) return;
    const one = { ...all, path: `${all.path}/${found.id}` };
    const updated = await api.attempt({ method: "PUT", ...one, body: { body }, schema: Anything });
    if ("value" in updated) return;
    if (updated.refusal.status !== 403 || /\[/.test(updated.refusal.message)) throw api.explain(updated.refusal);
  }
  await api.send({ method: "POST", ...all, body: { body }, schema: Anything });
}
