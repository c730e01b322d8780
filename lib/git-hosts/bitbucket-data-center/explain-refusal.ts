import { ConflictError, NotAllowedError, NotFoundError, StepError, UnavailableError } from "../../step/errors.ts";
import type { Refusal } from "../host-api.ts";
import { splitMessage } from "./read-message.ts";

/** A sentence for an answer of 400 or above. */
export function explainRefusal({ status, message, request }: Refusal): StepError {
  const { exception, said: sentence } = splitMessage(message);
  const said = sentence === "" ? `status ${status}` : sentence.replace(/\.$/, "");
  if (status === 403 || exception === "AuthorisationException")
    return new NotAllowedError(
      `The token may not do this (${said}). Give the token, and its user, the permission "${permissionFor(request)}".`,
    );
  if (status === 401)
    return new NotAllowedError(
      `Bitbucket refused the credentials (${said}). Check the token, and that it has not expired or been revoked.`,
    );
  if (status === 404)
    return new NotFoundError(
      `Bitbucket knows nothing at ${request}, or the token may not see it (${said}). Check the name, and which projects and repositories the token is for.`,
    );
  if (status === 409) return new ConflictError(`Bitbucket refused (${said}).`);
  return status >= 500
    ? new UnavailableError(`Bitbucket cannot answer now (${said}). Run the step again later.`)
    : new StepError(`Bitbucket refused (${said}).`);
}

/** What a refusal does not say, and the REST reference does, of each route. */
const permissions: readonly (readonly [request: RegExp, permission: string])[] = [
  [/^POST .*\/projects\/[^/]+\/repos(\/[^/]+)?$/, "Project admin"],
  [/^DELETE .*\/projects\/[^/]+\/repos\/[^/]+$/, "Repository admin"],
  [/^PUT .*\/default-branch$/, "Repository admin"],
  [/^POST .*\/(merge|pull-requests|comments|builds)$|^PUT |^DELETE /, "Repository write"],
];

function permissionFor(request: string): string {
  return permissions.find(([pattern]) => pattern.test(request))?.[1] ?? "Repository read";
}
