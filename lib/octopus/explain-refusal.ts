import * as z from "zod/mini";
import { errorForStatus } from "../http/http-client.ts";
import { describeRequest, type HttpRequest, type HttpResponse } from "../http/http-request.ts";
import { isPassing, notKnown } from "../http/retry.ts";
import { LostAnswerError, type StepError } from "../step/errors.ts";
import type { ApiKeyOrigin } from "./api-key.ts";
import { findForeign, notOctopus } from "./read-answer.ts";

/** Who asks, for sentences. */
export interface Caller {
  /** Such as `the user of the API key`. */
  who: string;
  /** Where it is a key by which the server knows them. */
  key?: ApiKeyOrigin;
}

export interface Refusal {
  request: Pick<HttpRequest, "method" | "url">;
  response: HttpResponse;
  /** The address of the server. */
  server: string;
  caller: Caller;
}

const ErrorBody = z.object({ ErrorMessage: z.optional(z.string()), Errors: z.nullish(z.array(z.string())) });

/** A sentence for an answer of 400 or above: which server, what it did about which request, its own words, and what to do where that is known. */
export function explainRefusal(refusal: Refusal): StepError {
  const { request, response, server, caller } = refusal;
  const { status } = response;
  if (!isPassing(status) && findForeign(response) !== undefined)
    return notOctopus({ server, request: describeRequest(request), response });
  const reason = readReasons(response).map(endSentence).join(" ") || describeSilence(status);
  const isLost = isPassing(status) && request.method !== "GET";
  const said = `Octopus at ${server} ${describeAnswer(refusal)}: ${reason}`;
  return isLost
    ? new LostAnswerError(`${said} ${notKnown}`)
    : new (errorForStatus(status))(`${said}${remedyFor(status, reason, caller)}`);
}

/** A server that did not look at a request, or failed at it, has not refused it. */
function describeAnswer({ request, response: { status }, caller }: Refusal): string {
  const asked = describeRequest(request);
  if (status === 401) return `does not accept ${caller.key?.name ?? "the API key"} (${asked}, 401)`;
  if (status === 404) return `has nothing at what ${asked} asks for (404)`;
  if (isPassing(status)) return `is not available now (${asked}, ${status})`;
  return status >= 500 ? `failed at ${asked} (${status})` : `refused ${asked} (${status})`;
}

/** What there is to say where the server says nothing. */
function describeSilence(status: number): string {
  if (status === 404) return "check that the server URL is that of an Octopus Server.";
  if (status === 503) return "it may be starting, upgrading or under maintenance.";
  if (isPassing(status)) return "what stands in front of it got no answer from it in time.";
  return status >= 500 ? "its log tells why." : "it did not say why.";
}

function readReasons(response: HttpResponse): string[] {
  const told = ErrorBody.safeParse(readError(response));
  if (!told.success) return [];
  const reasons = [told.data.ErrorMessage ?? "", ...(told.data.Errors ?? [])];
  return [...new Set(reasons.filter((reason) => reason !== ""))];
}

function readError(response: HttpResponse): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(response.content));
  } catch {
    return undefined;
  }
}

/** Servers end some of their sentences without a full stop, and ours follow. */
function endSentence(text: string): string {
  return /[.!?]$/.test(text.trimEnd()) ? text : `${text.trimEnd()}.`;
}

function remedyFor(status: number, reason: string, { who, key }: Caller): string {
  if (status === 401)
    return ` Check that key${key === undefined ? "" : `, ${key.place}`}: it may be wrong, expired or revoked.`;
  if (isPassing(status)) return " Run the step again when it is back.";
  const permission = /Missing permission: (\w+)/.exec(reason)?.[1];
  return status === 403 && permission !== undefined ? ` Give ${who} the permission ${permission}.` : "";
}
