import { ConflictError, NotAllowedError, NotFoundError, StepError, UnavailableError } from "../../step/errors.ts";
import type { Refusal } from "../host-api.ts";

/** A sentence for an answer of 400 or above; what the server says begins with a number such as TF401027. */
export function explainRefusal({ status, message, request }: Refusal): StepError {
  const said = message === "" ? `status ${status}` : message.replace(/\.$/, "");
  if (status === 401) return explainUnauthorized(said, request);
  const permission = /need the Git '(\w+)' permission/.exec(message)?.[1];
  if (permission !== undefined)
    return new NotAllowedError(
      `The user lacks the permission "${permissions[permission] ?? permission}" (${said}). Give it in the settings of the project, under Repositories, Security.`,
    );
  if (status === 403)
    return new NotAllowedError(`The user may not do this (${said}). Give the user the right to write there.`);
  const project = /TF200016: The following project does not exist: (.+?)\. /.exec(`${message} `)?.[1];
  if (project !== undefined)
    return new NotFoundError(`There is no project "${project}", or the user may not see it. Check the owner.`);
  if (status === 404)
    return new NotFoundError(
      `Azure Repos knows nothing at ${request}, or the user may not see it (${said}). Check the name, and what the user may see.`,
    );
  if (status === 409) return new ConflictError(`Azure Repos refused (${said}).`);
  return status >= 500
    ? new UnavailableError(`Azure Repos cannot answer now (${said}). Run the step again later.`)
    : new StepError(`Azure Repos refused (${said}).`);
}

/** A token that is wrong, has expired, is another organization's or lacks a scope is refused alike, mostly without a word. */
function explainUnauthorized(said: string, request: string): NotAllowedError {
  const scope = scopes.find(([pattern]) => pattern.test(request))?.[1] ?? "";
  return new NotAllowedError(
    `Azure Repos refused the credentials (${said}). Check that the token is right and has not expired, that it is for this organization, of which its user is a member, and that it has the scope "${scope}".`,
  );
}

/** By method and path, as people find them where they make a token. */
const scopes: readonly (readonly [request: RegExp, scope: string])[] = [
  [/\/_apis\/hooks\//, "Full access"],
  [/^GET /, "Code (Read)"],
  [/\/_apis\/git\/repositories(\/[^/]+)?$/, "Code (Read, write, & manage)"],
  [/./, "Code (Read & write)"],
];

/** What pages call the permissions that refusals name ("Set Git repository permissions"). */
const permissions: Readonly<Record<string, string>> = {
  GenericRead: "Read",
  GenericContribute: "Contribute",
  PullRequestContribute: "Contribute to pull requests",
  CreateBranch: "Create branch",
  CreateRepository: "Create repository",
  DeleteRepository: "Delete or disable repository",
  ForcePush: "Force push (rewrite history, delete branches and tags)",
  PolicyExempt: "Bypass policies when pushing",
};
