import type { SignInFacts } from "../git-host.ts";
import type { HostApi } from "../host-api.ts";
import { GitLabToken, GitLabUser } from "./schema.ts";

/**
 * Personal, project and group access tokens tell of themselves, and end at midnight UTC of a day; a project or group token has a user of its
 * own. Tokens of other kinds have nothing to tell ("Personal access tokens API", "Self-inform").
 */
export async function describeSignIn(api: HostApi, owner: string): Promise<SignInFacts> {
  const { username } = await api.send({ path: "/user", owner, schema: GitLabUser });
  const token = await api.attempt({ path: "/personal_access_tokens/self", owner, schema: GitLabToken });
  if ("refusal" in token) return { user: username };
  const { scopes, expires_at: expires } = token.value;
  const expiresAt = Date.parse(expires ?? "");
  return {
    user: username,
    ...(scopes ? { scopes } : {}),
    ...(Number.isNaN(expiresAt) ? {} : { expiresAt: new Date(expiresAt) }),
  };
}
