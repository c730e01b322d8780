import * as z from "zod/mini";
import type { AnswerHeaders, HttpResponse } from "../http/http-request.ts";
import type { StepError } from "../step/errors.ts";
import { callHost, type HostAddress } from "./call-host.ts";
import type { Attempt, HostApi, HostRequest, ListRequest, Query, Refusal } from "./host-api.ts";
import { checkAnswer, notOfApi, readAnswer, readJson } from "./read-answer.ts";

export interface HostApiOptions extends HostAddress {
  title: string;
  explain(refusal: Refusal): StepError;
  /** Whether what was asked for is not there, by default for each 404. */
  isAbsent?(refusal: Refusal): boolean;
  /** Whether the host points elsewhere, by default by each answer of 300 to 399. */
  isMoved?(refusal: Refusal): boolean;
  paging: Paging;
  /** Why the host points elsewhere: something has another name since, or the address is not the host's own. */
  explainMoved(host: HostAddress & { title: string }, request: MovedRequest, refusal: Refusal): Promise<StepError>;
}

/** What was asked for. */
export type MovedRequest = Pick<HostRequest<z.ZodMiniType>, "path" | "owner">;

/** How a host gives lists in parts. */
export interface Paging {
  /** What asks for the first page. */
  first: Query;
  /**
   * What an answer holds, as JSON and with its headers, after it was asked for `asked`.
   * @returns its items, and what asks for the next page; undefined for an answer that is no page
   */
  read(content: unknown, headers: AnswerHeaders, asked: Query): Page | undefined;
}

export interface Page {
  items: readonly unknown[];
  /** Undefined behind the last one. */
  next: Query | undefined;
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
      if (options.isAbsent === undefined && isPage(answer.refusal)) throw notOfApi(options.title);
      if ((options.isAbsent ?? isNotFound)(answer.refusal)) return undefined;
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
  if ("message" in answer) return { refusal: answer };
  return { value: readAnswer(answer, wanted.schema, options.title), headers: answer.headers };
}

async function* list<T extends z.ZodMiniType>(
  options: HostApiOptions,
  wanted: ListRequest<T>,
): AsyncGenerator<z.output<T>> {
  const { paging, title } = options;
  for (let asked: Query | undefined = paging.first; asked !== undefined;) {
    const answer = await call(options, { ...wanted, query: { ...wanted.query, ...asked } });
    if ("message" in answer && answer.status === wanted.emptyStatus) return;
    if ("message" in answer) throw options.explain(answer);
    const page = paging.read(readJson(answer), answer.headers, asked);
    yield* checkAnswer(page?.items, z.array(wanted.schema), title);
    asked = page?.next;
  }
}

async function call<T extends z.ZodMiniType>(
  options: HostApiOptions,
  wanted: HostRequest<T>,
): Promise<HttpResponse | Refusal> {
  const answer = await callHost(options, wanted);
  if ("message" in answer && (options.isMoved ?? isRedirect)(answer))
    throw await options.explainMoved(options, wanted, answer);
  return answer;
}

function isNotFound({ status }: Refusal): boolean {
  return status === 404;
}

/** No host's API answers so: a proxy's 404, or that of a web site at a wrong address, says nothing of what the host has. */
function isPage({ status, headers }: Refusal): boolean {
  return status === 404 && /^text\/html\b/i.test(headers.get("content-type") ?? "");
}

function isRedirect({ status }: Refusal): boolean {
  return status < 400;
}
