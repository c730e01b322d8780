import { setTimeout as wait } from "node:timers/promises";
import { createChance } from "../model/chance.ts";
import type { FaultPlan, RateLimit, RetentionOptions, TaskDeath } from "./fault-plan.ts";
import { slowedDown } from "./slow-body.ts";

export interface Faults {
  /** Replaces the plan and starts counting anew; `{}` ends all misbehavior. */
  set(plan: FaultPlan): void;
  /** Answers the request by `answer`, or as planned. A response of the type "error" stands for a dropped connection. */
  around(request: Request, answer: () => Promise<Response>): Promise<Response>;
  /** The limit of requests that counts in place of the server's policies, if the plan says one. */
  rateLimit(): RateLimit | undefined;
  /** The status for whoever sends an old version, if the plan says one. */
  staleStatus(): number | undefined;
  /** Called once for each task that starts. @returns how it dies, if it is to die */
  deathOfTask(): TaskDeath | undefined;
}

export interface FaultsOptions {
  /** Deletes old packages. */
  retain: (options: RetentionOptions) => void;
}

export function createFaults({ retain }: FaultsOptions): Faults {
  let state = begin({});
  return {
    set: (plan) => {
      state = begin(plan);
    },
    around: (request, answer) => (isControl(request) ? answer() : misbehave(state, { request, answer, retain })),
    rateLimit: () => state.plan.rateLimit,
    staleStatus: () => state.plan.staleData?.status,
    deathOfTask: () => (++state.tasks === state.plan.task?.at ? state.plan.task : undefined),
  };
}

/** A plan under way. */
interface FaultState {
  plan: FaultPlan;
  chance: () => number;
  requests: number;
  writes: number;
  failures: number;
  tasks: number;
}

function begin(plan: FaultPlan): FaultState {
  return { plan, chance: createChance(plan.seed ?? 1), requests: 0, writes: 0, failures: 0, tasks: 0 };
}

interface Exchange {
  request: Request;
  answer: () => Promise<Response>;
  retain: FaultsOptions["retain"];
}

/** All is decided before the first wait, so that requests side by side are counted in the order in which they came. */
async function misbehave(state: FaultState, { request, answer, retain }: Exchange): Promise<Response> {
  const drop = countAndDrop(state, request);
  const refusal = drop === "before" ? Response.error() : refusalOf(state, request);
  const delay = delayOf(state);
  if (refusal === undefined) runRetention(state, retain);
  if (delay > 0) await wait(delay);
  if (refusal !== undefined) return refusal;
  const response = await answer();
  if (drop === "after") return Response.error();
  const { slowBody } = state.plan;
  return slowBody !== undefined && matches(slowBody, request) ? await slowedDown(response, slowBody) : response;
}

function countAndDrop(state: FaultState, request: Request): "before" | "after" | undefined {
  const isWrite = request.method !== "GET" && request.method !== "HEAD";
  state.requests++;
  if (isWrite) state.writes++;
  const { drop } = state.plan;
  if (drop === undefined) return undefined;
  const isCounted = drop.counting !== "writes" || isWrite;
  if (drop.chance !== undefined && isCounted && state.chance() < drop.chance) return drop.when ?? "before";
  const count = drop.counting === "writes" ? state.writes : state.requests;
  if (count === drop.at && isCounted) return drop.when ?? "before";
  return drop.andAllLater === true && count >= (drop.at ?? Infinity) ? "before" : undefined;
}

/** What is answered in place of an answer: first for the key, then failures. */
function refusalOf(state: FaultState, request: Request): Response | undefined {
  return expired(state, request) ?? failureOf(state, request);
}

/** The sentence is the one for every key that the server does not take. */
function expired({ plan, requests }: FaultState, request: Request): Response | undefined {
  const { expireKey } = plan;
  if (expireKey === undefined || requests <= expireKey.after) return undefined;
  if (expireKey.key !== undefined && request.headers.get("x-octopus-apikey") !== expireKey.key) return undefined;
  return failure(401, {
    message: "You must be logged in to request this resource. Please provide a valid API key or log in again.",
  });
}

function failureOf(state: FaultState, request: Request): Response | undefined {
  const { fail } = state.plan;
  if (fail === undefined || !matches(fail, request)) return undefined;
  if (state.failures >= (fail.times ?? (fail.chance === undefined ? 1 : Infinity))) return undefined;
  if (fail.chance !== undefined && state.chance() >= fail.chance) return undefined;
  state.failures++;
  return failure(fail.status, {
    message: fail.message ?? `The server is told to answer ${fail.status}.`,
    ...(fail.headers === undefined ? {} : { headers: fail.headers }),
  });
}

function matches(
  { method, path }: { method?: string | undefined; path?: string | undefined },
  request: Request,
): boolean {
  return (method === undefined || method.toUpperCase() === request.method) && request.url.includes(path ?? "");
}

function delayOf({ plan, chance }: FaultState): number {
  const { delayMilliseconds = 0, jitterMilliseconds = 0 } = plan;
  return delayMilliseconds + (jitterMilliseconds > 0 ? chance() * jitterMilliseconds : 0);
}

function runRetention({ plan, requests }: FaultState, retain: FaultsOptions["retain"]): void {
  if (plan.retention === undefined || requests % plan.retention.everyRequests !== 0) return;
  const { everyRequests: _, ...options } = plan.retention;
  retain(options);
}

/** What is outside `/api` tells the server how to behave or shows it to people: it never fails. */
function isControl(request: Request): boolean {
  return !/^\/api(\/|$)/i.test(new URL(request.url).pathname);
}

function failure(
  status: number,
  { message, headers = {} }: { message: string; headers?: Record<string, string> },
): Response {
  const text = JSON.stringify({ ErrorMessage: message, Errors: [message] });
  const length = String(Buffer.byteLength(text));
  return new Response(text, {
    status,
    headers: { "content-type": "application/json; charset=utf-8", "content-length": length, ...headers },
  });
}
