import type { Resource } from "./model/collection.ts";
import type { OctopusModel } from "./model/model.ts";
import { withoutSecrets } from "./model/sensitive.ts";
import { createRouter } from "./router.ts";
import { notFound, Refusal, type Answer, type Query } from "./routes/route.ts";
import { routes } from "./routes/index.ts";

export interface RecordedRequest {
  method: string;
  path: string;
  status: number;
  /** Of the answer's body. */
  bytes: number;
  milliseconds: number;
}

export interface ResponderOptions {
  model: OctopusModel;
  requests: RecordedRequest[];
}

/** Turns a `Request` into a `Response`: authenticates, finds the route and the space, renders answers and refusals. */
export function createResponder({ model, requests }: ResponderOptions): (request: Request) => Promise<Response> {
  const findRoute = createRouter(routes);
  const anonymous: Resource = { Id: "" };

  async function answerTo(request: Request, url: URL): Promise<Answer> {
    const match = findRoute(request.method, url.pathname);
    if (match === undefined) return { status: 501, body: { ErrorMessage: missingRoute(request.method, url.pathname) } };
    const user = findUser(model, request) ?? anonymous;
    if (user.Id === "" && match.route.anonymous !== true) throw unauthenticated();
    const space = findSpace(model, match.spaceIdentifier);
    if (space === undefined) throw notFound();
    const body = await readJson(request);
    return match.route.handle({ model, space, user, params: match.params, query: toQuery(url), body, request });
  }

  return async (request) => {
    const started = performance.now();
    const url = new URL(request.url);
    const answer = await answerTo(request, url).catch(refuse);
    const response = render(answer);
    requests.push({
      method: request.method,
      path: url.pathname + url.search,
      status: response.status,
      bytes: Number(response.headers.get("content-length") ?? 0),
      milliseconds: performance.now() - started,
    });
    return response;
  };
}

function refuse(error: unknown): Answer {
  if (!(error instanceof Refusal)) throw error;
  const errors = error.errors === undefined ? {} : { Errors: error.errors };
  return { status: error.status, body: { ErrorMessage: error.message, ...errors } };
}

function render(answer: Answer): Response {
  const { status = 200, body, contentType, headers = {} } = answer;
  if (contentType !== undefined) {
    const content = body instanceof Uint8Array ? new Uint8Array(body) : String(body ?? "");
    return new Response(content, { status, headers: { ...headers, "content-type": contentType } });
  }
  const text = body === undefined ? "" : JSON.stringify(withoutSecrets(body));
  return new Response(text, { status, headers: { ...headers, "content-type": "application/json; charset=utf-8", "content-length": String(Buffer.byteLength(text)) } });
}

function findUser(model: OctopusModel, request: Request): Resource | undefined {
  const key = request.headers.get("x-octopus-apikey") ?? request.headers.get("authorization")?.replace(/^Bearer /i, "") ?? "";
  if (key === "") return undefined;
  const apiKey = model.collection("apikeys").list((candidate) => candidate["Secret"] === key)[0];
  return model.collection("users").find(String(apiKey?.["UserId"] ?? ""));
}

function findSpace(model: OctopusModel, identifier: string | undefined): Resource | undefined {
  const spaces = model.collection("spaces");
  if (identifier === undefined) return spaces.list((space) => space["IsDefault"] === true)[0];
  const wanted = identifier.toLowerCase();
  return spaces.list((space) => space.Id.toLowerCase() === wanted || space["Slug"] === wanted)[0];
}

async function readJson(request: Request): Promise<unknown> {
  if (!(request.headers.get("content-type") ?? "").includes("json")) return undefined;
  const text = await request.clone().text();
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, "The request body is not valid JSON.", ["The request body is not valid JSON."]);
  }
}

function toQuery(url: URL): Query {
  const values = new Map<string, string[]>();
  for (const [name, value] of url.searchParams) {
    values.set(name.toLowerCase(), [...(values.get(name.toLowerCase()) ?? []), value]);
  }
  const get = (name: string): string | undefined => values.get(name.toLowerCase())?.[0];
  return {
    get,
    list: (name) => values.get(name.toLowerCase())?.flatMap((value) => value.split(",")).filter((value) => value !== ""),
    number(name) {
      const text = get(name);
      if (text === undefined || text === "") return undefined;
      if (!/^\d+$/.test(text)) throw new Refusal(400, `The value '${text}' is not valid for ${name}.`, [`The value '${text}' is not valid for ${name}.`]);
      return Number(text);
    },
  };
}

function unauthenticated(): Refusal {
  return new Refusal(401, "You must be logged in to request this resource. Please provide a valid API key or log in again.");
}

function missingRoute(method: string, pathname: string): string {
  const group = pathname.split("/").find((segment, index) => index > 1 && !/^spaces(-\d+)?$/i.test(segment)) ?? "server";
  return `The local Octopus has no route for ${method} ${pathname}. Add it to test/octopus-server/routes/${group.toLowerCase()}.ts.`;
}
