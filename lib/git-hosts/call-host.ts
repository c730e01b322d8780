import type * as z from "zod/mini";
import type { HttpClient } from "../http/http-client.ts";
import { describeRequest, type HttpRequest, type HttpResponse } from "../http/http-request.ts";
import type { HostRequest, Query, Refusal } from "./host-api.ts";
import { readMessage } from "./read-answer.ts";

export interface HostAddress {
  http: HttpClient;
  /** Where paths begin. */
  url: string;
  /** Headers that say who we are to the repositories of an owner. */
  authorize(owner: string): Promise<Record<string, string>>;
  /** What the host says about a refusal, in one line, "" when nothing; by default as most hosts say it. */
  readMessage?(response: HttpResponse): string;
}

/** @returns the answer, or the refusal for one of 300 and above */
export async function callHost(
  address: HostAddress,
  { method = "GET", path, owner, query = {}, body }: Omit<HostRequest<z.ZodMiniType>, "schema">,
): Promise<HttpResponse | Refusal> {
  const url = `${address.url}${path}${render(query)}`;
  const { headers, ...content } = toContent(body);
  const identity = await address.authorize(owner);
  const allHeaders = { accept: "application/json", ...identity, ...headers };
  const request = { method, url, headers: allHeaders, ...content, returnsRedirect: true };
  const response = await address.http.send(request);
  if (response.status < 300) return response;
  const { status, headers: answered } = response;
  const message = (address.readMessage ?? readMessage)(response);
  return { status, headers: answered, message, request: describeRequest(request) };
}

function toContent(body: HostRequest<z.ZodMiniType>["body"]): Pick<HttpRequest, "body" | "headers"> {
  return body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
}

function render(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) search.append(name, String(value));
  return search.size === 0 ? "" : `?${search}`;
}
