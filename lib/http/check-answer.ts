import { NotAllowedError, UnavailableError } from "../step/errors.ts";
import { describeProxyRefusal } from "./connection-problem.ts";
import { describeRequest, type HttpRequest, type HttpResponse } from "./http-request.ts";
import { proxyOf } from "./proxy.ts";

/**
 * An answer that the peer itself gave, from where we asked.
 * @throws {@link UnavailableError} when it is a proxy's refusal, {@link NotAllowedError} when it is a redirect
 */
export function checkAnswer(request: HttpRequest, response: HttpResponse, peer: string): HttpResponse {
  refuseProxy(request, response, peer);
  refuseRedirect(request, response, peer);
  return response;
}

function refuseProxy({ url }: HttpRequest, { status }: HttpResponse, peer: string): void {
  const proxy = proxyOf(url);
  if (status !== 407 || proxy === undefined) return;
  throw new UnavailableError(`${peer} cannot be reached: ${describeProxyRefusal(proxy, status)}`);
}

function refuseRedirect(request: HttpRequest, response: HttpResponse, peer: string): void {
  if (request.returnsRedirect === true || response.status < 300 || response.status > 399) return;
  const target = response.headers.get("location") ?? "another address";
  throw new NotAllowedError(
    `${peer} redirects ${describeRequest(request)} to ${target.split("?")[0]}. Use the address it redirects to as the server URL.`,
  );
}
