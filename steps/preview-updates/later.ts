// What the step needs once the server has answered: a part of the program of its own, which is read while that is waited for.
export { withCopyViewers } from "../../lib/copies/find-updates.ts";
export { openHostAccess } from "../../lib/git-hosts/index.ts";
export { renderPreview, summarizePreview } from "./preview-copy.ts";
