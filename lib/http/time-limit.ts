import type { HttpRequest } from "./http-request.ts";

/** Bytes a millisecond: 256 kbit/s, below which a line is taken for broken. */
const slowestLine = 32;

/** Milliseconds that so many bytes may take beyond what any request may. */
export function timeForBytes(bytes: number): number {
  return bytes / slowestLine;
}

/** Of what is sent, but for what frames it. */
export function sizeOfBody(body: HttpRequest["body"]): number {
  if (body === undefined) return 0;
  if (typeof body === "string") return Buffer.byteLength(body);
  return [...body.values()].reduce((sum, value) => sum + (typeof value === "string" ? value.length : value.size), 0);
}

export interface TimeLimit {
  /** Aborted when the time is over, for the reason that `AbortSignal.timeout` gives. */
  readonly signal: AbortSignal;
  /** Counts anew from now on. */
  restart(milliseconds: number): void;
  end(): void;
}

/** A time limit that is set anew when it is known how much is to come. */
export function startTimeLimit(milliseconds: number): TimeLimit {
  const late = new AbortController();
  const start = (length: number): NodeJS.Timeout =>
    setTimeout(() => late.abort(new DOMException("The time is over.", "TimeoutError")), length);
  let timer = start(milliseconds);
  return {
    signal: late.signal,
    restart: (length) => {
      clearTimeout(timer);
      timer = start(length);
    },
    end: () => clearTimeout(timer),
  };
}
