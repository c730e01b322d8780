import type { SignInFacts } from "../git-host.ts";
import { GitHubAccount } from "./schema.ts";
import type { GitHub } from "./accounts.ts";

/**
 * A classic token's scopes and the day on which a token expires are headers of every answer; an app's tokens live for an hour and come anew
 * (GitHub documentation, "Scopes for OAuth apps", "Token expiration and revocation").
 */
export async function describeSignIn({ api, isApplication }: GitHub, owner: string): Promise<SignInFacts> {
  if (isApplication) return {};
  const answer = await api.attempt({ path: "/user", owner, schema: GitHubAccount });
  if ("refusal" in answer) throw api.explain(answer.refusal);
  const { value, headers } = answer;
  const scopes = headers.get("x-oauth-scopes");
  const expiresAt = Date.parse((headers.get("github-authentication-token-expiration") ?? "").replace(" UTC", "Z"));
  return {
    user: value.login,
    ...(scopes ? { scopes: scopes.split(",").map((scope) => scope.trim()) } : {}),
    ...(Number.isNaN(expiresAt) ? {} : { expiresAt: new Date(expiresAt) }),
  };
}
