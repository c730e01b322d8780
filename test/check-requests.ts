import { afterAll, expect } from "vitest";
import { observeRequests } from "./octopus-server/contract/observe-requests.ts";
import { contract, product } from "./published-contract.ts";
import { leaveTally } from "./request-tallies.ts";

// In every test file: what the product asks is as the published contract has it, or an exception says where else it is known from.
if (contract !== undefined) {
  const { observed, stop } = observeRequests(contract, product);
  afterAll(() => {
    stop();
    leaveTally(expect.getState().testPath ?? "", observed);
    const breaches = [...observed.breaches].toSorted();
    if (breaches.length > 0)
      throw new Error(
        `The product asks for what Octopus's API reference does not have. Correct it, or say in test/octopus-server/contract/request-exceptions.ts where it is known from.\n${breaches.join("\n")}`,
      );
  });
}
