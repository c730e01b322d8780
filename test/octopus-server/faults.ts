import * as z from "zod";

/** How the server is to misbehave, for tests of clients. Everything is counted, nothing is random: the same requests fare the same. */
export const faultPlanSchema = z.strictObject({
  /** Waits so long before each request. */
  delayMilliseconds: z.number().nonnegative().optional(),
  /** A token bucket as in Octopus 2026.3 (docs: rate limiting): `burst` requests at once, refilled continuously. */
  rateLimit: z
    .strictObject({
      burst: z.number().int().positive(),
      perMinute: z.number().positive(),
      retryAfter: z.boolean().optional(),
    })
    .optional(),
  /** The next so many requests (that match) are answered with this status and take no effect. */
  fail: z
    .strictObject({
      status: z.number().int().min(400).max(599),
      times: z.number().int().positive().optional(),
      method: z.string().optional(),
      /** A part of the path. */
      path: z.string().optional(),
      headers: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  /** Drops the connection of the n-th request (the first is 1), before or after it took effect. */
  drop: z
    .strictObject({
      at: z.number().int().positive(),
      when: z.enum(["before", "after"]).optional(),
      /** `writes` counts POST, PUT and DELETE only. */
      counting: z.enum(["requests", "writes"]).optional(),
      /** Every later request is dropped too, as if the caller had been killed. */
      andAllLater: z.boolean().optional(),
    })
    .optional(),
});

export type FaultPlan = z.infer<typeof faultPlanSchema>;

export interface Faults {
  /** Replaces the plan and starts counting anew; `{}` ends all misbehavior. */
  set(plan: FaultPlan): void;
  /** Answers the request by `answer`, or as planned. */
  around(request: Request, answer: () => Promise<Response>): Promise<Response>;
}

/** @param now - what time it is, in milliseconds: refills the bucket */
export function createFaults(now: () => number): Faults {
  let plan: FaultPlan = {};
  let requests = 0;
  let writes = 0;
  let failures = 0;
  let tokens = 0;
  let refilled = 0;

  function set(next: FaultPlan): void {
    plan = next;
    [requests, writes, failures] = [0, 0, 0];
    tokens = next.rateLimit?.burst ?? 0;
    refilled = now();
  }

  function isLimited(): boolean {
    const { rateLimit } = plan;
    if (rateLimit === undefined) return false;
    tokens = Math.min(rateLimit.burst, tokens + ((now() - refilled) / 60_000) * rateLimit.perMinute);
    refilled = now();
    if (tokens < 1) return true;
    tokens -= 1;
    return false;
  }

  function tooMany({
    perMinute,
    retryAfter = true,
  }: {
    perMinute: number;
    retryAfter?: boolean | undefined;
  }): Response {
    const seconds = Math.max(1, Math.ceil(((1 - tokens) / perMinute) * 60));
    return failure(429, {
      message: "Too many requests. Please try again later.",
      headers: retryAfter ? { "retry-after": String(seconds) } : {},
    });
  }

  function shallFail(request: Request): boolean {
    const { fail } = plan;
    if (fail === undefined || failures >= (fail.times ?? 1)) return false;
    if (fail.method !== undefined && fail.method.toUpperCase() !== request.method) return false;
    if (fail.path !== undefined && !request.url.includes(fail.path)) return false;
    failures++;
    return true;
  }

  function dropping(isWrite: boolean): "before" | "after" | undefined {
    const { drop } = plan;
    if (drop === undefined) return undefined;
    const count = drop.counting === "writes" ? writes : requests;
    const isCounted = drop.counting !== "writes" || isWrite;
    if (count === drop.at && isCounted) return drop.when ?? "before";
    return drop.andAllLater === true && count >= drop.at ? "before" : undefined;
  }

  async function around(request: Request, answer: () => Promise<Response>): Promise<Response> {
    if (isControl(request)) return answer();
    const isWrite = request.method !== "GET" && request.method !== "HEAD";
    requests++;
    if (isWrite) writes++;
    const drop = dropping(isWrite);
    const { delayMilliseconds = 0, rateLimit, fail } = plan;
    if (delayMilliseconds > 0) await new Promise((resolve) => setTimeout(resolve, delayMilliseconds));
    if (drop === "before") return Response.error();
    if (rateLimit !== undefined && isLimited()) return tooMany(rateLimit);
    if (fail !== undefined && shallFail(request))
      return failure(fail.status, {
        message: `The server is told to answer ${fail.status}.`,
        headers: fail.headers ?? {},
      });
    const response = await answer();
    return drop === "after" ? Response.error() : response;
  }

  return { set, around };
}

/** What is outside `/api` tells the server how to behave or shows it to people: it never fails. */
function isControl(request: Request): boolean {
  return !/^\/api(\/|$)/i.test(new URL(request.url).pathname);
}

function failure(status: number, { message, headers }: { message: string; headers: Record<string, string> }): Response {
  const text = JSON.stringify({ ErrorMessage: message, Errors: [message] });
  return new Response(text, {
    status,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "content-length": String(Buffer.byteLength(text)),
      ...headers,
    },
  });
}
