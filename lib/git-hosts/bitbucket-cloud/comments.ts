import type { RepositoryPath } from "../host-access.ts";
import { Anything, type HostApi } from "../host-api.ts";
import { hideMarks, toHiddenMark } from "../hide-marks.ts";
import { BitbucketComment } from "./schema.ts";
import { repositoryAt } from "./slug.ts";

interface NumberedComment {
  number: number;
  marker: string;
  body: string;
}

/** One comment, found by its mark and kept up to date. */
export async function ensureComment(
  api: HostApi,
  repository: RepositoryPath,
  { number, marker, body }: NumberedComment,
): Promise<void> {
  const raw = hideMarks(body);
  const mark = toHiddenMark(marker);
  const all = repositoryAt(repository, `/pullrequests/${number}/comments`);
  const sent = { body: { content: { raw } }, schema: Anything };
  for await (const found of api.list({ ...all, query: { pagelen: 100 }, schema: BitbucketComment })) {
    if (found.deleted === true || found.content.raw?.includes(mark) !== true) continue;
    if (found.content.raw === raw) return;
    await api.send({ method: "PUT", ...all, path: `${all.path}/${found.id}`, ...sent });
    return;
  }
  await api.send({ method: "POST", ...all, ...sent });
}
