import type { ApiAnswer } from "../git-server/git-server.ts";
import { refuse } from "./bitbucket-data-center-documents.ts";
import type { RouteContext, StandIn, StandInRepository, StandInToken } from "./stand-in.ts";

export const repositoryPattern = "/projects/([^/]+)/repos/([^/]+)";

export type Permission = "REPO_READ" | "REPO_WRITE" | "REPO_ADMIN" | "PROJECT_ADMIN";

const levels: readonly string[] = ["REPO_READ", "REPO_WRITE", "REPO_ADMIN", "PROJECT_ADMIN"];

/** A permission brings those below it. */
function lacks({ scopes }: StandInToken, permission: Permission): boolean {
  return !scopes.some((scope) => levels.indexOf(scope) >= levels.indexOf(permission));
}

const notPermitted = refuse(401, "AuthorisationException", "You are not permitted to access this resource");

/** Case does not count, and what was renamed is known by its old names. */
export function inRepository(
  standIn: StandIn,
  permission: Permission,
  answer: (repository: StandInRepository, context: RouteContext) => ApiAnswer,
): (context: RouteContext) => ApiAnswer {
  return (context) => {
    const [owner = "", name = ""] = context.parts;
    const repository = standIn.find(owner, name);
    if (repository === undefined) return findElsewhere(standIn, context);
    if (lacks(context.who, permission)) return notPermitted;
    const isChange = context.request.method !== "GET" && repository.isArchived;
    return isChange
      ? refuse(409, "repository.RepositoryArchivedException", "The repository is archived.")
      : answer(repository, context);
  };
}

function findElsewhere(standIn: StandIn, { request, parts: [owner = "", name = ""] }: RouteContext): ApiAnswer {
  const renamed = standIn.findRenamed(owner, name);
  if (renamed !== undefined) {
    const place = `/projects/${renamed.owner.toUpperCase()}/repos/${renamed.name}`;
    const location = request.url.href.replace(/\/projects\/[^/]+\/repos\/[^/?]+/, place);
    return { status: 301, headers: { location } };
  }
  if (!hasProject(standIn, owner)) return noProject(owner);
  return refuse(
    404,
    "repository.NoSuchRepositoryException",
    `Repository ${owner.toUpperCase()}/${name} does not exist.`,
  );
}

function hasProject(standIn: StandIn, owner: string): boolean {
  const account = standIn.accounts.get(owner.replace("~", "").toLowerCase());
  return account === (owner.startsWith("~") ? "User" : "Organization");
}

function noProject(owner: string): ApiAnswer {
  return refuse(404, "project.NoSuchProjectException", `Project ${owner.toUpperCase()} does not exist.`);
}

/** A user's own project is the user's alone. */
export function refuseToMake(standIn: StandIn, who: StandInToken, owner: string): ApiAnswer | undefined {
  if (!hasProject(standIn, owner)) return noProject(owner);
  const isOwn = owner.toLowerCase() === `~${who.login}`;
  const isOthers = owner.startsWith("~") && !isOwn;
  return isOthers || lacks(who, "PROJECT_ADMIN") ? notPermitted : undefined;
}
