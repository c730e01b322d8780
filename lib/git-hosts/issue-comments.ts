import * as z from "zod/mini";
import type { RepositoryPath } from "./host-access.ts";
import { Anything, type HostApi } from "./host-api.ts";
import { repositoryAt } from "./repository-api.ts";

export const IssueComment = z.object({ id: z.number(), body: z.nullish(z.string()) });
export type IssueComment = z.output<typeof IssueComment>;

export interface CommentOptions {
  number: number;
  comment: { marker: string; body: string };
  /** All comments of the pull request, the oldest first. */
  list(comments: ReturnType<typeof repositoryAt>): AsyncIterable<IssueComment> | Promise<IssueComment[]>;
}

/** Hosts that speak GitHub's dialect of REST have the comments of a pull request among those of issues. */
export async function ensureComment(
  api: HostApi,
  path: RepositoryPath,
  { number, comment: { marker, body }, list }: CommentOptions,
): Promise<void> {
  const all = repositoryAt(path, `/issues/${number}/comments`);
  for await (const found of await list(all)) {
    if (found.body?.includes(marker) !== true) continue;
    if (found.body === body) return;
    const one = repositoryAt(path, `/issues/comments/${found.id}`);
    await api.send({ method: "PATCH", ...one, body: { body }, schema: Anything });
    return;
  }
  await api.send({ method: "POST", ...all, body: { body }, schema: Anything });
}
