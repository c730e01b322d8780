import * as z from "zod/mini";
import type { CommitStatus } from "./git-host.ts";
import type { RepositoryPath } from "./host-access.ts";
import { Anything, type HostApi } from "./host-api.ts";
import { repositoryAt } from "./repository-api.ts";

/** What hosts that speak GitHub's dialect of REST show of a description. */
const longest = 140;

export async function setCommitStatus(
  api: HostApi,
  path: RepositoryPath,
  { commit, status }: { commit: string; status: CommitStatus },
): Promise<void> {
  const { name, state, description, url } = status;
  const body = {
    state,
    context: name,
    description: shortenDescription(description),
    ...(url === undefined ? {} : { target_url: url }),
  };
  await api.send({ method: "POST", ...repositoryAt(path, `/statuses/${commit}`), body, schema: Anything });
}

/** @returns the description, cut with an ellipsis where hosts would refuse it */
export function shortenDescription(description: string): string {
  const characters = [...description];
  return characters.length <= longest ? description : `${characters.slice(0, longest - 1).join("")}…`;
}

/** @returns what the host's own word for a state means, undefined for a word that we never say */
export function findState(
  words: Readonly<Record<CommitStatus["state"], string>>,
  word: string | undefined,
): CommitStatus["state"] | undefined {
  return states.find((state) => words[state] === word);
}

const states = ["pending", "success", "failure", "error"] as const;

/** GitHub calls it `state`, Gitea `status`. */
const FoundStatus = z.object({
  id: z.number(),
  context: z.string(),
  state: z.optional(z.string()),
  status: z.optional(z.string()),
});

/** @returns the one that is wanted and newest, which has the highest id: not every host has it first */
export async function findNewest<T extends { id: number }>(
  all: AsyncIterable<T>,
  isWanted: (one: T) => boolean,
): Promise<T | undefined> {
  let newest: T | undefined;
  for await (const found of all) if (isWanted(found) && (newest === undefined || found.id > newest.id)) newest = found;
  return newest;
}

export async function findCommitStatus(
  api: HostApi,
  path: RepositoryPath,
  { commit, name, pageSize }: { commit: string; name: string; pageSize: { limit: number } | { per_page: number } },
): Promise<CommitStatus["state"] | undefined> {
  const all = repositoryAt(path, `/commits/${commit}/statuses`);
  const statuses = api.list({ ...all, query: { ...pageSize }, schema: FoundStatus });
  const newest = await findNewest(statuses, ({ context }) => context === name);
  const state = newest?.state ?? newest?.status;
  return states.find((one) => one === state);
}
