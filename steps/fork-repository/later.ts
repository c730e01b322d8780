// What the step needs when the template is found: a part of the program of its own.
export { createGitAccess } from "../../lib/copies/git-access.ts";
export { createGitHost } from "../../lib/git-hosts/index.ts";
export { forkRepository } from "../../lib/copies/fork-repository.ts";
export { waysToSignIn } from "../../lib/git-hosts/read-sign-in.ts";
export { warnOfExpiry } from "../../lib/git-hosts/credential-expiry.ts";
