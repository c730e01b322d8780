import type * as z from "zod/mini";
import type { PullRequestPath } from "./git-host.ts";
import type { HostApi, HostRequest } from "./host-api.ts";

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
  /** Where the repository's pull requests are; `rest` begins with a slash. */
  at(rest: string): Pick<HostRequest<T>, "path" | "owner">;
  find(): Promise<z.output<T> | undefined>;
  /** The status by which the host says that there is one already. */
  conflictStatus: number;
}

/** One open pull request between two branches, the same on every run, with this title and body. */
export async function ensurePullRequest<T extends z.ZodMiniType<SharedFields>>(
  steps: PullRequestSteps<T>,
): Promise<z.output<T>> {
  const { api, path, content, schema, at, find, conflictStatus } = steps;
  const existing = await find();
  if (existing?.state === "open") return update(steps, existing);
  const body = { ...content, head: path.from, base: path.to };
  const created = await api.attempt({ method: "POST", ...at("/pulls"), body, schema });
  if ("value" in created) return created.value;
  const meanwhile = created.refusal.status === conflictStatus ? await find() : undefined;
  if (meanwhile?.state === "open") return update(steps, meanwhile);
  throw api.explain(created.refusal);
}

async function update<T extends z.ZodMiniType<SharedFields>>(
  { api, content, schema, at }: PullRequestSteps<T>,
  existing: z.output<T>,
): Promise<z.output<T>> {
  if (existing.title === content.title && (existing.body ?? "") === content.body) return existing;
  return api.send({ method: "PATCH", ...at(`/pulls/${existing.number}`), body: content, schema });
}
