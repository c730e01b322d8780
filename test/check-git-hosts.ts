import { afterAll } from "vitest";
import { checkContract } from "./git-hosts-stand-ins/contract/check-contract.ts";
import { findContractException } from "./git-hosts-stand-ins/contract/contract-exceptions.ts";
import { observeHostExchanges } from "./git-hosts-stand-ins/contract/host-exchanges.ts";
import { hostContracts } from "./published-contract.ts";

const breaches = new Set<string>();

// In every test file: what is asked of Git hosts, and what our stand-ins answer, is as the hosts' makers describe it.
const stop = observeHostExchanges((exchange) => {
  const contract = hostContracts.get(exchange.contract);
  if (contract === undefined) return;
  for (const breach of checkContract(contract, exchange))
    if (findContractException(exchange.contract, breach) === undefined) breaches.add(`${exchange.contract}: ${breach}`);
});
afterAll(() => {
  stop();
  if (breaches.size > 0)
    throw new Error(
      `This is not as the Git host's maker describes its API. Correct it, or say in test/git-hosts-stand-ins/contract/contract-exceptions.ts where it is known from.\n${[...breaches].toSorted().join("\n")}`,
    );
});
