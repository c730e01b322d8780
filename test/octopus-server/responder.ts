import type { Resource } from "./model/collection.ts";
import type { Kind, OctopusModel } from "./model/model.ts";
import { isAllowed, isAllowedSomewhere, maySeeSpace } from "./model/permissions.ts";
import { withoutSecrets } from "./model/sensitive.ts";
import { publishExchange } from "./exchanges.ts";
import type { Faults } from "./faults/faults.ts";
import { unknownFields } from "./field-versions.ts";
import { groupOf, withoutIgnored, type IgnoredFields } from "./ignored-fields.ts";
import type { RateLimiter, Verdict } from "./rate-limiter.ts";
import { readJson } from "./request-body.ts";
import type { RequestHooks } from "./request-hooks.ts";
import { createRouter, type Match } from "./router.ts";
import {
  badRequest,
  forbidden,
  notFound,
  Refusal,
  StaleData,
  type Answer,
  type Call,
  type Query,
  type Route,
} from "./routes/route.ts";

export interface RecordedRequest {
  method: string;
  path: string;
  /** 0 when the connection was dropped. */
  status: number;
  /** Of the answer's body. */
  bytes: number;
  milliseconds: number;
}

export interface ResponderOptions {
  model: OctopusModel;
  routes: readonly Route[];
  requests: RecordedRequest[];
  faults: Faults;
  limiter: RateLimiter;
  hooks: RequestHooks;
  ignoresFields: IgnoredFields;
  /** Of a JSON body; undefined is as many as a server takes unless told otherwise. */
  maximumBytes: number | undefined;
}

/**
 * Turns a `Request` into a `Response`: authenticates, finds the route and the space, renders answers and refusals. A response of the
 * type "error" stands for a connection that is dropped.
 */
export function createResponder({
  model,
  routes,
  requests,
  faults,
  limiter,
  hooks,
  ignoresFields,
  maximumBytes,
}: ResponderOptions): (request: Request) => Promise<Response> {
  const findRoute = createRouter(routes);

  async function answerTo(request: Request, url: URL): Promise<Answer> {
    const method = request.method === "HEAD" ? "GET" : request.method;
    const match = findRoute(method, url.pathname, model.version);
    if (match === undefined) {
      if (findRoute(method, url.pathname) !== undefined) throw noSuchRoute();
      return { status: 501, body: { ErrorMessage: missingRoute(request.method, url.pathname) } };
    }
    // A copy, so that what is known of the user's permissions lasts as long as the request.
    const user = { ...(findUser(model, request) ?? { Id: "" }) };
    if (user.Id === "" && match.route.anonymous !== true) throw unauthenticated();
    const space = findSpace(model, match, user);
    checkPermission(model, match, { user, space });
    checkMaintenance(model, match, user);
    // A route that reads the request itself gets it whole; of JSON those who observe see a copy.
    const isRaw = match.route.rawBody === true;
    const sent = await (isRaw ? readJson(copyOfJson(request)).catch(() => undefined) : readJson(request, maximumBytes));
    const body = isRaw ? undefined : sent;
    const call: Call = { model, space, user, params: match.params, query: toQuery(url), body, request };
    return isApi(url) ? publish({ ...call, body: sent }, url, () => handle(match, call)) : handle(match, call);
  }

  async function publish({ request, body }: Call, url: URL, work: () => Promise<Answer>): Promise<Answer> {
    const userAgent = request.headers.get("user-agent") ?? "";
    let answered: Answer | undefined;
    try {
      answered = await work();
      return answered;
    } finally {
      publishExchange({ method: request.method, url, userAgent, body, answer: answered });
    }
  }

  async function handle({ route }: Match, call: Call): Promise<Answer> {
    const asKnown = (value: unknown): unknown =>
      withoutIgnored(value, groupOf(route.path), unknownFields(model.version, ignoresFields));
    const answered = await route.handle({ ...call, body: asKnown(call.body) });
    return answered.contentType === undefined ? { ...answered, body: asKnown(answered.body) } : answered;
  }

  async function answer(request: Request, url: URL): Promise<Response> {
    if (isApi(url)) await hooks.run({ method: request.method, path: url.pathname + url.search });
    return render(await answerTo(request, url));
  }

  return async (request) => {
    const started = performance.now();
    const url = new URL(request.url);
    const { isRefused, headers } = isApi(url) ? limiter.check(findUserId(model, request)) : noLimit;
    const response = isRefused
      ? render(tooManyRequests)
      : await faults.around(request, () =>
          answer(request, url).catch((error: unknown) => render(refuse(error, faults.staleStatus()))),
        );
    if (response.type !== "error")
      for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
    if (isApi(url))
      requests.push({
        method: request.method,
        path: url.pathname + url.search,
        status: response.type === "error" ? 0 : response.status,
        bytes: Number(response.headers.get("content-length") ?? 0),
        milliseconds: performance.now() - started,
      });
    return response;
  };
}

const noLimit: Verdict = { isRefused: false, headers: {} };

/** The limit comes before all else: nothing has looked at the request (docs, "Rate Limiting"). What the answer says is assumed. */
const tooManyRequests: Answer = {
  status: 429,
  body: {
    ErrorMessage: "Too many requests. Please try again later.",
    Errors: ["Too many requests. Please try again later."],
  },
};

function copyOfJson(request: Request): Request {
  return request.headers.get("content-type")?.includes("json") === true ? request.clone() : new Request(request.url);
}

/** Pages and controls of this server are no part of what clients are measured by. */
function isApi(url: URL): boolean {
  return /^\/api(\/|$)/i.test(url.pathname);
}

/** What is no refusal is a mistake of the local Octopus: it says so, and the server goes on. */
function refuse(error: unknown, staleStatus: number | undefined): Answer {
  if (!(error instanceof Refusal)) {
    const reason = error instanceof Error ? error.message : String(error);
    return { status: 500, body: { ErrorMessage: `The local Octopus failed to answer: ${reason}`, Errors: [reason] } };
  }
  // Source: ASP.NET Core's web server, which refuses before the application gets to see the request (assumed for Octopus).
  if (error.status === 413) return { status: 413 };
  const errors = error.errors === undefined ? {} : { Errors: error.errors };
  const status = error instanceof StaleData ? (staleStatus ?? error.status) : error.status;
  return { status, body: { ErrorMessage: error.message, ...errors } };
}

function render(answer: Answer): Response {
  const { status = 200, body, contentType, headers = {} } = answer;
  const content = contentOf(answer);
  const type = contentType ?? "application/json; charset=utf-8";
  const length = typeof content === "string" ? Buffer.byteLength(content) : content.byteLength;
  const isEmpty = status === 204 || status === 304;
  return new Response(isEmpty || body === undefined ? null : content, {
    status,
    headers: { ...headers, "content-type": type, "content-length": String(isEmpty ? 0 : length) },
  });
}

function contentOf({ body, contentType }: Answer): string | Uint8Array<ArrayBuffer> {
  if (body === undefined) return "";
  if (contentType === undefined) return JSON.stringify(withoutSecrets(body));
  return body instanceof Uint8Array ? new Uint8Array(body) : String(body);
}

/** @returns an empty text for somebody whom the server does not know */
function findUserId(model: OctopusModel, request: Request): string {
  try {
    return findUser(model, request)?.Id ?? "";
  } catch {
    return "";
  }
}

/** Refuses keys and tokens that are unknown, expired, or of a user who is not active. */
function findUser(model: OctopusModel, request: Request): Resource | undefined {
  const key =
    request.headers.get("x-octopus-apikey") || (request.headers.get("authorization")?.replace(/^Bearer /i, "") ?? "");
  if (key === "") return undefined;
  const known = findSecret(model, "apikeys", key) ?? findSecret(model, "accesstokens", key);
  if (known === undefined || hasExpired(model, known)) throw unauthenticated();
  const user = model.collection("users").find(String(known["UserId"]));
  if (user === undefined || user["IsActive"] === false) throw unauthenticated();
  return user;
}

function findSecret(model: OctopusModel, kind: Kind, secret: string): Resource | undefined {
  return model.collection(kind).list((candidate) => candidate["Secret"] === secret)[0];
}

function hasExpired(model: OctopusModel, apiKey: Resource): boolean {
  return typeof apiKey["Expires"] === "string" && Date.parse(apiKey["Expires"]) <= model.now().getTime();
}

/** A space that the caller may not see is as good as none: 404 for both. */
function findSpace(model: OctopusModel, match: Match, user: Resource): Resource {
  const spaces = model.collection("spaces");
  const isOfSpace = match.route.path.startsWith("/api/{space}");
  const wanted = isOfSpace ? match.spaceIdentifier?.toLowerCase() : undefined;
  const space =
    wanted === undefined
      ? (spaces.list((candidate) => candidate["IsDefault"] === true)[0] ?? spaces.list()[0])
      : spaces.list((candidate) => candidate.Id.toLowerCase() === wanted || candidate["Slug"] === wanted)[0];
  if (space === undefined) throw notFound();
  if (isOfSpace && match.route.anonymous !== true && !maySeeSpace(model, user, space)) throw notFound();
  return space;
}

function checkPermission(
  model: OctopusModel,
  { route }: Match,
  { user, space }: { user: Resource; space: Resource },
): void {
  const { permission } = route;
  if (permission === undefined) return;
  const isOfSpace = route.path.startsWith("/api/{space}");
  const allowed = isOfSpace
    ? isAllowed(model, user, { permission, scope: { spaceId: space.Id } })
    : isAllowedSomewhere(model, user, permission);
  if (!allowed) throw forbidden(permission);
}

/**
 * Source: docs, maintenance mode: only who may administer the system makes changes, and Octopus's issue 240: any POST, PUT or DELETE of
 * others. Status and sentence are assumed.
 */
function checkMaintenance(model: OctopusModel, { route }: Match, user: Resource): void {
  if (!model.instance.isInMaintenance || route.method === "GET" || route.anonymous === true) return;
  if (isAllowed(model, user, { permission: "AdministerSystem", scope: { spaceId: null } })) return;
  throw new Refusal(503, "The Octopus Server is in maintenance mode. Only administrators can make changes.");
}

/** Numbers of a query are 32 bits wide: `Page.All` asks for this many; that more is refused is assumed. */
const largestNumber = 2_147_483_647;

function toQuery(url: URL): Query {
  const values = new Map<string, string[]>();
  for (const [name, value] of url.searchParams) {
    values.set(name.toLowerCase(), [...(values.get(name.toLowerCase()) ?? []), value]);
  }
  const get = (name: string): string | undefined => values.get(name.toLowerCase())?.[0];
  return {
    get,
    list: (name) =>
      values
        .get(name.toLowerCase())
        ?.flatMap((value) => value.split(","))
        .filter((value) => value !== ""),
    number(name) {
      const text = get(name);
      if (text === undefined || text === "") return undefined;
      if (!/^\d+$/.test(text) || Number(text) > largestNumber)
        throw badRequest(`The value '${text}' is not valid for ${name}.`);
      return Number(text);
    },
  };
}

/** The sentence is known from users' reports; go-octopusdeploy's tests read the status alone. */
function unauthenticated(): Refusal {
  return new Refusal(
    401,
    "You must be logged in to request this resource. Please provide a valid API key or log in again.",
  );
}

/** What a server does not have, or has no more, is not found (Octopus's issues 9933 and 9935); the sentence is assumed. */
function noSuchRoute(): Refusal {
  return new Refusal(404, "The resource you requested was not found.");
}

function missingRoute(method: string, pathname: string): string {
  const group =
    pathname.split("/").find((segment, index) => index > 1 && segment !== "" && !/^spaces(-\d+)?$/i.test(segment)) ??
    "server-information";
  return `The local Octopus has no route for ${method} ${pathname}. Add it to test/octopus-server/routes/${group.toLowerCase()}.ts.`;
}
