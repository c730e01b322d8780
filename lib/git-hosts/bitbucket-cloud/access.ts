import { ParameterError } from "../../step/errors.ts";
import type { GitHostOptions, HostAccess, HostAccessDefinition, TokenSignIn } from "../host-access.ts";
import { parseCloneUrl } from "../parse-clone-url.ts";

/** bitbucket.org, which is not Bitbucket Data Center. */
export const bitbucketCloudAccess = {
  title: "Bitbucket Cloud",
  defaultUrl: "https://bitbucket.org",
  exampleUrl: "https://bitbucket.org",
  owners: "a workspace",
  tokens:
    "an access token of a workspace, a project or a repository; or a user's API token, with the user's e-mail address as the user name",
  open: openAccess,
} satisfies HostAccessDefinition;

function openAccess({ url, signIn }: GitHostOptions): HostAccess {
  if (!("token" in signIn)) throw new ParameterError("Bitbucket knows no applications with keys. Enter a token.");
  const { username, token } = toGitSignIn(signIn);
  return {
    url,
    title: "Bitbucket",
    // One token for all owners, whose names may be written in capitals, which Git would tell apart.
    getCredentials: () => Promise.resolve({ url, username, token }),
    parseCloneUrl: (address) => parseCloneUrl(url, address),
  };
}

/** What Git gives as the user's name for each sort of token (Bitbucket Cloud documentation, "Using access tokens", "Using API tokens"). */
const accessTokenUser = "x-token-auth";
const apiTokenUser = "x-bitbucket-api-token-auth";

/** An e-mail address tells that the token is one of a user: the API asks for it, and Git has a name that stands for it. */
function toGitSignIn({ username = accessTokenUser, token }: TokenSignIn): { username: string; token: string } {
  if (isEmail(username)) return { username: apiTokenUser, token };
  if (username === accessTokenUser) return { username, token };
  throw new ParameterError(
    `"${username}" is no user name that tokens of Bitbucket Cloud sign in with. Enter the e-mail address of the user for an API token, and nothing for an access token of a workspace, a project or a repository.`,
  );
}

export function isEmail(username: string): boolean {
  return username.includes("@");
}
