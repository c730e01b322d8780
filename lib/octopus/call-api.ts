import { describeRequest, type HttpRequest, type HttpResponse } from "../http/http-request.ts";
import type { JsonObject } from "../model/json.ts";
import { explainRefusal, type Caller } from "./explain-refusal.ts";
import type { Query } from "./octopus-api.ts";
import { findForeign, type Answered } from "./read-answer.ts";

/** Where calls go: the paths of an API begin behind `url` and `prefix`. */
export interface ApiAddress {
  send: (request: HttpRequest) => Promise<HttpResponse>;
  url: string;
  prefix: string;
  caller: Caller;
}

export interface ApiCall {
  method: HttpRequest["method"];
  path: string;
  query?: Query | undefined;
  body?: JsonObject | FormData;
  timeLimit?: number | undefined;
}

/** @returns any answer, refusals included */
export function callApi(
  address: ApiAddress,
  { method, path, query = {}, body, timeLimit }: ApiCall,
): Promise<HttpResponse> {
  return address.send({ method, url: `${toUrl(address, path)}${render(query)}`, timeLimit, ...toContent(body) });
}

/** @throws {@link StepError} of the class that stands for the status, when the server refuses */
export async function callApiChecked(address: ApiAddress, call: ApiCall): Promise<HttpResponse> {
  return checkRefusal(address, call, await callApi(address, call));
}

/** @returns undefined when the server answers 404 */
export async function callApiForExisting(address: ApiAddress, call: ApiCall): Promise<HttpResponse | undefined> {
  const response = await callApi(address, call);
  const isAbsent = response.status === 404 && findForeign(response) === undefined;
  return isAbsent ? undefined : checkRefusal(address, call, response);
}

function checkRefusal(address: ApiAddress, { method, path }: ApiCall, response: HttpResponse): HttpResponse {
  const { url: server, caller } = address;
  if (response.status >= 400)
    throw explainRefusal({ request: { method, url: toUrl(address, path) }, response, server, caller });
  return response;
}

/** The answer with what it answers, for sentences. */
export function answeredBy(address: ApiAddress, { method, path }: ApiCall, response: HttpResponse): Answered {
  return { server: address.url, request: describeRequest({ method, url: toUrl(address, path) }), response };
}

function toUrl({ url, prefix }: ApiAddress, path: string): string {
  return `${url}${prefix}${path}`;
}

function toContent(body: ApiCall["body"]): Pick<HttpRequest, "body" | "headers"> {
  if (body === undefined) return {};
  if (body instanceof FormData) return { body };
  return { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
}

function render(query: Query): string {
  const parts = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${[value].flat().map(encodeURIComponent).join(",")}`],
  );
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}
