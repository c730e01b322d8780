import type { Branch } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import { Anything, type HostApi } from "../host-api.ts";
import { projectAt } from "./project-at.ts";
import { GitLabBranch } from "./schema.ts";

export async function findBranch(api: HostApi, path: RepositoryPath, name: string): Promise<Branch | undefined> {
  const found = await api.find({ ...branchAt(path, name), schema: GitLabBranch });
  if (found === undefined) return undefined;
  const { commit, protected: isProtected, can_push: acceptsPushes } = found;
  const known = typeof acceptsPushes === "boolean" ? { acceptsPushes } : {};
  return { name: found.name, commit: commit.id, isProtected, ...known };
}

export async function removeBranch(api: HostApi, path: RepositoryPath, name: string): Promise<void> {
  await api.send({ method: "DELETE", ...branchAt(path, name), schema: Anything });
}

function branchAt(path: RepositoryPath, name: string): ReturnType<typeof projectAt> {
  return projectAt(path, `/repository/branches/${encodeURIComponent(name)}`);
}
