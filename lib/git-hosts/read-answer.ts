import * as z from "zod/mini";
import type { HttpResponse } from "../http/http-request.ts";
import { UnavailableError } from "../step/errors.ts";

/**
 * The answer's JSON as its schema has it.
 * @throws {@link UnavailableError} when it is something else, since no host answers then
 */
export function readAnswer<T extends z.ZodMiniType>(response: HttpResponse, schema: T, title: string): z.output<T> {
  return checkAnswer(readJson(response), schema, title);
}

/** @throws {@link UnavailableError} when it is something else than its schema has */
export function checkAnswer<T extends z.ZodMiniType>(answer: unknown, schema: T, title: string): z.output<T> {
  const parsed = z.safeParse(schema, answer);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join(".") ?? "";
  throw notOfApi(title, where);
}

/** @param where - in its JSON, as `owner.login` */
export function notOfApi(title: string, where = ""): UnavailableError {
  return new UnavailableError(
    `${title} gave an answer that is not of its API${where === "" ? "" : ` (at ${where})`}. Check the address of the host.`,
  );
}

const Message = z.object({
  message: z.optional(z.string()),
  errors: z.nullish(z.array(z.union([z.string(), z.object({ message: z.optional(z.string()) })]))),
});

/** What a host says about its refusal, in one line; "" when it says nothing. */
export function readMessage(response: HttpResponse): string {
  const parsed = Message.safeParse(readJson(response));
  if (!parsed.success) return "";
  const details = (parsed.data.errors ?? []).map((error) =>
    typeof error === "string" ? error : (error.message ?? ""),
  );
  return [parsed.data.message ?? "", ...details].filter(Boolean).join(" ").replace(/\s+/g, " ").trim().slice(0, 500);
}

/** @returns undefined for what is no JSON, such as a page */
export function readJson({ content }: HttpResponse): unknown {
  const text = new TextDecoder().decode(content);
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
}
