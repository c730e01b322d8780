import type * as z from "zod/mini";
import type { PullRequestPath } from "./git-host.ts";
import type { HostApi } from "./host-api.ts";
import { repositoryAt } from "./repository-api.ts";

/** What hosts that speak GitHub's dialect of REST say of a pull request, as far as it is the same with all of them. */
interface SharedFields {
  number: number;
  state: string;
  title: string;
  body?: string | null | undefined;
}

export interface PullRequestSteps<T extends z.ZodMiniType<SharedFields>> {
  api: HostApi;
  path: PullRequestPath;
  content: { title: string; body: string };
  schema: T;
  find(): Promise<z.output<T> | undefined>;
  /** The status by which the host says that there is one already. */
  conflictStatus: number;
}

/** One open pull request between two branches, the same on every run, with this title and body. */
export async function ensurePullRequest<T extends z.ZodMiniType<SharedFields>>(
  steps: PullRequestSteps<T>,
): Promise<z.output<T>> {
  const { api, path, content, schema, find, conflictStatus } = steps;
  const existing = await find();
  if (existing?.state === "open") return update(steps, existing);
  const body = { ...content, head: path.from, base: path.to };
  const created = await api.attempt({ method: "POST", ...repositoryAt(path.repository, "/pulls"), body, schema });
  if ("value" in created) return created.value;
  const meanwhile = created.refusal.status === conflictStatus ? await find() : undefined;
  if (meanwhile?.state === "open") return update(steps, meanwhile);
  throw api.explain(created.refusal);
}

async function update<T extends z.ZodMiniType<SharedFields>>(
  { api, path, content, schema }: PullRequestSteps<T>,
  existing: z.output<T>,
): Promise<z.output<T>> {
  if (existing.title === content.title && (existing.body ?? "") === content.body) return existing;
  const at = repositoryAt(path.repository, `/pulls/${existing.number}`);
  return api.send({ method: "PATCH", ...at, body: content, schema });
}
