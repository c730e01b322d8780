import { observeExchanges } from "../exchanges.ts";
import { checkRequest, type Breach } from "./check-request.ts";
import { findEndpoint, type Contract } from "./read-contract.ts";
import { findException, type RequestException } from "./request-exceptions.ts";

/** What was asked of the local Octopuses of this process, held against the contract. */
export interface ObservedRequests {
  count: number;
  /** Method and path of each endpoint that was asked. */
  endpoints: Set<string>;
  /** Each once, whatever the number of requests that had it. */
  breaches: Set<string>;
  exceptions: Set<RequestException>;
}

/** @param userAgent - whose requests count @returns what is known so far, which grows, and what ends it */
export function observeRequests(
  contract: Contract,
  userAgent: string,
): { observed: ObservedRequests; stop: () => void } {
  const observed: ObservedRequests = { count: 0, endpoints: new Set(), breaches: new Set(), exceptions: new Set() };
  const stop = observeExchanges((exchange) => {
    if (exchange.userAgent !== userAgent) return;
    observed.count += 1;
    const found = findEndpoint(contract, exchange.method, exchange.url.pathname);
    if (found !== undefined) observed.endpoints.add(`${found.endpoint.method} ${found.endpoint.path}`);
    for (const breach of checkRequest(contract, exchange)) {
      const exception = findException(breach);
      if (exception === undefined) observed.breaches.add(tellBreach(breach));
      else observed.exceptions.add(exception);
    }
  });
  return { observed, stop };
}

/** `POST /api/{spaceId}/projects: body SpaceId is missing`. */
export function tellBreach({ endpoint, at, problem }: Breach): string {
  return `${endpoint}: ${at} ${problem}`;
}
