import { NotFoundError, type StepError } from "../../step/errors.ts";
import type { MovedRequest } from "../create-host-api.ts";
import { explainRedirect } from "../explain-redirect.ts";
import { isSamePath } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import type { Refusal } from "../host-api.ts";
import { tellNewName } from "./repositories.ts";

/** Why Bitbucket points elsewhere: a repository was renamed or moved to another project, whose address has its name. */
export function explainMoved(title: string, { path }: MovedRequest, refusal: Refusal): StepError {
  const asked = repositoryIn(path);
  const found = repositoryIn(refusal.headers.get("location") ?? "");
  if (asked !== undefined && found !== undefined && !isSamePath(asked, found))
    return new NotFoundError(tellNewName(asked, found));
  return explainRedirect(title, refusal);
}

function repositoryIn(path: string): RepositoryPath | undefined {
  const [, owner, name] = /\/projects\/([^/]+)\/repos\/([^/?]+)/.exec(path) ?? [];
  return owner === undefined || name === undefined ? undefined : { owner: owner.toLowerCase(), name };
}
