import * as z from "zod/mini";
import type { HttpResponse } from "../http/http-request.ts";
import type { StepError } from "../step/errors.ts";
import { callHost, type HostAddress } from "./call-host.ts";
import { explainMoved } from "./explain-moved.ts";
import type { Attempt, HostApi, HostRequest, ListRequest, Refusal } from "./host-api.ts";
import { readAnswer } from "./read-answer.ts";

export interface HostApiOptions extends HostAddress {
  title: string;
  explain(refusal: Refusal): StepError;
}

/** The API of a host at one address, through one client. */
export function createHostApi(options: HostApiOptions): HostApi {
  return {
    send: async (wanted) => {
      const answer = await attempt(options, wanted);
      if ("value" in answer) return answer.value;
      throw options.explain(answer.refusal);
    },
    find: async (wanted) => {
      const answer = await attempt(options, wanted);
      if ("value" in answer) return answer.value;
      if (answer.refusal.status === 404) return undefined;
      throw options.explain(answer.refusal);
    },
    attempt: (wanted) => attempt(options, wanted),
    list: (wanted) => list(options, wanted),
    explain: (refusal) => options.explain(refusal),
  };
}

async function attempt<T extends z.ZodMiniType>(
  options: HostApiOptions,
  wanted: HostRequest<T>,
): Promise<Attempt<z.output<T>>> {
  const answer = await call(options, wanted);
  return "message" in answer ? { refusal: answer } : { value: readAnswer(answer, wanted.schema, options.title) };
}

async function* list<T extends z.ZodMiniType>(
  options: HostApiOptions,
  wanted: ListRequest<T>,
): AsyncGenerator<z.output<T>> {
  for (let page = 1; ; page += 1) {
    const answer = await call(options, { ...wanted, query: { ...wanted.query, page } });
    if ("message" in answer && answer.status === wanted.emptyStatus) return;
    if ("message" in answer) throw options.explain(answer);
    // Gitea has `null` for some lists without items, such as the branches of an empty repository.
    yield* readAnswer(answer, z.nullable(z.array(wanted.schema)), options.title) ?? [];
    if (!hasNextPage(answer)) return;
  }
}

async function call<T extends z.ZodMiniType>(
  options: HostApiOptions,
  wanted: HostRequest<T>,
): Promise<HttpResponse | Refusal> {
  const answer = await callHost(options, wanted);
  if ("message" in answer && answer.status < 400) throw await explainMoved(options, wanted, answer);
  return answer;
}

/** Only whether: the next page's address may be one that this worker cannot reach, or should not send a token to. */
function hasNextPage({ headers }: HttpResponse): boolean {
  return /;\s*rel="?next"?/.test(headers.get("link") ?? "");
}
