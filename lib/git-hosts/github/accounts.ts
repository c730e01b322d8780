import { NotAllowedError, NotFoundError } from "../../step/errors.ts";
import type { HostApi } from "../host-api.ts";
import { GitHubAccount } from "./schema.ts";

/** GitHub's API, and whether an application of GitHub asks rather than a user. */
export interface GitHub {
  api: HostApi;
  isApplication: boolean;
}

/**
 * @returns false for the token's own account
 * @throws {@link NotAllowedError} for every other account, since nobody can create anything there
 */
export async function isOrganization({ api, isApplication }: GitHub, owner: string): Promise<boolean> {
  const account = await api.find({ path: `/users/${encodeURIComponent(owner)}`, owner, schema: GitHubAccount });
  if (account === undefined) throw new NotFoundError(`GitHub has no user or organization "${owner}". Check the owner.`);
  if (account.type === "Organization") return true;
  if (isApplication)
    throw new NotAllowedError(
      `"${owner}" is a user, and a GitHub App creates repositories in organizations only. Choose an organization, or use a token of "${owner}".`,
    );
  const self = await api.send({ path: "/user", owner, schema: GitHubAccount });
  if (self.login.toLowerCase() === owner.toLowerCase()) return false;
  throw new NotAllowedError(
    `"${owner}" is another user than "${self.login}", whose token is used. Choose "${self.login}" or an organization as the owner.`,
  );
}
