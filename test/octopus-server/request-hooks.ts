/** What a hook is told of the request that is about to be answered. */
export interface ComingRequest {
  method: string;
  /** With the query. */
  path: string;
}

/** The request waits until this is done. */
export type RequestHook = (request: ComingRequest) => void | Promise<void>;

export interface RequestHooks {
  /** @returns what takes the hook away again */
  add(hook: RequestHook): () => void;
  /** Runs every hook, one after the other, but none that is already running: a hook may send requests of its own. */
  run(request: ComingRequest): Promise<void>;
}

export function createRequestHooks(): RequestHooks {
  const hooks = new Set<RequestHook>();
  const running = new Set<RequestHook>();
  async function runOne(hook: RequestHook, request: ComingRequest): Promise<void> {
    if (running.has(hook) || !hooks.has(hook)) return;
    running.add(hook);
    try {
      await hook(request);
    } finally {
      running.delete(hook);
    }
  }
  return {
    add(hook) {
      hooks.add(hook);
      return () => void hooks.delete(hook);
    },
    async run(request) {
      for (const hook of hooks) await runOne(hook, request);
    },
  };
}
