import { NotFoundError, type StepError } from "../../step/errors.ts";
import { callHost, type HostAddress } from "../call-host.ts";
import type { MovedRequest } from "../create-host-api.ts";
import { explainRedirect } from "../explain-redirect.ts";
import type { Refusal } from "../host-api.ts";
import { readAnswer } from "../read-answer.ts";
import { GitLabProject } from "./schema.ts";

/** A project that was removed, but is kept for a while under another path. */
export class MarkedForDeletionError extends NotFoundError {}

type Host = HostAddress & { title: string };

/** Why GitLab points elsewhere: a project, or a group that it is in, has another path since. Of where it points only the project's number is taken. */
export async function explainMoved(host: Host, { path, owner }: MovedRequest, refusal: Refusal): Promise<StepError> {
  const [, encoded = ""] = /^\/projects\/([^/?]+)/.exec(path) ?? [];
  const location =
    refusal.headers.get("location") ?? (await findLocation(host, { path: `/projects/${encoded}`, owner }));
  const id = readProjectId(host, location);
  const answer = id === undefined ? undefined : await callHost(host, { path: `/projects/${id}`, owner });
  if (answer === undefined || "message" in answer || encoded === "") return explainRedirect(host.title, refusal);
  const project = readAnswer(answer, GitLabProject, host.title);
  const asked = decodeURIComponent(encoded);
  if (project.marked_for_deletion_on)
    return new MarkedForDeletionError(
      `The repository "${asked}" is marked for deletion, and goes on ${project.marked_for_deletion_on}. Restore it in GitLab, or use another name.`,
    );
  return new NotFoundError(
    `The repository "${asked}" is called "${project.path_with_namespace}" now. Use that name in its address.`,
  );
}

/** What writes is refused without a word about where the project is; reading tells. */
async function findLocation(host: Host, project: MovedRequest): Promise<string> {
  const answer = await callHost(host, project);
  return "message" in answer ? (answer.headers.get("location") ?? "") : "";
}

/** GitLab may say `http` for what is `https` ("REST API", "Redirects"). */
function readProjectId({ url }: Host, location: string): string | undefined {
  const target = URL.canParse(location, url) ? new URL(location, url) : undefined;
  if (target?.hostname !== new URL(url).hostname) return undefined;
  return /\/projects\/(\d+)(?:\/|$)/.exec(target.pathname)?.[1];
}
