import { Agent, request as requestPlain, type ClientRequest, type RequestOptions } from "node:http";
import { Agent as TlsAgent, request as requestTls } from "node:https";
import { isIP } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { encode, receive, type Answer, type SignaledRequest } from "./exchange.ts";

type SendByProxy = (request: SignaledRequest, proxy: URL) => Promise<Answer>;

/**
 * What `send-directly.ts` does, by way of a proxy: a plain request goes to the proxy as a request, since proxies often give tunnels to port 443
 * alone; one over TLS goes through a tunnel. `fetch` can do neither on every Node.js (decisions/0002). Tunnels of one sender are used again.
 */
export function createSendByProxy(): SendByProxy {
  const tunnels = new Map<string, TlsAgent>();
  // Of our own: those that Node.js has may go through proxies themselves.
  const agents = { "http:": new Agent({ keepAlive: true }), "https:": new TlsAgent({ keepAlive: true }) };
  return async (request, proxy) => {
    const { url, content, ...options } = await encode(request);
    const { signal, idleTime } = request;
    if (url.protocol === "https:") {
      const agent = tunnels.get(proxy.href) ?? createTunnels(proxy);
      tunnels.set(proxy.href, agent);
      // The signal is for the tunnel, too.
      return receive(requestTls(url, { ...options, agent, signal }), { content, signal, idleTime });
    }
    const agent = proxy.protocol === "https:" ? agents["https:"] : agents["http:"];
    const headers = { ...options.headers, ...identify(proxy) };
    const path = `${url.origin}${url.pathname}${url.search}`;
    return receive(openToProxy(proxy, { ...options, headers, path, agent }), { content, signal, idleTime });
  };
}

function openToProxy(proxy: URL, options: RequestOptions): ClientRequest {
  const host = proxy.hostname.replace(/^\[|\]$/g, "");
  const isTls = proxy.protocol === "https:";
  return (isTls ? requestTls : requestPlain)({ ...options, host, port: proxy.port || (isTls ? 443 : 80) });
}

function identify({ username, password }: URL): Record<string, string> {
  if (username === "" && password === "") return {};
  const credentials = [username, password].map(decode).join(":");
  return { "proxy-authorization": `Basic ${Buffer.from(credentials).toString("base64")}` };
}

/** Like `decodeURIComponent`, and takes a `%` that stands for itself. */
function decode(text: string): string {
  return text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll("%", ""), "hex").toString());
}

/** An agent whose connections are tunnels. */
function createTunnels(proxy: URL): TlsAgent {
  return Object.assign(new TlsAgent({ keepAlive: true }), {
    createConnection(
      { host, port, signal }: RequestOptions,
      done: (error: Error | null, socket?: TLSSocket) => void,
    ): undefined {
      const name = host ?? "";
      const target = `${isIP(name) === 6 ? `[${name}]` : name}:${port}`;
      const headers = { host: target, ...identify(proxy) };
      const opening = openToProxy(proxy, { method: "CONNECT", path: target, headers, agent: false, signal });
      opening.on("error", done);
      opening.on("connect", ({ statusCode = 0 }, socket) => {
        // Names alone are sent to the server, and an address is what its certificate has to be for as well.
        if (statusCode < 300)
          return done(null, connect({ socket, host: name, ...(isIP(name) === 0 && { servername: name }) }));
        socket.destroy();
        done(new Error(`Proxy response (${statusCode})`));
      });
      opening.end();
    },
  });
}
