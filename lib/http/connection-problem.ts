/** How they go on behind the name of the peer; # stands for what it was asked for. */
const ended: Record<string, string> = {
  ECONNRESET: "closed the connection before it had answered #",
  Z_BUF_ERROR: "closed the connection before it had answered #",
  EPIPE: "closed the connection before it had answered #",
  TimeoutError: "did not answer # in time",
};

const sentences: Record<string, string> = {
  ENOTFOUND: "the host name is not known. Check the server URL.",
  EAI_AGAIN: "the host name could not be looked up. Check the server URL and the worker's DNS.",
  ECONNREFUSED: "the connection was refused. Check the server URL and its port, and that the server is running.",
  EHOSTUNREACH: "there is no route to the host. Check the worker's network.",
  ENETUNREACH: "there is no route to the host. Check the worker's network.",
  ETIMEDOUT: "no connection was made in time. Check the server URL, firewalls and proxies.",
  CERT_HAS_EXPIRED: "its TLS certificate has expired. Renew the server's certificate.",
  ERR_TLS_CERT_ALTNAME_INVALID: "its TLS certificate is for another host name. Check the server URL.",
  EPROTO: "it does not speak TLS there. Check whether the server URL begins with the right one of http and https.",
  ERR_SSL_WRONG_VERSION_NUMBER:
    "it does not speak TLS there. Check whether the server URL begins with the right one of http and https.",
};

const untrusted = [
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_GET_ISSUER_CERT",
];

/** What can only be said of the first connection that is made, which is the proxy's where there is one. */
const firstConnection = ["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT"];

/** Whether the peer cannot have got anything of the request: there was no connection, or none that is trusted. */
export function isUnsent(error: unknown): boolean {
  if (/Proxy response/.test(innermostMessage(error))) return true;
  return listErrors(error).some(
    ({ code = "", syscall = code === "ETIMEDOUT" ? "connect" : "" }) =>
      ["connect", "getaddrinfo"].includes(syscall) || untrusted.includes(code) || /^CERT_|^ERR_TLS_|^EPROTO/.test(code),
  );
}

/**
 * Why no answer came, and what to do, from what the request failed with (it, or its `cause`, has the code; Node documentation, "Errors"):
 * whole sentences.
 * @param proxy - the one that the worker goes through
 */
export function describeNoAnswer(
  error: unknown,
  { peer, request, proxy }: { peer: string; request: string; proxy: URL | undefined },
): string {
  const [end] = codesOf(error).flatMap((code) => ended[code] ?? []);
  const isReached = end !== undefined && (proxy === undefined || findProxyProblem(error, proxy) === undefined);
  return isReached
    ? `${peer} ${end.replace("#", request)}. Where it stays so, look at the server, and at proxies and firewalls on the way.`
    : `${peer} cannot be reached: ${describeProblem(error, proxy)}`;
}

function describeProblem(error: unknown, proxy: URL | undefined): string {
  const codes = codesOf(error);
  const proxyProblem = proxy === undefined ? undefined : findProxyProblem(error, proxy);
  if (proxyProblem !== undefined) return proxyProblem;
  if (codes.some((code) => untrusted.includes(code))) {
    return "its TLS certificate is not trusted by this worker. Set NODE_EXTRA_CA_CERTS on the worker to the file with your certificate authority.";
  }
  const known = codes.map((code) => sentences[code]).find((sentence) => sentence !== undefined);
  return known ?? `the connection failed (${codes[0] ?? innermostMessage(error)}).`;
}

/** Why a proxy gave no way to the server, by the status that it answered. */
export function describeProxyRefusal(proxy: URL, status: number): string {
  return status === 407
    ? `the proxy ${proxy.host} refused the worker's credentials (407). Put the right ones into HTTP_PROXY and HTTPS_PROXY on the worker, as in http://user:password@proxy:3128.`
    : `the proxy ${proxy.host} refused to connect to it (${status}). Check the proxy's rules, or name the server in NO_PROXY on the worker.`;
}

function findProxyProblem(error: unknown, proxy: URL): string | undefined {
  // What `send-by-proxy.ts` throws.
  const status = /Proxy response \((\d+)\)/.exec(innermostMessage(error))?.[1];
  if (status !== undefined) return describeProxyRefusal(proxy, Number(status));
  const code = codesOf(error).find((candidate) => firstConnection.includes(candidate));
  if (code === undefined) return undefined;
  return `the proxy ${proxy.host}, which HTTP_PROXY or HTTPS_PROXY on the worker names, cannot be reached (${code}). Correct these settings, or name the server in NO_PROXY.`;
}

function innermostMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? innermostMessage(error.cause) : error.message;
}

function codesOf(error: unknown): string[] {
  return listErrors(error).flatMap(({ code, name }) => [
    ...(typeof code === "string" ? [code] : []),
    ...(name === "TimeoutError" ? [name] : []),
  ]);
}

/** It, what caused it, and all that several connections ended with. */
function listErrors(error: unknown): NodeJS.ErrnoException[] {
  if (!(error instanceof Error)) return [];
  const inner: unknown[] = error instanceof AggregateError ? error.errors : [];
  return [error, ...inner.flatMap(listErrors), ...listErrors(error.cause)];
}
