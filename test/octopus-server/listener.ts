import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { Readable } from "node:stream";
import type { Duplex } from "node:stream";

export interface Listener {
  /** Serves on 127.0.0.1; port 0 takes a free one. @returns the address, without a slash at the end */
  listen(port: number): Promise<string>;
  close(): Promise<void>;
}

/** HTTP over loopback for a function that answers a `Request`; a response of the type "error" drops the connection. */
export function createListener(respond: (request: Request) => Promise<Response>): Listener {
  let origin = "";
  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      await send(await respond(toRequest(incoming, origin)), outgoing);
    } catch (error) {
      await send(unreadable(error), outgoing);
    }
  }
  // As long as Kestrel keeps a silent connection: api-client builds large packages between two requests.
  const server = createServer({ keepAliveTimeout: 130_000 }, (incoming, outgoing) => void answer(incoming, outgoing));
  server.on("clientError", refuseNoise);
  return {
    async listen(port) {
      origin = `http://127.0.0.1:${await openPort(server, port)}`;
      return origin;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function openPort(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("The local Octopus has no TCP address.");
  return address.port;
}

function toRequest(incoming: IncomingMessage, origin: string): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  const hasBody = incoming.method !== "GET" && incoming.method !== "HEAD";
  const init: RequestInit = { method: incoming.method ?? "GET", headers };
  return new Request(
    origin + (incoming.url ?? "/"),
    hasBody ? { ...init, body: Readable.toWeb(incoming), duplex: "half" } : init,
  );
}

/** Octopus's Go client takes an error without `Content-Length` for a success, so every answer brings one. A body that breaks off drops the connection. */
async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  if (response.type === "error") {
    outgoing.destroy();
    return;
  }
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  try {
    for await (const piece of response.body ?? []) outgoing.write(piece);
    outgoing.end();
  } catch {
    outgoing.destroy();
  }
}

/** A request that is no HTTP that a `Request` can hold, such as one with the method TRACE. */
function unreadable(error: unknown): Response {
  const text = errorText(error instanceof Error ? error.message : String(error));
  return new Response(text, { status: 400, headers: headersFor(text) });
}

/** What Node's parser gives up on: no HTTP at all, or an address or headers that are too long. */
function refuseNoise(error: NodeJS.ErrnoException, socket: Duplex | Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const isTooLong = error.code === "HPE_HEADER_OVERFLOW";
  const text = errorText(isTooLong ? "The address or the headers of the request are too long." : error.message);
  const headers = Object.entries({ ...headersFor(text), connection: "close" }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  const status = isTooLong ? "431 Request Header Fields Too Large" : "400 Bad Request";
  socket.end([`HTTP/1.1 ${status}`, ...headers, "", text].join("\r\n"));
}

function errorText(reason: string): string {
  return JSON.stringify({ ErrorMessage: "There was a problem with your request.", Errors: [reason] });
}

function headersFor(text: string): Record<string, string> {
  return { "content-type": "application/json; charset=utf-8", "content-length": String(Buffer.byteLength(text)) };
}
