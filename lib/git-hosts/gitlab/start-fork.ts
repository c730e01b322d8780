import type { Repository } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import { Anything, type HostApi } from "../host-api.ts";
import { explainOwner } from "./namespaces.ts";
import { projectAt } from "./project-at.ts";

/**
 * Asks for a private fork, whose pull requests stay in it. An owner may have any number, also of a repository of its own.
 * @returns false when the repository may not be forked, or something has that name by now
 */
export async function startFork(api: HostApi, source: Repository, target: RepositoryPath): Promise<boolean> {
  const { owner, name } = target;
  const place = { namespace_path: owner, path: name, name };
  const body = { ...place, visibility: "private", mr_default_target_self: true };
  const started = await api.attempt({ method: "POST", ...projectAt(source, "/fork"), body, schema: Anything });
  if ("value" in started) return true;
  const { status, message } = started.refusal;
  if (status === 404 && /Namespace/.test(message)) throw await explainOwner(api, owner);
  // The repository has just been seen: who may not fork it is told that there is none. And where another run was faster, what it made is looked at.
  if (status === 404 || status === 409) return false;
  throw api.explain(started.refusal);
}
