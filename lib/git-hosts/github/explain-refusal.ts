import { ConflictError, NotAllowedError, NotFoundError, StepError, UnavailableError } from "../../step/errors.ts";
import type { HttpResponse } from "../../http/http-request.ts";
import type { Refusal } from "../host-api.ts";

/** A sentence for an answer of 400 or above; its headers say what the token lacks (GitHub documentation, "Scopes for OAuth apps"). */
export function explainRefusal(refusal: Refusal): StepError {
  const { status, headers, request } = refusal;
  const said = refusal.message === "" ? `status ${status}` : refusal.message.replace(/\.$/, "");
  if (status === 401)
    return new NotAllowedError(
      `GitHub refused the credentials (${said}). Check the token or the key, and that it has not expired.`,
    );
  if (status === 403 && headers.get("x-github-sso")?.startsWith("required") === true) {
    return new NotAllowedError(
      "The token is not authorized for the organization's single sign-on. Authorize it in your GitHub settings, under Developer settings, Tokens, Configure SSO.",
    );
  }
  if (status === 403) return new NotAllowedError(`The token may not do this (${said}). ${describeMissing(headers)}`);
  if (status === 404)
    return new NotFoundError(
      `GitHub knows nothing at ${request}, or the token may not see it. ${describeMissing(headers)}`,
    );
  if (status === 409 || status === 422) return new ConflictError(`GitHub refused (${said}).`);
  return status >= 500
    ? new UnavailableError(`GitHub cannot answer now (${said}). Run the step again later.`)
    : new StepError(`GitHub refused (${said}).`);
}

function describeMissing(headers: Headers): string {
  const accepted = listOf(headers.get("x-accepted-oauth-scopes"));
  const present = listOf(headers.get("x-oauth-scopes"));
  const permissions = headers.get("x-accepted-github-permissions");
  if (permissions !== null && permissions !== "")
    return `Give it the permission ${permissions.split(";")[0]?.replaceAll("=", ": ")}.`;
  if (accepted.length > 0 && !accepted.some((scope) => present.includes(scope))) {
    return `Give it the scope ${accepted.map((scope) => `"${scope}"`).join(" or ")} (it has ${present.length === 0 ? "none" : present.join(", ")}).`;
  }
  return "Check the name, and the repositories and permissions that the token has.";
}

function listOf(header: string | null): string[] {
  return (header ?? "")
    .split(",")
    .map((scope) => scope.trim())
    .filter(Boolean);
}

/** In seconds, longer than this no run waits: a request is sent eight times, with a minute between two (lib/http). */
const longestWait = 7 * 60;

/**
 * GitHub's limits answer 403 or 429: the hourly one says when it ends, the secondary ones how long to wait, or nothing, which means
 * a minute (GitHub documentation, "Rate limits for the REST API").
 * @throws {@link UnavailableError} when the wait would be longer than seven minutes
 */
export function findRateLimit(response: HttpResponse): { after: string | undefined } | undefined {
  const { status, headers } = response;
  if (status !== 403 && status !== 429) return undefined;
  const after = headers.get("retry-after");
  if (after !== null) return { after };
  if (headers.get("x-ratelimit-remaining") === "0") return { after: String(secondsToReset(headers)) };
  if (/secondary rate limit/i.test(new TextDecoder().decode(response.content))) return { after: "60" };
  return status === 429 ? { after: undefined } : undefined;
}

function secondsToReset(headers: Headers): number {
  const reset = Number(headers.get("x-ratelimit-reset"));
  const date = Date.parse(headers.get("date") ?? "");
  const seconds = Math.max(1, Math.ceil(reset - (Number.isNaN(date) ? Date.now() : date) / 1000) + 1);
  if (seconds <= longestWait) return seconds;
  throw new UnavailableError(
    `GitHub takes no more requests of this token until ${new Date(reset * 1000).toISOString()}: its hourly limit is used up. Run the step again after that, or use a GitHub App, which may send more.`,
  );
}
