import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { FaultPlan } from "./faults/fault-plan.ts";
import { createFaults, type Faults } from "./faults/faults.ts";
import { createModel, type ModelOptions, type OctopusModel } from "./model/model.ts";
import { removeOldPackages } from "./model/package-retention.ts";
import { seedServer } from "./model/seeding.ts";
import { createResponder, type RecordedRequest } from "./responder.ts";
import { routes } from "./routes/index.ts";
import { createLocalRoutes } from "./routes/local.ts";
import { createStatusPageRoutes, type Peer } from "./routes/status-page.ts";
import { startWorker, type Worker, type WorkerOptions } from "./worker/worker.ts";

/** The local Octopus: a model, the API over it, and a record of what was asked. */
export interface OctopusServer {
  readonly model: OctopusModel;
  /** The key of the administrator that every server starts with. */
  readonly apiKey: string;
  /** Answers without a network; a response of the type "error" stands for a connection that is dropped. */
  respond(request: Request): Promise<Response>;
  /** Every request so far, oldest first. */
  readonly requests: RecordedRequest[];
  /** Makes the server misbehave from now on; `{}` ends it. `POST /__local/faults` does the same. */
  setFaults(plan: FaultPlan): void;
  /** Runs queued tasks; undefined without the option `worker`. */
  readonly worker: Worker | undefined;
  /** Serves on 127.0.0.1; port 0 takes a free one. @returns the address, without a slash at the end */
  listen(port?: number): Promise<string>;
  close(): Promise<void>;
}

export interface OctopusServerOptions extends ModelOptions {
  apiKey?: string;
  /** What the status page calls this server. */
  name?: string;
  /** Other servers whose spaces the status page lists too. */
  peers?: readonly Peer[];
  /** How the server misbehaves from the start. */
  faults?: FaultPlan;
  /** True runs runbooks and deployments by processes on this machine; without it tasks stay queued. */
  worker?: boolean | WorkerOptions;
}

export function createOctopusServer(options: OctopusServerOptions = {}): OctopusServer {
  const model = createModel(options);
  const apiKey = options.apiKey ?? "API-LOCALOCTOPUS0000000000000000";
  seedServer(model, { apiKey });
  const requests: RecordedRequest[] = [];
  const faults = createFaults({
    now: () => model.now().getTime(),
    retain: (retention) => removeOldPackages(model, retention),
  });
  if (options.faults !== undefined) faults.set(options.faults);
  const ownRoutes = [
    ...createLocalRoutes({ model, faults, requests }),
    ...createStatusPageRoutes({ name: options.name ?? "Octopus", peers: options.peers ?? [] }),
  ];
  const respond = createResponder({ model, routes: [...routes, ...ownRoutes], requests, faults });
  const worker = workerFor(model, { option: options.worker, faults });
  // As long as Kestrel keeps a silent connection: api-client builds large packages between two requests.
  const listener = createServer({ keepAliveTimeout: 130_000 }, (incoming, outgoing) => void answer(incoming, outgoing));

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      await send(await respond(toRequest(incoming, model.url)), outgoing);
    } catch (error) {
      await send(unreadable(error), outgoing);
    }
  }

  return {
    model,
    apiKey,
    respond,
    requests,
    worker,
    setFaults: (plan) => faults.set(plan),
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
    async close() {
      await worker?.stop();
      model.git.close();
      await new Promise<void>((resolve) => {
        listener.close(() => resolve());
        listener.closeAllConnections();
      });
    },
  };
}

function workerFor(
  model: OctopusModel,
  { option, faults }: { option: boolean | WorkerOptions | undefined; faults: Faults },
): Worker | undefined {
  if (option === undefined || option === false) return undefined;
  return startWorker(model, { deathOfTask: () => faults.deathOfTask(), ...(option === true ? {} : option) });
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

/** A request that is no HTTP that a `Request` can hold, such as one with the method TRACE. */
function unreadable(error: unknown): Response {
  const reason = error instanceof Error ? error.message : String(error);
  const text = JSON.stringify({ ErrorMessage: "There was a problem with your request.", Errors: [reason] });
  return new Response(text, {
    status: 400,
    headers: { "content-type": "application/json; charset=utf-8", "content-length": String(Buffer.byteLength(text)) },
  });
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
