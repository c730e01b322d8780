import { ConflictError, NotAllowedError, NotFoundError, StepError, UnavailableError } from "../../step/errors.ts";
import type { Refusal } from "../host-api.ts";
import { findMissingScopes, isAbsent } from "./read-refusal.ts";

/** A sentence for an answer of 400 or above. */
export function explainRefusal(refusal: Refusal): StepError {
  const { status, request } = refusal;
  const said = refusal.message === "" ? `status ${status}` : refusal.message.replace(/\.$/, "");
  if (status === 401) return explainCredentials(said);
  if (status === 403) return explainForbidden(refusal, said);
  if (status === 404)
    return isAbsent(refusal)
      ? new NotFoundError(
          `GitLab knows nothing at ${request}, or the token may not see it. Check the name, and the role of the token's user there.`,
        )
      : new UnavailableError(
          `No API of GitLab is at ${request}. Check the address of the host, and that a proxy in front of it leaves "%2F" as it is.`,
        );
  if (status >= 500) return new UnavailableError(`GitLab cannot answer now (${said}). Run the step again later.`);
  if (status === 400 && /namespace is not valid|limit_reached/.test(said))
    return new NotAllowedError(
      `The token's user may not create projects there (${said}). Give the user the role Maintainer in the group.`,
    );
  return [400, 405, 409, 422].includes(status)
    ? new ConflictError(`GitLab refused (${said}).`)
    : new StepError(`GitLab refused (${said}).`);
}

function explainCredentials(said: string): NotAllowedError {
  const cause = /expired|revoked/.exec(said)?.[0];
  return new NotAllowedError(
    cause === undefined
      ? `GitLab refused the credentials (${said}). Check the token, and that it has not expired.`
      : `GitLab refused the credentials: the token is ${cause}. Enter a new one.`,
  );
}

/** A page in place of JSON comes from what guards GitLab: after many wrong tokens it bans an address for an hour ("Rate limits"). */
function explainForbidden(refusal: Refusal, said: string): NotAllowedError {
  const scopes = findMissingScopes(refusal);
  if (scopes.length > 0)
    return new NotAllowedError(
      `The token may not do this. Give it the scope ${scopes.map((scope) => `"${scope}"`).join(" or ")}.`,
    );
  return new NotAllowedError(
    refusal.message === ""
      ? `GitLab, or what stands in front of it, refuses ${refusal.request}. Check that this worker's address is allowed, and not banned for an hour because of wrong tokens.`
      : `The token's user may not do this (${said}). Give the user, or the project or group token, a role that may, such as Maintainer.`,
  );
}
