import * as z from "zod/mini";
import type { HttpResponse } from "../../http/http-request.ts";
import { readJson } from "../read-answer.ts";

const Veto = z.object({ summaryMessage: z.nullish(z.string()), detailedMessage: z.nullish(z.string()) });

const Message = z.object({
  errors: z.array(
    z.object({
      message: z.nullish(z.string()),
      exceptionName: z.nullish(z.string()),
      vetoes: z.nullish(z.array(Veto)),
      reviewerErrors: z.nullish(z.array(z.object({ message: z.nullish(z.string()) }))),
    }),
  ),
});

/**
 * What Bitbucket says about its refusal, in one line, with the name of the exception before it: it answers 401 both to whom it does not know
 * and to who may not. What vetoed a merge is told by the checks themselves.
 */
export function readMessage(response: HttpResponse): string {
  const parsed = Message.safeParse(readJson(response));
  if (!parsed.success) return "";
  const sentences = parsed.data.errors.flatMap(({ message, vetoes, reviewerErrors }) => {
    const reasons = (vetoes ?? []).map(({ summaryMessage, detailedMessage }) => detailedMessage ?? summaryMessage);
    return reasons.length > 0 ? reasons : [message, ...(reviewerErrors ?? []).map((error) => error.message)];
  });
  const [{ exceptionName } = {}] = parsed.data.errors;
  const said = sentences.filter(Boolean).join(" ").replace(/\s+/g, " ").trim().slice(0, 500);
  return exceptionName ? `${exceptionName.split(".").at(-1)}: ${said}` : said;
}

/** The exception's name, and what was said without it. */
export function splitMessage(message: string): { exception: string; said: string } {
  const [, exception = "", said = message] = /^(\w+Exception): (.*)$/s.exec(message) ?? [];
  return { exception, said };
}
