import type { RateLimit } from "./fault-plan.ts";

export interface TokenBucket {
  /** @returns 0 when a token was there, or the whole seconds until there will be one */
  take(): number;
  /** Tokens that were there when the last one was asked for, less that one. */
  left(): number;
}

/** @param now - what time it is, in milliseconds: refills the bucket */
export function createTokenBucket({ burst, perMinute }: RateLimit, now: () => number): TokenBucket {
  let tokens = burst;
  let refilled = now();
  return {
    take() {
      const time = now();
      tokens = Math.min(burst, tokens + ((time - refilled) / 60_000) * perMinute);
      refilled = time;
      if (tokens < 1) return Math.max(1, Math.ceil(((1 - tokens) / perMinute) * 60));
      tokens -= 1;
      return 0;
    },
    left: () => tokens,
  };
}
