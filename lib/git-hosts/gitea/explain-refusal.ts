import { ConflictError, NotAllowedError, NotFoundError, StepError, UnavailableError } from "../../step/errors.ts";
import type { Refusal } from "../host-api.ts";

/** A sentence for an answer of 400 or above; Gitea and Forgejo name missing token scopes in their message. */
export function explainRefusal({ status, message, request }: Refusal): StepError {
  const said = message === "" ? `status ${status}` : message.replace(/\.$/, "");
  const scopes = findMissingScopes(message);
  if (scopes !== undefined) return new NotAllowedError(`The token may not do this. Give it the scope ${scopes}.`);
  if (status === 401)
    return new NotAllowedError(
      `Gitea refused the credentials (${said}). Check the token, and that it has not been removed.`,
    );
  if (status === 403)
    return new NotAllowedError(
      `The token's user may not do this (${said}). Give the user, and the token, the right to write there.`,
    );
  if (status === 404)
    return new NotFoundError(
      `Gitea knows nothing at ${request}, or the token may not see it. Check the name and the token's scopes.`,
    );
  if (status === 409 || status === 422) return new ConflictError(`Gitea refused (${said}).`);
  return status >= 500
    ? new UnavailableError(`Gitea cannot answer now (${said}). Run the step again later.`)
    : new StepError(`Gitea refused (${said}).`);
}

/** `token does not have at least one of required scope(s), required=[write:repository], token scope=read:user`; older ones have a colon before the list. */
function findMissingScopes(message: string): string | undefined {
  const [, required] = /required scope\(s\)[^[]*\[([^\]]+)\]/.exec(message) ?? [];
  if (required === undefined) return undefined;
  const [, present] = /token scope=(\S+)/.exec(message) ?? [];
  const wanted = required
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((scope) => `"${scope}"`)
    .join(" or ");
  return present === undefined ? wanted : `${wanted} (it has ${present.split(",").join(", ")})`;
}
