import type { SignInFacts } from "../git-host.ts";
import { Anything, type HostApi } from "../host-api.ts";

/**
 * Whose the token is: no route tells, but a header of every answer. A token of a project or a repository is nobody's. Neither what a token may do nor
 * when it expires is told.
 */
export async function describeSignIn(api: HostApi, owner: string): Promise<SignInFacts> {
  const user = await findUser(api, owner);
  return user === undefined ? {} : { user };
}

export async function findUser(api: HostApi, owner: string): Promise<string | undefined> {
  const answer = await api.attempt({ path: "/api/latest/application-properties", owner, schema: Anything });
  if ("refusal" in answer) throw api.explain(answer.refusal);
  const name = answer.headers.get("x-ausername") ?? "";
  return name === "" ? undefined : decodeURIComponent(name);
}
