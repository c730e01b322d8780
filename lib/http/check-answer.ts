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

/** Without what follows the path, which may hold secrets. */
function toTarget(location: string | null, asked: URL): URL | undefined {
  return location !== null && URL.canParse(location, asked.href) ? new URL(location, asked) : undefined;
}

function refuseRedirect(request: HttpRequest, response: HttpResponse, peer: string): void {
  if (request.returnsRedirect === true || response.status < 300 || response.status > 399) return;
  const asked = new URL(request.url);
  const target = toTarget(response.headers.get("location"), asked);
  const isSame = target?.pathname.endsWith(asked.pathname) === true;
  const advice = isSame
    ? `Use ${target.origin}${target.pathname.slice(0, -asked.pathname.length)} as the server URL.`
    : "That is no address of the API: a sign-in page, or another site in front of it. Use an address by which this worker reaches the server itself.";
  const where = target === undefined ? "nowhere" : `to ${target.origin}${target.pathname}`;
  throw new NotAllowedError(`${peer} redirects ${describeRequest(request)} ${where}. ${advice}`);
}
