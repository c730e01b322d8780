import { readHostContracts } from "./git-hosts-stand-ins/contract/read-host-contracts.ts";
import { readContract } from "./octopus-server/contract/read-contract.ts";

/** Who the product's requests say that they are; a client of a test says something else. */
export const product = "managed-spaces";

/** Undefined where `OCTOPUS_API_CONTRACT` does not name it. Read once for all test files of a process. */
export const contract = readContract();

/** The descriptions of Git hosts by their names: few where `GIT_HOSTS_API_CONTRACT` does not name the shared ones. */
export const hostContracts = readHostContracts();
