import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { FleetEvent } from "./page/fleet-event.ts";

export interface ServedFleet {
  /** What a person opens; who does not know it gets nothing. */
  url: string;
  /** Brings a newer message to every open page. */
  publish(message: FleetEvent): void;
  close(): Promise<void>;
}

/**
 * Serves the fleet's page to this machine alone, and brings changes to it as server-sent events.
 * @param port - 0 for any that is free
 * @param renderPage - the page as it is when somebody opens it; it listens at `events` beside it
 * @param greet - what a page is told as soon as it listens
 * @throws {@link Error} of Node.js for a port that is taken
 */
export async function serveFleet({
  port,
  renderPage,
  greet,
}: {
  port: number;
  renderPage: () => string;
  greet: () => FleetEvent;
}): Promise<ServedFleet> {
  const open = new Set<ServerResponse>();
  // Others on this machine can reach the port, too.
  const secret = randomBytes(12).toString("base64url");
  const server = createServer((request, response) => answer(request, response, { secret, renderPage, greet, open }));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const bound = server.address();
  return {
    url: `http://127.0.0.1:${isAddress(bound) ? bound.port : port}/${secret}/`,
    publish: (message) => {
      for (const response of open) response.write(asEvent(message));
    },
    close: async () => {
      for (const response of open) response.end();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function asEvent(message: FleetEvent): string {
  return `data: ${JSON.stringify(message)}\n\n`;
}

function isAddress(address: string | AddressInfo | null): address is AddressInfo {
  return typeof address === "object" && address !== null;
}

interface Serving {
  secret: string;
  renderPage: () => string;
  greet: () => FleetEvent;
  open: Set<ServerResponse>;
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { secret, renderPage, greet, open }: Serving,
): void {
  // A page of the web may have its name point here, and would read what is served.
  const isOwn = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(request.headers.host ?? "");
  const path = (request.url ?? "").split("?")[0];
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
  response.write(asEvent(greet()));
  open.add(response);
  response.on("close", () => open.delete(response));
}
