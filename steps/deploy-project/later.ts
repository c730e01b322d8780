// What the step needs once the server has answered: a part of the program of its own, which is read while that is waited for.
export { createGitAccess } from "../../lib/copies/git-access.ts";
export { toCommitIdentity } from "../../lib/copies/to-commit-identity.ts";
export { demandRehearsal } from "../../lib/deployment/demand-rehearsal.ts";
export { readDeployment } from "../../lib/deployment/deployment-input.ts";
export { findMapping } from "../../lib/deployment/find-mapping.ts";
export { mapPackage } from "../../lib/deployment/map-package.ts";
export { openHostAccess } from "../../lib/git-hosts/index.ts";
export { requireProject } from "../../lib/graph/manifest.ts";
export { openPackageFiles, readPackage } from "../../lib/graph/package-archive.ts";
export { deployProject } from "./deploy-project.ts";
