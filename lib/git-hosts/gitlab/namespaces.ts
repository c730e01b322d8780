import { NotAllowedError, NotFoundError } from "../../step/errors.ts";
import type { HostApi } from "../host-api.ts";
import { GitLabNamespace, GitLabUser } from "./schema.ts";

/**
 * The number by which projects are created in a group, or at the token's user.
 * @throws when the token sees no such owner
 */
export async function getNamespaceId(api: HostApi, owner: string): Promise<number> {
  const path = `/namespaces/${encodeURIComponent(owner)}`;
  const found = await api.find({ path, owner, schema: GitLabNamespace });
  if (found === undefined) throw await explainOwner(api, owner);
  return found.id;
}

/** Why there is no owner of that name: of users only one's own namespace is shown, of groups those that one belongs to. */
export async function explainOwner(api: HostApi, owner: string): Promise<NotFoundError | NotAllowedError> {
  for await (const { username } of api.list({ path: "/users", owner, query: { username: owner }, schema: GitLabUser }))
    return new NotAllowedError(
      `"${username}" is another user than the one whose token is used. Choose that user or a group as the owner.`,
    );
  return new NotFoundError(
    `GitLab has no user or group "${owner}". Check the owner, and that the token's user belongs to it.`,
  );
}
