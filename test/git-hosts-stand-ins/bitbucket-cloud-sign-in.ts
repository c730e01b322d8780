import type { ApiAnswer, ApiRequest } from "../git-server/git-server.ts";
import { refuse } from "./bitbucket-cloud-documents.ts";
import type { RouteContext, StandIn, StandInRepository, StandInToken } from "./stand-in.ts";

/** Whose token a user's API token is, is told by its Git name. */
export function isApiToken({ gitUsername }: StandInToken): boolean {
  return gitUsername === "x-bitbucket-api-token-auth";
}

/** Access tokens are bearers, API tokens are not. */
export function authenticate(standIn: StandIn, { headers }: ApiRequest): StandInToken | ApiAnswer {
  const [, scheme = "", given = ""] = /^(Bearer|Basic) (.*)$/.exec(headers.authorization ?? "") ?? [];
  if (scheme === "Bearer") {
    const found = standIn.tokens.get(given);
    const message = "Token is invalid, expired, or not supported for this endpoint.";
    return found === undefined || isApiToken(found) ? refuse(401, message) : found;
  }
  const [email = "", token = ""] = Buffer.from(given, "base64").toString().split(":");
  const found = standIn.tokens.get(token);
  // Without anything to read.
  return found !== undefined && isApiToken(found) && email === `${found.login}@example.com` ? found : { status: 401 };
}

/** The scope that a request takes: of an access token, and of an API token. */
export type Scope = readonly [accessToken: string, apiToken: string];

export const scopes = {
  account: ["account", "read:user:bitbucket"],
  read: ["repository", "read:repository:bitbucket"],
  write: ["repository:write", "write:repository:bitbucket"],
  admin: ["repository:admin", "admin:repository:bitbucket"],
  remove: ["repository:delete", "delete:repository:bitbucket"],
  pulls: ["pullrequest", "read:pullrequest:bitbucket"],
  pullsWrite: ["pullrequest:write", "write:pullrequest:bitbucket"],
} as const satisfies Record<string, Scope>;

/** What comes with an access token's scope (Bitbucket Cloud documentation, "Bitbucket Cloud REST API scopes"); those of API tokens imply none. */
const implied: Readonly<Record<string, readonly string[]>> = {
  "repository:write": ["repository"],
  pullrequest: ["repository"],
  "pullrequest:write": ["pullrequest", "repository", "repository:write"],
};

/** @returns the refusal for a token without the scope */
export function lacksScope(who: StandInToken, [accessScope, apiScope]: Scope): ApiAnswer | undefined {
  const required = isApiToken(who) ? apiScope : accessScope;
  const granted = who.scopes.flatMap((scope) => [scope, ...(implied[scope] ?? [])]);
  if (granted.includes(required)) return undefined;
  const answer = refuse(403, "Your credentials lack one or more required privilege scopes.", {
    detail: { granted: who.scopes, required: [required] },
  });
  return { ...answer, headers: { "x-oauth-scopes": who.scopes.join(", ") } };
}

export const noRepository = refuse(
  404,
  "You may not have access to this repository or it no longer exists in this workspace. If you think this repository exists and you have access, make sure you are authenticated.",
);

/** Addresses are in small letters, and a repository that was renamed is known by its new name alone. */
export function inRepository(
  standIn: StandIn,
  scope: Scope,
  answer: (repository: StandInRepository, context: RouteContext) => ApiAnswer,
): (context: RouteContext) => ApiAnswer {
  return (context) => {
    const [owner = "", name = ""] = context.parts;
    const repository = standIn.repositories.find((each) => each.owner === owner && each.name === name);
    if (repository === undefined) return noRepository;
    return lacksScope(context.who, scope) ?? answer(repository, context);
  };
}

export const repositoryPattern = String.raw`^/repositories/([^/]+)/([^/]+)`;
