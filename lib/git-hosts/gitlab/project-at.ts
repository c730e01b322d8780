import { describePath } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";

/** Where a project is in the API; `rest` begins with a slash ("REST API", "Namespaced paths"). */
export function projectAt(path: RepositoryPath, rest = ""): { path: string; owner: string } {
  return { path: `/projects/${encodeURIComponent(describePath(path))}${rest}`, owner: path.owner };
}
