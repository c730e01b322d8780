import { ConflictError, NotAllowedError, NotFoundError, StepError, UnavailableError } from "../../step/errors.ts";
import type { AnswerHeaders, HttpResponse } from "../../http/http-request.ts";
import { readTooManyRequests, type RateLimit } from "../../http/rate-limit.ts";
import { patience } from "../../http/retry.ts";
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

function describeMissing(headers: AnswerHeaders): string {
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

/**
 * GitHub's limits answer 403 or 429: the hourly one says when it ends, the secondary ones how long to wait, or nothing, which means
 * a minute (GitHub documentation, "Rate limits for the REST API").
 * @throws {@link UnavailableError} when the wait would be longer than a client has patience
 */
export function readRateLimit(response: HttpResponse): RateLimit {
  const limit = readTooManyRequests(response);
  const { status, headers } = response;
  if (status !== 403 && status !== 429) return limit;
  if (limit.retryAfter !== undefined) return { ...limit, isRefused: true };
  if (headers.get("x-ratelimit-remaining") === "0")
    return { isRefused: true, retryAfter: String(secondsToReset(headers)) };
  const isSecondary = /secondary rate limit/i.test(new TextDecoder().decode(response.content));
  return isSecondary ? { isRefused: true, retryAfter: "60" } : limit;
}

function secondsToReset(headers: AnswerHeaders): number {
  const reset = Number(headers.get("x-ratelimit-reset"));
  const date = Date.parse(headers.get("date") ?? "");
  const seconds = Math.max(1, Math.ceil(reset - (Number.isNaN(date) ? Date.now() : date) / 1000) + 1);
  if (seconds * 1000 <= patience) return seconds;
  throw new UnavailableError(
    `GitHub takes no more requests of this token until ${new Date(reset * 1000).toISOString()}: its hourly limit is used up. Run the step again after that, or use a GitHub App, which may send more.`,
  );
}
