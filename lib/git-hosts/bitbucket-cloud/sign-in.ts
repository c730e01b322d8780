import type { SignInFacts } from "../git-host.ts";
import type { GitHostOptions } from "../host-access.ts";
import type { HostApi } from "../host-api.ts";
import type { AnswerHeaders } from "../../http/http-request.ts";
import { isEmail } from "./access.ts";
import { readScopes } from "./read-message.ts";
import { BitbucketUser } from "./schema.ts";

/** Access tokens are bearers; a user's API token comes with the e-mail address (REST reference, "Authentication methods"). */
export function toHeaders({ signIn }: GitHostOptions): Record<string, string> {
  if (!("token" in signIn)) return {};
  const { username = "", token } = signIn;
  if (!isEmail(username)) return { authorization: `Bearer ${token}` };
  return { authorization: `Basic ${Buffer.from(`${username}:${token}`).toString("base64")}` };
}

/**
 * An access token is nobody, so `/user` refuses it by 403. The header `x-oauth-scopes` comes with that answer, too: no page of the
 * documentation has it, and the refusal itself names the scopes where it is missing. When a token expires is not told.
 */
export async function describeSignIn(api: HostApi, owner: string): Promise<SignInFacts> {
  const answer = await api.attempt({ path: "/user", owner, schema: BitbucketUser });
  if ("value" in answer) return { user: answer.value.display_name, ...listScopes(answer.headers) };
  const { status, headers, message } = answer.refusal;
  if (status !== 403) throw api.explain(answer.refusal);
  const { granted } = readScopes(message);
  return granted === undefined ? listScopes(headers) : { scopes: granted, ...listScopes(headers) };
}

function listScopes(headers: AnswerHeaders): Pick<SignInFacts, "scopes"> {
  const scopes = headers.get("x-oauth-scopes") ?? "";
  return scopes === "" ? {} : { scopes: scopes.split(",").map((scope) => scope.trim()) };
}
