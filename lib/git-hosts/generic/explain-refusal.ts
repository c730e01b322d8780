import type { HttpResponse } from "../../http/http-request.ts";
import { maskUrlCredentials } from "../../git/git-credentials.ts";
import { NotAllowedError, StepError, UnavailableError } from "../../step/errors.ts";

/** A sentence for an answer of 300 or above, of which a Git server says no more than the status. */
export function explainRefusal(
  { status, headers }: HttpResponse,
  { request, isSignedIn }: { request: string; isSignedIn: boolean },
): StepError {
  if (status < 400) {
    const target = (headers.get("location") ?? "").replace(/(\/info\/refs)?\?.*$/, "");
    return new NotAllowedError(
      `The Git server redirects ${request} to ${maskUrlCredentials(target) || "another address"}. Use the address it redirects to.`,
    );
  }
  if (status === 401)
    return new NotAllowedError(
      isSignedIn
        ? "The Git server refused the credentials (status 401). Check the user name and the token."
        : "The Git server wants credentials, or has no such repository. Enter a user name and a token, and check the address.",
    );
  if (status === 403)
    return new NotAllowedError(
      "The credentials may not read this repository (status 403). Give their user the right to read and write it.",
    );
  return status >= 500
    ? new UnavailableError(`The Git server cannot answer now (status ${status}). Run the step again later.`)
    : new StepError(`The Git server refused ${request} (status ${status}).`);
}
