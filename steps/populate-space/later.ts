// What the step needs once the server has answered: a part of the program of its own, which is read while that is waited for.
export { createSecretReader } from "../../lib/compare/secret-reader.ts";
export { demandRehearsal } from "../../lib/deployment/demand-rehearsal.ts";
export { identifyRehearsed, populateSpace } from "./populate-space.ts";
export { readBaseline } from "./read-baseline.ts";
