import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { FleetEvent } from "./page/fleet-event.ts";

export interface ServedFleet {
  /** What a person opens; who does not know it gets nothing. */
  url: string;
  /** Brings what there is now to every open page. */
  publish(): void;
  close(): Promise<void>;
}

/**
 * Serves the fleet's page to this machine alone, and brings changes to it as server-sent events.
 * @param port - 0 for any that is free
 * @param renderPage - the page as it is when somebody opens it; it listens at `events` beside it
 * @param latest - what there is now, for a page that has what was read at a time
 * @throws {@link Error} of Node.js for a port that is taken
 */
export async function serveFleet({
  port,
  renderPage,
  latest,
}: Pick<Serving, "renderPage" | "latest"> & { port: number }): Promise<ServedFleet> {
  const open: Serving["open"] = new Map();
  // Others on this machine can reach the port, too.
  const secret = randomBytes(12).toString("base64url");
  const server = createServer((request, response) => answer(request, response, { secret, renderPage, latest, open }));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const bound = server.address();
  return {
    url: `http://127.0.0.1:${isAddress(bound) ? bound.port : port}/${secret}/`,
    publish: () => {
      for (const [response, readAt] of open) open.set(response, send(response, latest(readAt)) ?? readAt);
    },
    close: async () => {
      for (const response of open.keys()) response.end();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function isAddress(address: string | AddressInfo | null): address is AddressInfo {
  return typeof address === "object" && address !== null;
}

interface Serving {
  secret: string;
  renderPage: () => string;
  latest: (readAt: string) => FleetEvent;
  /** With when the report was read that the page has. */
  open: Map<ServerResponse, string>;
}

/** @returns when what was sent was read */
function send(response: ServerResponse, message: FleetEvent): string | undefined {
  response.write(`data: ${JSON.stringify(message)}\n\n`);
  return message.report?.readAt;
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { secret, renderPage, latest, open }: Serving,
): void {
  // A page of the web may have its name point here, and would read what is served.
  const isOwn = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(request.headers.host ?? "");
  const [path, query] = (request.url ?? "").split("?");
  if (!isOwn || request.method !== "GET" || (path !== `/${secret}/` && path !== `/${secret}/events`)) {
    response.writeHead(404, { "content-type": "text/plain" }).end("There is nothing here.\n");
    return;
  }
  if (path === `/${secret}/`) {
    response
      .writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" })
      .end(renderPage());
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  // A page that lost its connection for a while is brought up to date at once.
  const readAt = new URLSearchParams(query).get("readAt") ?? "";
  open.set(response, send(response, latest(readAt)) ?? readAt);
  response.on("close", () => open.delete(response));
}
