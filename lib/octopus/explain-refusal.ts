import * as z from "zod/mini";
import { errorForStatus } from "../http/http-client.ts";
import { describeRequest, type HttpRequest, type HttpResponse } from "../http/http-request.ts";
import type { StepError } from "../step/errors.ts";

const ErrorBody = z.object({ ErrorMessage: z.optional(z.string()), Errors: z.nullish(z.array(z.string())) });

/** A sentence for an answer of 400 or above: what was asked for, the server's own words, and what to do where that is known. */
export function explainRefusal(
  request: Pick<HttpRequest, "method" | "url">,
  response: HttpResponse,
  caller: string,
): StepError {
  const { status } = response;
  const reason = readReasons(response).map(endSentence).join(" ") || `it answered ${status}.`;
  const ErrorClass = errorForStatus(status);
  return new ErrorClass(
    `Octopus refused ${describeRequest(request)} (${status}): ${reason}${remedyFor(status, reason, caller)}`,
  );
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

function remedyFor(status: number, reason: string, caller: string): string {
  if (status === 401) return " Check the API key: it may be wrong, expired or revoked.";
  const permission = /Missing permission: (\w+)/.exec(reason)?.[1];
  return status === 403 && permission !== undefined ? ` Give ${caller} the permission ${permission}.` : "";
}
