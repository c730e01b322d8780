import * as z from "zod/mini";
import {
  createHttpClient,
  describeRequest,
  errorForStatus,
  type HttpAttempt,
  type HttpRequest,
  type HttpResponse,
} from "../http/http-client.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../model/json.ts";
import { ParameterError, type StepError, UnavailableError } from "../step/errors.ts";

/** A resource as the API gives it. */
export interface OctopusDocument extends JsonObject {
  Id: string;
}

export type Query = Record<string, string | number | boolean | string[] | undefined>;

/** The verbs of the API at one address: paths are relative to it and begin with a slash. */
export interface OctopusApi {
  get(path: string, query?: Query): Promise<OctopusDocument>;
  /** @returns undefined when the server answers 404 */
  find(path: string, query?: Query): Promise<OctopusDocument | undefined>;
  /** Every item of a paged collection, in the server's order. */
  list(path: string, query?: Query): Promise<OctopusDocument[]>;
  /** For answers that are no resource. */
  getJson(path: string, query?: Query): Promise<JsonValue>;
  post(path: string, body: JsonObject, query?: Query): Promise<OctopusDocument>;
  put(path: string, body: JsonObject, query?: Query): Promise<OctopusDocument>;
  remove(path: string): Promise<void>;
  download(path: string): Promise<Uint8Array>;
  upload(path: string, file: { name: string; content: Uint8Array }, query?: Query): Promise<OctopusDocument>;
}

export interface OctopusClient extends OctopusApi {
  /** The server's address without a slash at the end. */
  readonly url: string;
  /** Requests sent so far, retries included. */
  readonly requestCount: number;
  /** The API of one space, whose paths begin behind `/api/Spaces-N`. */
  inSpace(space: { Id: string; Name: string }): OctopusSpace;
}

export interface OctopusSpace extends OctopusApi {
  readonly id: string;
  readonly name: string;
  readonly server: OctopusClient;
}

export interface OctopusClientOptions {
  url: string;
  apiKey: string;
  signal?: AbortSignal | undefined;
  onAttempt?: ((attempt: HttpAttempt) => void) | undefined;
  wait?: (milliseconds: number) => Promise<void>;
}

/** As many as the API may give at once; it pages by itself when there are more. */
const pageSize = 1000;

/**
 * A paced client of one Octopus Server.
 * @throws {@link ParameterError} for an address that is no http or https URL
 */
export function createOctopusClient(options: OctopusClientOptions): OctopusClient {
  const url = normalizeUrl(options.url);
  const http = createHttpClient({ ...options, peer: `Octopus at ${url}` });

  async function send(request: HttpRequest): Promise<HttpResponse> {
    return http.send({
      ...request,
      headers: { accept: "application/json", "x-octopus-apikey": options.apiKey, ...request.headers },
    });
  }

  const api = (prefix: string): OctopusApi => createApi({ send, url, prefix });
  const client: OctopusClient = {
    ...api("/api"),
    url,
    get requestCount() {
      return http.requestCount;
    },
    inSpace: (space) => ({ ...api(`/api/${space.Id}`), id: space.Id, name: space.Name, server: client }),
  };
  return client;
}

interface ApiOptions {
  send: (request: HttpRequest) => Promise<HttpResponse>;
  url: string;
  prefix: string;
}

function createApi({ send, url, prefix }: ApiOptions): OctopusApi {
  const address = (path: string, query: Query = {}): string => `${url}${prefix}${path}${render(query)}`;

  async function request(
    method: HttpRequest["method"],
    path: string,
    more: { query?: Query | undefined; body?: JsonObject } = {},
  ): Promise<HttpResponse> {
    const body =
      more.body === undefined
        ? {}
        : { body: JSON.stringify(more.body), headers: { "content-type": "application/json" } };
    return send({ method, url: address(path, more.query), ...body });
  }

  async function checked(
    method: HttpRequest["method"],
    path: string,
    more: { query?: Query | undefined; body?: JsonObject } = {},
  ): Promise<HttpResponse> {
    const response = await request(method, path, more);
    if (response.status >= 400) throw refusal({ method, url: address(path) }, response);
    return response;
  }

  return {
    get: async (path, query) => toDocument(await checked("GET", path, { query }), path),
    getJson: async (path, query) => toJson(await checked("GET", path, { query }), path),
    async find(path, query) {
      const response = await request("GET", path, { query });
      if (response.status === 404) return undefined;
      if (response.status >= 400) throw refusal({ method: "GET", url: address(path) }, response);
      return toDocument(response, path);
    },
    async list(path, query) {
      const items: OctopusDocument[] = [];
      for (;;) {
        const page = Page.safeParse(
          toJson(await checked("GET", path, { query: { ...query, skip: items.length, take: pageSize } }), path),
        );
        if (!page.success) throw notOctopus(path);
        items.push(...page.data.Items);
        if (page.data.Items.length === 0 || items.length >= page.data.TotalResults) return items;
      }
    },
    post: async (path, body, query) => toDocument(await checked("POST", path, { body, query }), path),
    put: async (path, body, query) => toDocument(await checked("PUT", path, { body, query }), path),
    remove: async (path) => void (await checked("DELETE", path)),
    download: async (path) => (await checked("GET", path)).content,
    async upload(path, file, query) {
      const form = new FormData();
      form.set("file", new Blob([new Uint8Array(file.content)]), file.name);
      const response = await send({ method: "POST", url: address(path, query), body: form });
      if (response.status >= 400) throw refusal({ method: "POST", url: address(path) }, response);
      return toDocument(response, path);
    },
  };
}

const Document = z.custom<OctopusDocument>((value) => isJsonObject(value) && typeof value["Id"] === "string");
const Page = z.object({ TotalResults: z.number(), Items: z.array(Document) });
const ErrorBody = z.object({ ErrorMessage: z.optional(z.string()), Errors: z.nullish(z.array(z.string())) });

/** Also of an address out of a browser's bar, which goes on behind `/app`. */
function normalizeUrl(text: string): string {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  // Neither in sentences nor in logs may it be shown, and fetch would refuse it.
  if (url !== undefined && (url.username !== "" || url.password !== ""))
    throw new ParameterError(
      "The Octopus Server URL holds credentials. Enter the address without them: the API key is all that is needed.",
    );
  if (url !== undefined && /^https?:$/.test(url.protocol))
    return `${url.origin}${url.pathname.replace(/\/+$/, "").replace(/\/(api|app)$/i, "")}`;
  throw new ParameterError(
    `The Octopus Server URL "${text}" is no address. Use one that begins with https://, such as https://octopus.example.com.`,
  );
}

function render(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, Array.isArray(value) ? value.join(",") : String(value));
  }
  return search.size === 0 ? "" : `?${search}`;
}

/** An empty answer (DELETE, some PUTs) stands for an empty object. */
function toJson(response: HttpResponse, path: string): JsonValue {
  const text = new TextDecoder().decode(response.content);
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    throw notOctopus(path);
  }
}

function toDocument(response: HttpResponse, path: string): OctopusDocument {
  const value = toJson(response, path);
  if (!isJsonObject(value)) throw notOctopus(path);
  return { ...value, Id: typeof value["Id"] === "string" ? value["Id"] : "" };
}

function notOctopus(path: string): StepError {
  return new UnavailableError(
    `The answer to ${path} is not what Octopus Server gives. Check that the server URL is that of an Octopus Server and not of a page in front of it.`,
  );
}

function refusal(request: Pick<HttpRequest, "method" | "url">, response: HttpResponse): StepError {
  const told = ErrorBody.safeParse(readError(response));
  const reasons = told.success
    ? [told.data.ErrorMessage ?? "", ...(told.data.Errors ?? [])].filter((reason) => reason !== "")
    : [];
  const reason = [...new Set(reasons)].map(endSentence).join(" ") || `it answered ${response.status}.`;
  const ErrorClass = errorForStatus(response.status);
  return new ErrorClass(
    `Octopus refused ${describeRequest(request)} (${response.status}): ${reason}${remedyFor(response.status, reason)}`,
  );
}

/** Servers end some of their sentences without a full stop, and ours follow. */
function endSentence(text: string): string {
  return /[.!?]$/.test(text.trimEnd()) ? text : `${text.trimEnd()}.`;
}

function readError(response: HttpResponse): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(response.content));
  } catch {
    return undefined;
  }
}

function remedyFor(status: number, reason: string): string {
  if (status === 401) return " Check the API key: it may be wrong, expired or revoked.";
  const permission = /Missing permission: (\w+)/.exec(reason)?.[1];
  return status === 403 && permission !== undefined
    ? ` Give the user of the API key the permission ${permission}.`
    : "";
}
