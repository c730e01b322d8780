import { describeExpiry } from "../git-hosts/credential-expiry.ts";
import { gitHostTitles } from "../git-hosts/describe-hosts.ts";
import { createGitHost, getHostDefinition, gitHosts, isGitHost } from "../git-hosts/index.ts";
import { readSignIn, type SignInInput } from "../git-hosts/read-sign-in.ts";
import { signInVariables } from "../install/git-host-variables.ts";
import { variableSetNames } from "../install/variable-sets.ts";
import { objectsOf, textOf, type JsonObject } from "../model/json.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { isSameName } from "../octopus/same-name.ts";
import { listByExactNames } from "../resources/resource-kind.ts";
import { ConflictError } from "../step/errors.ts";

export interface GitHostCheck {
  /** What stands in the environment to sign in with: what Octopus stores cannot be read again. */
  signIn: SignInInput;
  now: Date;
}

/** What the set *Git Host* says, and, where credentials for it are at hand, who they belong to and until when they last. */
export async function checkGitHost(
  space: OctopusSpace,
  git: GitHostCheck | undefined,
): Promise<{ text: string; state?: "bad" }> {
  const variables = await listVariables(space);
  if (variables === undefined) return { text: "no template is in Git" };
  const find = (name: string): JsonObject | undefined =>
    variables.find((variable) => isSameName(textOf(variable, "Name"), name));
  const valueOf = (name: string): string => textOf(find(name) ?? {}, "Value");
  const [type, url, owner] = [valueOf("GitHost.Type"), valueOf("GitHost.Url"), valueOf("GitHost.Owner")];
  if (!isGitHost(type))
    throw new ConflictError(
      `The variable GitHost.Type is "${type}", which is no Git host. Use ${Object.keys(gitHosts).join(" or ")}.`,
    );
  const needsToken = getHostDefinition(type).needsNoToken !== true;
  if (needsToken && signInVariables.every((name) => find(name) === undefined))
    throw new ConflictError(
      `The set "${variableSetNames.gitHost}" has no credentials. Run managed-spaces install with GIT_TOKEN in the environment.`,
    );
  const title = gitHostTitles[type];
  const where = `${title}${url === "" ? "" : ` at ${url}`}${owner === "" ? "" : `, repositories of "${owner}"`}`;
  const who = git && readSignIn(type, git.signIn);
  if (git === undefined || who === undefined || (url === "" && getHostDefinition(type).defaultUrl === undefined))
    return { text: where };
  const host = createGitHost(type, { signIn: who, ...(url === "" ? {} : { url }) });
  const facts = await host.describeSignIn(owner);
  const expiry = describeExpiry(host.title, facts, git.now);
  if (expiry !== undefined) return { state: "bad", text: expiry };
  return { text: `${where}${facts.user === undefined ? "" : `, signed in as "${facts.user}"`}` };
}

async function listVariables(space: OctopusSpace): Promise<JsonObject[] | undefined> {
  const [set] = await listByExactNames(space, "libraryvariablesets", [variableSetNames.gitHost]);
  return set && objectsOf(await space.get(`/variables/${textOf(set, "VariableSetId")}`), "Variables");
}
