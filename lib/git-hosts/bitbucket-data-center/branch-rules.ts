import type { Branch } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import type { HostApi } from "../host-api.ts";
import { BitbucketRestriction } from "./schema.ts";
import { repositoryAt } from "./slug.ts";
import { findUser } from "./sign-in.ts";

type Rules = Pick<Branch, "isProtected" | "acceptsPushes">;

/** The restrictions that keep pushes out. */
const ofPushes = ["read-only", "pull-request-only"];

/** Which permissions of branches are for a branch, and whether our user may push all the same. Only administrators are told of them. */
export async function describeRules(api: HostApi, path: RepositoryPath, branch: string): Promise<Rules> {
  const matching: BitbucketRestriction[] = [];
  const list = { ...repositoryAt(path, "/restrictions", "branch-permissions"), emptyStatus: 401 };
  for await (const restriction of api.list({ ...list, schema: BitbucketRestriction }))
    if (isFor(restriction, branch)) matching.push(restriction);
  const hindering = matching.filter(({ type }) => ofPushes.includes(type));
  const acceptsPushes = hindering.length === 0 ? undefined : await mayPush(api, path, hindering);
  return { isProtected: matching.length > 0, ...(acceptsPushes === undefined ? {} : { acceptsPushes }) };
}

/** Of the branching model nothing more is known here than that it has categories: such a restriction may be for any branch. */
function isFor({ matcher }: BitbucketRestriction, branch: string): boolean {
  const ref = `refs/heads/${branch}`;
  const kind = matcher.type.id;
  if (kind === "ANY_REF") return true;
  if (kind === "BRANCH") return matcher.id === ref;
  return kind === "PATTERN" && toPattern(matcher.id).test(ref);
}

/** `?` is a character and `*` several of one part of the name, `**` of several parts; it may begin at any part (Data Center documentation, "Branch permission patterns"). */
function toPattern(glob: string): RegExp {
  const whole = glob.endsWith("/") ? `${glob}**` : glob;
  const parts = whole.replaceAll(/\*\*\/?|\*|\?|[.+^$(){}|[\]\\]/g, (found) => {
    if (found === "**/") return "(?:.*/)?";
    if (found === "**") return ".*";
    if (found === "*") return "[^/]*";
    return found === "?" ? "[^/]" : String.raw`\${found}`;
  });
  return new RegExp(`^(?:.*/)?${parts}$`, "s");
}

/** @returns undefined where groups may push, and for a token that is nobody's */
async function mayPush(
  api: HostApi,
  { owner }: RepositoryPath,
  restrictions: readonly BitbucketRestriction[],
): Promise<boolean | undefined> {
  const user = await findUser(api, owner);
  if (user === undefined) return undefined;
  const others = restrictions.filter(({ users }) => !(users ?? []).some(({ name }) => name === user));
  if (others.length === 0) return true;
  return others.some(({ groups }) => (groups ?? []).length === 0) ? false : undefined;
}
