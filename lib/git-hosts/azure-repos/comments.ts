import type { RepositoryPath } from "../host-access.ts";
import { Anything } from "../host-api.ts";
import { repositoryAt, type AzureRepos } from "./open-api.ts";
import { AzureThread, listOf } from "./schema.ts";

interface CommentOptions {
  number: number;
  comment: { marker: string; body: string };
}

/** The first comment of a thread of ours. It is closed from the beginning: a policy may want all open threads to be resolved. */
export async function ensureComment(
  { api }: AzureRepos,
  path: RepositoryPath,
  { number, comment: { marker, body } }: CommentOptions,
): Promise<void> {
  const all = `/pullRequests/${number}/threads`;
  const { value: threads } = await api.send({ ...repositoryAt(path, all), schema: listOf(AzureThread) });
  for (const { id, isDeleted, comments } of threads) {
    const [first] = comments;
    if (isDeleted === true || first === undefined || first.isDeleted === true) continue;
    if (first.content?.includes(marker) !== true) continue;
    if (first.content === body) return;
    const at = repositoryAt(path, `${all}/${id}/comments/${first.id}`);
    await api.send({ method: "PATCH", ...at, body: { content: body }, schema: Anything });
    return;
  }
  const thread = { comments: [{ parentCommentId: 0, content: body, commentType: "text" }], status: "closed" };
  await api.send({ method: "POST", ...repositoryAt(path, all), body: thread, schema: Anything });
}
