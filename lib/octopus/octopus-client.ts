import { createHttpClient, type HttpClientOptions } from "../http/http-client.ts";
import type { HttpRequest, HttpResponse } from "../http/http-request.ts";
import type { ApiKeyOrigin } from "./api-key.ts";
import { createApi } from "./create-api.ts";
import type { Caller } from "./explain-refusal.ts";
import type { OctopusApi } from "./octopus-api.ts";
import { readRateLimit } from "./read-rate-limit.ts";
import { signInAsServiceAccount, type ServiceAccount, type SignedIn } from "./service-account.ts";
import { toServerUrl } from "./server-url.ts";

export type { OctopusDocument } from "./octopus-api.ts";

export interface OctopusClient extends OctopusApi {
  /** The server's address without a slash at the end. */
  readonly url: string;
  /** Who asks, for sentences: `the user of the API key`. */
  readonly caller: string;
  /** For programs that call the server by themselves: a token that is good for some minutes at least; undefined with a key. */
  readAccessToken(): Promise<string | undefined>;
  /** Whether a key that the server tells of by its first characters is the one that is used; false without a key. */
  isOwnKey(hint: string): boolean;
  /** Requests sent so far, retries included. */
  readonly requestCount: number;
  /** The API of one space, whose paths begin behind `/api/Spaces-N`. */
  inSpace(space: { Id: string; Name: string }): OctopusSpace;
}

export interface OctopusSpace extends OctopusApi {
  readonly id: string;
  readonly name: string;
  readonly server: OctopusClient;
  /** Kinds that the server did not list for many owners at once when it was asked to. */
  readonly refusedLists: Set<string>;
}

export type OctopusClientOptions = Connection & (OwnKey | ServiceAccount);

interface OwnKey {
  apiKey: string;
  /** By default one that is the only one. */
  keyOrigin?: ApiKeyOrigin | undefined;
}

interface Connection extends Pick<
  HttpClientOptions,
  "signal" | "onAttempt" | "onWait" | "wait" | "clock" | "timeLimit"
> {
  url: string;
}

/** Octopus counts the requests of a user, whatever they come from (documentation, "Rate Limiting"). */
const rateLimitAdvice =
  "All that the API key's user does counts, the web portal included. Use a key of a service account of its own or raise the rate limiting policy under Configuration, Settings, and run the step again.";

/**
 * A paced client of one Octopus Server.
 * @throws {@link ParameterError} for an address that is no http or https URL
 */
export function createOctopusClient(options: OctopusClientOptions): OctopusClient {
  const url = toServerUrl(options.url);
  const http = createHttpClient({ ...options, peer: `Octopus at ${url}`, readRateLimit, rateLimitAdvice });
  // Octopus shows the name in its audit trail.
  const identity = { accept: "application/json", "user-agent": "managed-spaces" };
  const send = (request: HttpRequest): Promise<HttpResponse> =>
    http.send({ ...request, headers: { ...identity, ...request.headers } });
  const caller = toCaller(options);
  const { send: signedIn, readAccessToken } = isServiceAccount(options)
    ? signInAsServiceAccount(send, url, options)
    : signInByKey(send, options.apiKey);
  const shared = shareAnswers(signedIn);
  const api = (prefix: string, spaceId?: string): OctopusApi =>
    createApi({ send: shared, url, prefix, caller }, spaceId);
  const client: OctopusClient = {
    ...api("/api"),
    url,
    caller: caller.who,
    readAccessToken,
    isOwnKey: (hint) => !isServiceAccount(options) && isBeginning(hint, options.apiKey),
    get requestCount() {
      return http.requestCount;
    },
    inSpace: ({ Id: id, Name: name }) => ({
      ...api(`/api/${id}`, id),
      id,
      name,
      server: client,
      refusedLists: new Set(),
    }),
  };
  return client;
}

function toCaller(options: OctopusClientOptions): Caller {
  if (isServiceAccount(options)) return { who: `the service account "${options.serviceAccountId}"` };
  const { keyOrigin: key } = options;
  return { who: `the user of ${key?.name ?? "the API key"}`, ...(key !== undefined && { key }) };
}

/** Hints end in what no key has: `API-ABC…`, `API-ABC*******`. */
function isBeginning(hint: string, apiKey: string): boolean {
  const shown = /^[\w-]*/.exec(hint)?.[0] ?? "";
  return shown.length > "API-".length && apiKey.startsWith(shown);
}

/** What is asked while the same is being asked gets the same answer, unless something was written meanwhile. */
function shareAnswers(send: SignedIn["send"]): SignedIn["send"] {
  const asked = new Map<string, Promise<HttpResponse>>();
  const forget = (): void => asked.clear();
  return (request) => {
    if (request.method !== "GET") {
      forget();
      return send(request).finally(forget);
    }
    const { url } = request;
    const answer = asked.get(url) ?? send(request);
    asked.set(url, answer);
    const end = (): void => void (asked.get(url) === answer && asked.delete(url));
    answer.then(end, end);
    return answer;
  };
}

function signInByKey(send: SignedIn["send"], apiKey: string): SignedIn {
  return {
    send: (request) => send({ ...request, headers: { "x-octopus-apikey": apiKey, ...request.headers } }),
    readAccessToken: () => Promise.resolve(undefined),
  };
}

function isServiceAccount(options: OctopusClientOptions): options is Connection & ServiceAccount {
  return "serviceAccountId" in options;
}
