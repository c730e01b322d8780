// What the step needs once the server has answered: a part of the program of its own, which is read while that is waited for.
export { toCommitIdentity } from "../../lib/copies/to-commit-identity.ts";
export { withUpdateFinder } from "../../lib/copies/find-updates.ts";
export { ensureBranchName } from "../../lib/git/push.ts";
export { createGitHost } from "../../lib/git-hosts/index.ts";
export { listSolutions, mergeAll } from "./merge-all.ts";
export { renderConflicts } from "./render-conflicts.ts";
