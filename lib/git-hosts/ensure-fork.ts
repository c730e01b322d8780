import { setTimeout as sleep } from "node:timers/promises";
import { ConflictError, NotFoundError, UnavailableError } from "../step/errors.ts";
import { describePath, isSamePath, type ForkOptions, type GitHost, type Repository } from "./git-host.ts";
import type { GitHostOptions, RepositoryPath } from "./host-access.ts";

export interface ForkSteps {
  host: Pick<GitHost, "findRepository" | "ensureRepository" | "findBranch">;
  /** Asks the host for a fork. @returns false when there can be none, so that a copy is due */
  startFork(source: Repository, target: RepositoryPath): Promise<boolean>;
  options: Pick<GitHostOptions, "wait" | "signal">;
  /** Whether a fork may be at the owner of what it is a fork of. */
  forksWithinOwner?: true;
}

/** A fork or a copy, whole: what is common to all hosts. */
export async function ensureFork({ source: from, target, copy }: ForkOptions, steps: ForkSteps): Promise<Repository> {
  if (isSamePath(from, target))
    throw new ConflictError(
      `The repository "${describePath(target)}" cannot be a fork of itself. Choose another name.`,
    );
  const source = await steps.host.findRepository(from);
  if (source === undefined)
    throw new NotFoundError(
      `The repository "${describePath(from)}" does not exist, or the token may not see it. Check the address and the token.`,
    );
  const existing = await steps.host.findRepository(target);
  if (isSamePath(existing?.forkedFrom, source)) return untilUsable(source, target, steps);
  if (existing === undefined && (await canStart(source, target, steps))) return untilUsable(source, target, steps);
  const empty =
    existing ?? (await steps.host.ensureRepository(target, { description: `Copy of ${describePath(source)}` }));
  await copy(source, empty);
  return untilUsable(source, target, steps);
}

async function canStart(source: Repository, target: RepositoryPath, steps: ForkSteps): Promise<boolean> {
  const isSameOwner = source.owner.toLowerCase() === target.owner.toLowerCase();
  return (!isSameOwner || steps.forksWithinOwner === true) && (await steps.startFork(source, target));
}

const attempts = 60;

/** Hosts answer before the work is done: a fork is there when its branch is. */
async function untilUsable(
  source: Repository,
  target: RepositoryPath,
  { host, options }: ForkSteps,
): Promise<Repository> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const repository = await host.findRepository(target);
    const branch = repository && (await host.findBranch(target, repository.defaultBranch));
    if (repository !== undefined && branch !== undefined) return repository;
    if (repository !== undefined && (await host.findBranch(source, source.defaultBranch)) === undefined)
      return repository;
    const milliseconds = Math.min(5000, 500 * (attempt + 1));
    await (options.wait?.(milliseconds) ??
      sleep(milliseconds, undefined, options.signal === undefined ? {} : { signal: options.signal }));
  }
  throw new UnavailableError(
    `The host has not finished the fork "${describePath(target)}" within five minutes. Run the step again.`,
  );
}
