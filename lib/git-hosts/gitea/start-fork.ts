import type { Repository } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import { Anything, type HostApi } from "../host-api.ts";
import { repositoryAt } from "../repository-api.ts";
import { explainOwner, isOwnAccount } from "./accounts.ts";
import { explainRefusal } from "./explain-refusal.ts";

/** @returns false when the owner has a fork of the repository already, since there is one at most */
export async function startFork(api: HostApi, source: Repository, target: RepositoryPath): Promise<boolean> {
  const organization = (await isOwnAccount(api, target.owner)) ? {} : { organization: target.owner };
  const body = { ...organization, name: target.name };
  const started = await api.attempt({ method: "POST", ...repositoryAt(source, "/forks"), body, schema: Anything });
  if ("value" in started) return true;
  if (started.refusal.status === 409) return false;
  if (started.refusal.status === 404) throw await explainOwner(api, target.owner);
  throw explainRefusal(started.refusal);
}
