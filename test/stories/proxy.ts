import { createServer, request as sendRequest } from "node:http";
import { connect } from "node:net";
import { onTestFinished } from "vitest";

/** A proxy on loopback, which alone knows where the host `octopus.test` is. */
export interface Proxy {
  port: number;
  /** The targets of CONNECT, and the addresses of plain requests. */
  seen: string[];
}

export interface ProxyOptions {
  /** Where every request ends up. */
  targetPort: number;
  /** What it asks for, as `user:password`; others get a 407. */
  credentials?: string;
  /** The ports that it gives tunnels to, as many proxies do to 443 alone; by default all. */
  tunnelPorts?: readonly string[];
}

export async function startProxy({ targetPort, credentials, tunnelPorts }: ProxyOptions): Promise<Proxy> {
  const seen: string[] = [];
  const isAllowed = (header: string | undefined): boolean =>
    credentials === undefined || header === `Basic ${Buffer.from(credentials).toString("base64")}`;
  const server = createServer((request, response) => {
    seen.push(request.url ?? "");
    if (!isAllowed(request.headers["proxy-authorization"])) return void response.writeHead(407).end();
    const { pathname, search } = new URL(request.url ?? "");
    const { method, headers } = request;
    const forwarded = sendRequest({ port: targetPort, path: `${pathname}${search}`, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(forwarded);
  });
  server.on("connect", (request, socket, head) => {
    seen.push(`CONNECT ${request.url ?? ""}`);
    socket.on("error", () => undefined);
    if (!isAllowed(request.headers["proxy-authorization"]))
      return void socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    if (tunnelPorts?.includes(request.url?.split(":").at(-1) ?? "") === false)
      return void socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    const target = connect(targetPort, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      target.write(head);
      target.pipe(socket);
      socket.pipe(target);
    });
    target.on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return { port: typeof address === "object" && address !== null ? address.port : 0, seen };
}
