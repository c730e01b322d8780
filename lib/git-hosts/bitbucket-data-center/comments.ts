import type { RepositoryPath } from "../host-access.ts";
import { Anything, type HostApi } from "../host-api.ts";
import { hideMarks, toHiddenMark } from "../hide-marks.ts";
import { BitbucketActivity } from "./schema.ts";
import { repositoryAt } from "./slug.ts";

interface NumberedComment {
  number: number;
  marker: string;
  body: string;
}

/** One comment, found by its mark and kept up to date. Comments of the whole request are listed among all that happened to it. */
export async function ensureComment(
  api: HostApi,
  repository: RepositoryPath,
  { number, marker, body }: NumberedComment,
): Promise<void> {
  const text = hideMarks(body);
  const mark = toHiddenMark(marker);
  const all = repositoryAt(repository, `/pull-requests/${number}/comments`);
  const activities = repositoryAt(repository, `/pull-requests/${number}/activities`);
  for await (const { comment } of api.list({ ...activities, schema: BitbucketActivity })) {
    if (comment?.text.includes(mark) !== true) continue;
    const { id, version } = comment;
    if (comment.text === text) return;
    await api.send({ method: "PUT", ...all, path: `${all.path}/${id}`, body: { text, version }, schema: Anything });
    return;
  }
  await api.send({ method: "POST", ...all, body: { text }, schema: Anything });
}
