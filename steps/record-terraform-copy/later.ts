// What the step needs once the server has answered: a part of the program of its own, which is read while that is waited for.
export { createGitAccess } from "../../lib/copies/git-access.ts";
export { recordTerraformCopy } from "../../lib/copies/record-terraform-copy.ts";
export { createSecretReader } from "../../lib/compare/secret-reader.ts";
export { openHostAccess } from "../../lib/git-hosts/index.ts";
export { openPackageFiles, readPackage } from "../../lib/graph/package-archive.ts";
export { placePackage } from "./place-package.ts";
export { listMadeTemplates } from "../../lib/terraform/list-made-templates.ts";
