import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { getResponse, http, type HttpHandler } from "msw";
import { createModel, type ModelOptions, type OctopusModel } from "./model/model.ts";
import { createResponder, type RecordedRequest } from "./responder.ts";

/** The local Octopus: a model, the API over it, and a record of what was asked. */
export interface OctopusServer {
  readonly model: OctopusModel;
  /** The key of the administrator that every server starts with. */
  readonly apiKey: string;
  /** For msw's `setupServer`; the same handlers answer over loopback after {@link listen}. */
  readonly handlers: HttpHandler[];
  /** Every request so far, oldest first. */
  readonly requests: RecordedRequest[];
  /** Serves on 127.0.0.1; port 0 takes a free one. @returns the address, without a slash at the end */
  listen(port?: number): Promise<string>;
  close(): Promise<void>;
}

export interface OctopusServerOptions extends ModelOptions {
  apiKey?: string;
}

export function createOctopusServer(options: OctopusServerOptions = {}): OctopusServer {
  const model = createModel(options);
  const apiKey = options.apiKey ?? "API-LOCALOCTOPUS0000000000000000";
  const requests: RecordedRequest[] = [];
  const respond = createResponder({ model, requests });
  const handlers = [http.all("*", ({ request }) => respond(request))];
  const listener = createServer((incoming, outgoing) => void answer(incoming, outgoing));

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const response = await getResponse(handlers, toRequest(incoming, model.url));
    await send(response ?? new Response("", { status: 501 }), outgoing);
  }

  return {
    model,
    apiKey,
    handlers,
    requests,
    async listen(port = 0) {
      await new Promise<void>((resolve, reject) => {
        listener.once("error", reject);
        listener.listen(port, "127.0.0.1", resolve);
      });
      const address = listener.address();
      if (address === null || typeof address === "string") throw new Error("The local Octopus has no TCP address.");
      model.url = `http://127.0.0.1:${address.port}`;
      return model.url;
    },
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        listener.closeAllConnections();
      }),
  };
}

function toRequest(incoming: IncomingMessage, origin: string): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  const hasBody = incoming.method !== "GET" && incoming.method !== "HEAD";
  return new Request(new URL(incoming.url ?? "/", origin), {
    method: incoming.method ?? "GET",
    headers,
    ...(hasBody ? { body: Readable.toWeb(incoming), duplex: "half" } : {}),
  } as RequestInit);
}

/** Octopus's Go client takes an error without `Content-Length` for a success, so every answer has one. */
async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  const body = Buffer.from(await response.arrayBuffer());
  const headers = Object.fromEntries(response.headers);
  outgoing.writeHead(response.status, { ...headers, "content-length": body.byteLength });
  outgoing.end(body);
}
