import type { Branch } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import type { HostApi } from "../host-api.ts";
import { BitbucketBranchingModel, BitbucketRestriction, BitbucketUser } from "./schema.ts";
import { repositoryAt } from "./slug.ts";

type Rules = Pick<Branch, "isProtected" | "acceptsPushes">;

/**
 * Which restrictions are for a branch, and whether our user may push all the same. Only administrators are told of them: to anybody
 * else a branch looks as if it had none.
 */
export async function describeRules(api: HostApi, path: RepositoryPath, branch: string): Promise<Rules> {
  const all = await listRestrictions(api, path);
  const model = all.some(isByModel) ? await findModel(api, path) : undefined;
  const matching = all.filter((restriction) => isFor(restriction, branch, model));
  const acceptsPushes = await mayPush(
    api,
    path,
    matching.filter(({ kind }) => kind === "push"),
  );
  return { isProtected: matching.length > 0, ...(acceptsPushes === undefined ? {} : { acceptsPushes }) };
}

async function listRestrictions(api: HostApi, path: RepositoryPath): Promise<BitbucketRestriction[]> {
  const restrictions: BitbucketRestriction[] = [];
  const list = { ...repositoryAt(path, "/branch-restrictions"), query: { pagelen: 100 }, emptyStatus: 403 };
  for await (const restriction of api.list({ ...list, schema: BitbucketRestriction })) restrictions.push(restriction);
  return restrictions;
}

function findModel(api: HostApi, path: RepositoryPath): Promise<BitbucketBranchingModel | undefined> {
  return api.find({ ...repositoryAt(path, "/effective-branching-model"), schema: BitbucketBranchingModel });
}

function isByModel({ branch_match_kind: kind }: BitbucketRestriction): boolean {
  return kind === "branching_model";
}

/** A restriction is for a pattern, or for a type of branches: the branching model has a branch of two of them, and beginnings of the others. */
function isFor(restriction: BitbucketRestriction, branch: string, model: BitbucketBranchingModel | undefined): boolean {
  const { pattern = "", branch_type: type } = restriction;
  if (!isByModel(restriction)) return toPattern(pattern).test(branch);
  const named = type === "production" ? model?.production : type === "development" ? model?.development : undefined;
  const prefix = model?.branch_types?.find(({ kind }) => kind === type)?.prefix ?? "";
  return named?.name === branch || (prefix !== "" && branch.startsWith(prefix));
}

/** `*` stands for any characters, slashes too, and every other one for itself (REST reference, "Create a branch restriction rule"). */
function toPattern(glob: string): RegExp {
  const parts = glob.split(/\*+/).map((part) => part.replaceAll(/[.+?^$(){}|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}

/** @returns undefined where nothing is known: without a restriction, as an access token, which is no user, and where groups may push */
async function mayPush(
  api: HostApi,
  { owner }: RepositoryPath,
  restrictions: readonly BitbucketRestriction[],
): Promise<boolean | undefined> {
  if (restrictions.length === 0) return undefined;
  const self = await api.attempt({ path: "/user", owner, schema: BitbucketUser });
  if ("refusal" in self) return undefined;
  const others = restrictions.filter(({ users = [] }) => !users.some(({ uuid }) => uuid === self.value.uuid));
  if (others.length === 0) return true;
  return others.some(({ groups = [] }) => groups.length === 0) ? false : undefined;
}
