import * as z from "zod/mini";
import { NotFoundError, type StepError } from "../step/errors.ts";
import { callHost, type HostAddress } from "./call-host.ts";
import type { MovedRequest } from "./create-host-api.ts";
import { explainRedirect } from "./explain-redirect.ts";
import type { Refusal } from "./host-api.ts";
import { readAnswer } from "./read-answer.ts";

/**
 * Why a host that speaks GitHub's dialect of REST points elsewhere: a repository, its owner or a branch has another name since. Gitea answers 301 and 307 with the new path;
 * GitHub with the repository's number, `/repositories/1300192` (its "Best practices for using the REST API", "Follow redirects").
 */
export async function explainMoved(
  host: HostAddress & { title: string },
  { path, owner }: MovedRequest,
  refusal: Refusal,
): Promise<StepError> {
  const location = refusal.headers.get("location") ?? "";
  const [branch = "", newBranch = ""] = [path, location].map(branchIn);
  if (newBranch !== "" && branch !== newBranch)
    return new NotFoundError(`The branch "${branch}" is called "${newBranch}" now. Use that name.`);
  const name = await findNewName(host, { path: location, owner });
  const [, asked = ""] = /^\/repos\/([^/]+\/[^/]+)/.exec(path) ?? [];
  if (name !== undefined && asked !== "")
    return new NotFoundError(
      `The repository "${decodeURIComponent(asked)}" is called "${name}" now. Use that name in its address.`,
    );
  return explainRedirect(host.title, refusal);
}

function branchIn(path: string): string {
  return decodeURIComponent(/\/branches\/([^?]+)/.exec(path)?.[1] ?? "");
}

const Renamed = z.object({ full_name: z.string() });

/** Asks for the repository that is there, where that is within the API that the token is for. */
async function findNewName(
  host: HostAddress & { title: string },
  { path, owner }: MovedRequest,
  hops = 3,
): Promise<string | undefined> {
  const target = URL.canParse(path, host.url) ? new URL(path, host.url).href : "";
  const rest = target.startsWith(`${host.url}/`) ? target.slice(host.url.length) : "";
  const [repository] = /^\/(repos\/[^/?]+\/[^/?]+|repositories\/\d+)/.exec(rest) ?? [];
  if (repository === undefined || hops === 0) return undefined;
  const answer = await callHost(host, { path: repository, owner });
  if (!("message" in answer)) return readAnswer(answer, Renamed, host.title).full_name;
  const next = answer.status < 400 ? (answer.headers.get("location") ?? "") : "";
  return findNewName(host, { path: next, owner }, hops - 1);
}
