// What the step needs once the server has answered: a part of the program of its own, which is read while that is waited for.
export { demandRehearsal } from "../../lib/deployment/demand-rehearsal.ts";
export { readDeployment } from "../../lib/deployment/deployment-input.ts";
export { findMapping } from "../../lib/deployment/find-mapping.ts";
export { mapPackage } from "../../lib/deployment/map-package.ts";
export { requireRoot } from "../../lib/graph/manifest.ts";
export { readPackage } from "../../lib/graph/package-archive.ts";
export { deployRunbook } from "./deploy-runbook.ts";
export { placeRunbook } from "../../lib/deployment/place-runbook.ts";
