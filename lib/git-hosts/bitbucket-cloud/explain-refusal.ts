import { ConflictError, NotAllowedError, NotFoundError, StepError, UnavailableError } from "../../step/errors.ts";
import type { Refusal } from "../host-api.ts";
import { readScopes } from "./read-message.ts";

/** A sentence for an answer of 400 or above. */
export function explainRefusal({ status, message, request }: Refusal): StepError {
  const said = message === "" ? `status ${status}` : message.replace(/\.$/, "");
  const { required, granted } = readScopes(message);
  if (required !== undefined && granted !== undefined)
    return new NotAllowedError(`The token may not do this. ${adviseScopes(required, granted)}`);
  if (status === 401)
    return new NotAllowedError(
      `Bitbucket refused the credentials (${said}). Check the token, and that it has not expired. An API token of a user needs the user's e-mail address as the user name; app passwords are not taken any longer.`,
    );
  if (status === 403)
    return new NotAllowedError(
      `The token may not do this (${said}). Check which workspace, project or repository it is for, and what it may do there.`,
    );
  if (status === 404 || status === 410)
    return new NotFoundError(
      `Bitbucket knows nothing at ${request}, or the token may not see it. Check the name, whether the repository has another name since, and what the token is for.`,
    );
  if (status === 409) return new ConflictError(`Bitbucket refused (${said}).`);
  return status >= 500
    ? new UnavailableError(`Bitbucket cannot answer now (${said}). Run the step again later.`)
    : new StepError(`Bitbucket refused (${said}).`);
}

function adviseScopes(required: readonly string[], granted: readonly string[]): string {
  const missing = required.filter((scope) => !granted.includes(scope));
  const wanted = (missing.length === 0 ? required : missing).map((scope) => `"${scope}"`).join(" and ");
  return `Give it the scope ${wanted} (it has ${granted.length === 0 ? "none" : granted.join(", ")}).`;
}
