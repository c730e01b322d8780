import * as z from "zod/mini";
import type { HttpResponse } from "../../http/http-request.ts";
import { readJson } from "../read-answer.ts";

const Scopes = z.object({ required: z.optional(z.array(z.string())), granted: z.optional(z.array(z.string())) });

/** REST reference, "Standardized error responses"; that `detail` may hold scopes is not said there. */
const Message = z.object({
  error: z.object({
    message: z.string(),
    detail: z.optional(z.union([z.string(), Scopes])),
    fields: z.optional(z.record(z.string(), z.array(z.string()))),
  }),
});

/** What Bitbucket says about its refusal, in one line, with the scopes that it names; "" when it says nothing. */
export function readMessage(response: HttpResponse): string {
  const parsed = Message.safeParse(readJson(response));
  if (!parsed.success) return "";
  const { message, detail = "", fields = {} } = parsed.data.error;
  const others = Object.entries(fields).map(([field, problems]) => `${field}: ${problems.join(" ")}`);
  const more = typeof detail === "string" ? [detail, ...others] : [renderScopes(detail)];
  return [message, ...more].filter(Boolean).join(" ").replace(/\s+/g, " ").trim().slice(0, 500);
}

function renderScopes({ required = [], granted = [] }: z.output<typeof Scopes>): string {
  return `required=[${required.join(" ")}] granted=[${granted.join(" ")}]`;
}

/** The scopes in a message; undefined each where it names none. */
export function readScopes(message: string): { required?: readonly string[]; granted?: readonly string[] } {
  const [, required, granted] = /required=\[([^\]]*)\] granted=\[([^\]]*)\]/.exec(message) ?? [];
  return required === undefined || granted === undefined
    ? {}
    : { required: listOf(required), granted: listOf(granted) };
}

function listOf(text: string): string[] {
  return text.split(" ").filter(Boolean);
}
