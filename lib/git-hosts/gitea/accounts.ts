import { NotAllowedError, NotFoundError } from "../../step/errors.ts";
import type { HostApi } from "../host-api.ts";
import { GiteaAccount } from "./schema.ts";

/** Whether the owner is the user of the token. */
export async function isOwnAccount(api: HostApi, owner: string): Promise<boolean> {
  const self = await api.send({ path: "/user", owner, schema: GiteaAccount });
  return self.login.toLowerCase() === owner.toLowerCase();
}

/** Why there is no organization of that name. */
export async function explainOwner(api: HostApi, owner: string): Promise<NotFoundError | NotAllowedError> {
  const user = await api.find({ path: `/users/${encodeURIComponent(owner)}`, owner, schema: GiteaAccount });
  if (user === undefined) return new NotFoundError(`Gitea has no user or organization "${owner}". Check the owner.`);
  return new NotAllowedError(
    `"${owner}" is another user than the one whose token is used. Choose that user or an organization as the owner.`,
  );
}
