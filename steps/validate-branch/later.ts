// What the step needs once the server has answered: a part of the program of its own, which is read while that is waited for.
export { createGitHost } from "../../lib/git-hosts/index.ts";
export { warnOfExpiry } from "../../lib/git-hosts/credential-expiry.ts";
export { openValidation } from "../../lib/validation/open-validation.ts";
export { listLines, renderValidations } from "../../lib/validation/render-validations.ts";
export { validate } from "../../lib/validation/validate.ts";
