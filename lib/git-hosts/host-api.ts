import * as z from "zod/mini";
import { describeRequest, type HttpClient, type HttpRequest, type HttpResponse } from "../http/http-client.ts";
import { UnavailableError, type StepError } from "../step/errors.ts";

/** An answer of 400 or above, for a host to explain. */
export interface Refusal {
  status: number;
  headers: Headers;
  /** What the host said, all of it in one line; may be "". */
  message: string;
  request: string;
}

export type Query = Record<string, string | number>;

export interface HostRequest<T extends z.ZodMiniType> {
  method?: HttpRequest["method"];
  /** Begins with a slash; its parts are encoded already. */
  path: string;
  /** Whose repositories it is about; some hosts have a token for each owner. */
  owner: string;
  query?: Query;
  body?: Record<string, unknown>;
  schema: T;
}

/** The REST API of a host, as JSON that has been checked. */
export interface HostApi {
  send<T extends z.ZodMiniType>(request: HostRequest<T>): Promise<z.output<T>>;
  /** @returns undefined when the host answers 404 */
  find<T extends z.ZodMiniType>(request: HostRequest<T>): Promise<z.output<T> | undefined>;
  /** @returns the refusal in place of throwing, for those that have a meaning */
  attempt<T extends z.ZodMiniType>(request: HostRequest<T>): Promise<{ value: z.output<T> } | { refusal: Refusal }>;
  /** Every item, page by page, for as long as the host links to a next one (RFC 8288). */
  list<T extends z.ZodMiniType>(request: HostRequest<T>): AsyncGenerator<z.output<T>>;
  explain(refusal: Refusal): StepError;
}

export interface HostApiOptions {
  http: HttpClient;
  /** Where paths begin. */
  url: string;
  title: string;
  /** Headers that say who we are to the repositories of an owner. */
  authorize(owner: string): Promise<Record<string, string>>;
  explain(refusal: Refusal): StepError;
}

/** The API of a host at one address, through one client. */
export function createHostApi(options: HostApiOptions): HostApi {
  async function request(wanted: HostRequest<z.ZodMiniType>): Promise<HttpResponse | Refusal> {
    const { method = "GET", path, owner, query = {}, body } = wanted;
    const search = new URLSearchParams(
      Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
    );
    const url = `${options.url}${path}${search.size === 0 ? "" : `?${search}`}`;
    const headers: Record<string, string> = { accept: "application/json", ...(await options.authorize(owner)) };
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    if (body !== undefined) headers["content-type"] = "application/json";
    const response = await options.http.send({ method, url, headers, ...content });
    if (response.status < 400) return response;
    return {
      status: response.status,
      headers: response.headers,
      message: readMessage(response),
      request: describeRequest({ method, url }),
    };
  }

  function parse<T extends z.ZodMiniType>(schema: T, response: HttpResponse): z.output<T> {
    const parsed = z.safeParse(schema, toJson(response));
    if (parsed.success) return parsed.data;
    const where = parsed.error.issues[0]?.path.join(".") ?? "";
    throw new UnavailableError(
      `${options.title} gave an answer that is not of its API${where === "" ? "" : ` (at ${where})`}. Check the address of the host.`,
    );
  }

  async function attempt<T extends z.ZodMiniType>(
    wanted: HostRequest<T>,
  ): Promise<{ value: z.output<T> } | { refusal: Refusal }> {
    const answer = await request(wanted);
    return "message" in answer ? { refusal: answer } : { value: parse(wanted.schema, answer) };
  }

  async function find<T extends z.ZodMiniType>(wanted: HostRequest<T>): Promise<z.output<T> | undefined> {
    const answer = await attempt(wanted);
    if ("value" in answer) return answer.value;
    if (answer.refusal.status === 404) return undefined;
    throw options.explain(answer.refusal);
  }

  async function send<T extends z.ZodMiniType>(wanted: HostRequest<T>): Promise<z.output<T>> {
    const answer = await attempt(wanted);
    if ("value" in answer) return answer.value;
    throw options.explain(answer.refusal);
  }

  async function* list<T extends z.ZodMiniType>(wanted: HostRequest<T>): AsyncGenerator<z.output<T>> {
    for (let page = 1; ; page += 1) {
      const answer = await request({ ...wanted, query: { ...wanted.query, page } });
      if ("message" in answer) throw options.explain(answer);
      yield* parse(z.array(wanted.schema), answer);
      // Only whether there is a next page: its address may be one that this worker cannot reach, or should not send a token to.
      if (!/;\s*rel="?next"?/.test(answer.headers.get("link") ?? "")) return;
    }
  }

  return { send, find, attempt, list, explain: options.explain };
}

/** For answers whose content does not matter. */
export const Anything = z.unknown();

const Message = z.object({
  message: z.optional(z.string()),
  errors: z.nullish(z.array(z.union([z.string(), z.object({ message: z.optional(z.string()) })]))),
});

function readMessage(response: HttpResponse): string {
  const parsed = Message.safeParse(toJson(response));
  if (!parsed.success) return "";
  const details = (parsed.data.errors ?? []).map((error) =>
    typeof error === "string" ? error : (error.message ?? ""),
  );
  return [parsed.data.message ?? "", ...details].filter(Boolean).join(" ").replace(/\s+/g, " ").trim().slice(0, 500);
}

function toJson({ content }: HttpResponse): unknown {
  const text = new TextDecoder().decode(content);
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
}
