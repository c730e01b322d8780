import { channel } from "node:diagnostics_channel";
import type { Answer } from "./routes/route.ts";

/** A request to the API that was allowed and read, and what was answered. */
export interface Exchange {
  method: string;
  url: URL;
  /** "" when the client does not say who it is. */
  userAgent: string;
  /** The JSON as it was sent; undefined when there was none. */
  body: unknown;
  /** Undefined for a refusal. */
  answer: Answer | undefined;
}

const exchanges = channel("octopus-server:exchange");

/** Tells whoever observes the servers of this process; nothing is kept for the others. */
export function publishExchange(exchange: Exchange): void {
  exchanges.publish(exchange);
}

/** Tells of every exchange with any local Octopus of this process, from now on. @returns what ends it */
export function observeExchanges(observer: (exchange: Exchange) => void): () => void {
  const listener = (message: unknown): void => {
    if (isExchange(message)) observer(message);
  };
  exchanges.subscribe(listener);
  return () => void exchanges.unsubscribe(listener);
}

function isExchange(message: unknown): message is Exchange {
  return typeof message === "object" && message !== null && "userAgent" in message;
}
