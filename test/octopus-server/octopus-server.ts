import { startAutomation } from "./automation/automation.ts";
import { createClock } from "./clock.ts";
import type { FaultPlan } from "./faults/fault-plan.ts";
import { createFaults, type Faults } from "./faults/faults.ts";
import type { IgnoredFields } from "./ignored-fields.ts";
import { createListener } from "./listener.ts";
import { createModel, type ModelOptions, type OctopusModel } from "./model/model.ts";
import { removeOldPackages } from "./model/package-retention.ts";
import { seedServer } from "./model/seeding.ts";
import { createRateLimiter } from "./rate-limiter.ts";
import { createRequestHooks, type RequestHook } from "./request-hooks.ts";
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
  /**
   * Calls the hook before each request to `/api`, which waits for it: somebody else may write in between. The hook's own requests do not
   * call it. @returns what takes it away again
   */
  beforeRequest(hook: RequestHook): () => void;
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
  /** What this server does not know, as an older one: dropped from requests without a word, and never answered. */
  ignoresFields?: IgnoredFields;
  /** The largest JSON body that it takes. */
  maximumBytes?: number;
  /** True runs runbooks and deployments by processes on this machine; without it tasks stay queued. */
  worker?: boolean | WorkerOptions;
}

export function createOctopusServer(options: OctopusServerOptions = {}): OctopusServer {
  const clock = createClock(options.now ?? (() => new Date()));
  const model = createModel({ ...options, now: clock.now });
  const apiKey = options.apiKey ?? "API-LOCALOCTOPUS0000000000000000";
  seedServer(model, { apiKey });
  const requests: RecordedRequest[] = [];
  const hooks = createRequestHooks();
  const faults = createFaults({
    retain: (retention) => removeOldPackages(model, retention),
  });
  if (options.faults !== undefined) faults.set(options.faults);
  const ownRoutes = [
    ...createLocalRoutes({ model, clock, faults, requests }),
    ...createStatusPageRoutes({ name: options.name ?? "Octopus", peers: options.peers ?? [] }),
  ];
  const { ignoresFields = {}, maximumBytes } = options;
  const respond = createResponder({
    model,
    routes: [...routes, ...ownRoutes],
    requests,
    faults,
    limiter: createRateLimiter({ model, planned: () => faults.rateLimit() }),
    hooks,
    ignoresFields,
    maximumBytes,
  });
  startAutomation(model);
  const worker = workerFor(model, { option: options.worker, faults });
  const listener = createListener(respond);

  return {
    model,
    apiKey,
    respond,
    requests,
    beforeRequest: (hook) => hooks.add(hook),
    worker,
    setFaults: (plan) => faults.set(plan),
    async listen(port = 0) {
      model.url = await listener.listen(port);
      return model.url;
    },
    async close() {
      await worker?.stop();
      await listener.close();
      model.git.close();
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
