import * as z from "zod/mini";
import type { HttpResponse } from "../../http/http-request.ts";
import type { Refusal } from "../host-api.ts";
import { readJson } from "../read-answer.ts";

const Refused = z.object({
  message: z.optional(z.unknown()),
  error: z.optional(z.unknown()),
  error_description: z.optional(z.string()),
  scope: z.optional(z.string()),
});

/**
 * What GitLab says in a refusal, in one line: its own message, which may be a list of mistakes by field; what OAuth 2.0 says, with the
 * scopes that would do ("REST API troubleshooting", "REST API authentication"); "" for a page that is not of its API.
 */
export function readMessage(response: HttpResponse): string {
  const parsed = Refused.safeParse(readJson(response));
  if (!parsed.success) return "";
  const { message, error, error_description: description, scope } = parsed.data;
  if (message !== undefined) return shorten(tell(message));
  if (description !== undefined) return shorten(scope === undefined ? description : `${description} [${scope}]`);
  return error === undefined ? "" : shorten(`error: ${tell(error)}`);
}

function tell(message: unknown, field = ""): string {
  if (Array.isArray(message)) return message.map((item: unknown) => tell(item, field)).join(", ");
  if (typeof message === "object" && message !== null)
    return Object.entries(message)
      .map(([name, inner]: [string, unknown]) => tell(inner, name))
      .join(", ");
  return [field === "base" ? "" : field, String(message)].filter(Boolean).join(" ");
}

function shorten(message: string): string {
  return message.replace(/\s+/g, " ").trim().slice(0, 500);
}

/** The scopes of which one would do. */
export function findMissingScopes({ message }: Refusal): string[] {
  return /\[([\w ]+)\]$/.exec(message)?.[1]?.split(" ") ?? [];
}

/** Whether what was asked for is not there. A page, or `error`, comes from something else than the API's route. */
export function isAbsent({ status, message }: Refusal): boolean {
  return status === 404 && message.startsWith("404");
}

/** A project that has another path since is read at its number, and not written at all ("REST API", "Redirects"). */
export function isMoved({ status, message }: Refusal): boolean {
  return status < 400 || (status === 405 && /moved projects/i.test(message));
}
