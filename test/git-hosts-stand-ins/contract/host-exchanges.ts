import { channel } from "node:diagnostics_channel";

/** A request to a Git host, and what was answered. */
export interface HostExchange {
  /** The name of the contract that it is held against, such as `gitea126`. */
  contract: string;
  method: string;
  /** Encoded, without what all paths of the host begin with, and without the query. */
  path: string;
  query: URLSearchParams;
  /** The JSON that was sent; undefined when there was none. */
  content: unknown;
  /** Undefined where the stand-in did not come to answer: a stranger's request, or an answer that a test made up. */
  answer: { status: number; body?: unknown } | undefined;
}

const exchanges = channel("git-host:exchange");

/** Tells whoever observes the hosts of this process. */
export function publishHostExchange(exchange: HostExchange): void {
  exchanges.publish(exchange);
}

/** @returns what ends it */
export function observeHostExchanges(observer: (exchange: HostExchange) => void): () => void {
  const listener = (message: unknown): void => {
    if (isHostExchange(message)) observer(message);
  };
  exchanges.subscribe(listener);
  return () => void exchanges.unsubscribe(listener);
}

function isHostExchange(message: unknown): message is HostExchange {
  return typeof message === "object" && message !== null && "contract" in message;
}
