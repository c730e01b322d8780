import { splitCredentials } from "../../git/git-credentials.ts";
import { ParameterError } from "../../step/errors.ts";
import type { GitHostOptions, HostAccess, HostAccessDefinition, RepositoryPath } from "../host-access.ts";

/** Bitbucket Data Center, and Bitbucket Server before it. */
export const bitbucketDataCenterAccess = {
  title: "Bitbucket Data Center",
  exampleUrl: "https://git.example.com/bitbucket",
  owners: "a project's key, or ~ and a user's name",
  tokens: "an HTTP access token of a user, a project or a repository",
  open: openAccess,
} satisfies HostAccessDefinition;

/** Tokens of projects and repositories are nobody's, and are taken as bearers alone; those of users with the user's name as well. */
function openAccess({ url, signIn }: GitHostOptions): HostAccess {
  if (!("token" in signIn)) throw new ParameterError("Bitbucket knows no applications with keys. Enter a token.");
  const { username, token } = signIn;
  const identity =
    username === undefined ? { username: "x-token-auth", token, isBearer: true as const } : { username, token };
  return {
    url,
    title: "Bitbucket",
    // One token for all owners, whose names may be written in capitals, which Git would tell apart.
    getCredentials: () => Promise.resolve({ url: `${url}/scm`, ...identity }),
    parseCloneUrl: (address) => parseAddress(url, address),
  };
}

const places = [
  /^scm\/(?<owner>[^/]+)\/(?<name>[^/]+?)(\.git)?$/i,
  /^projects\/(?<owner>[^/]+)\/repos\/(?<name>[^/]+)(\/browse)?$/i,
  /^users\/(?<user>[^/]+)\/repos\/(?<name>[^/]+)(\/browse)?$/i,
];

/** The address for Git, and the two of pages: `/projects/PRJ/repos/web`, and `/users/barry/repos/web` for those of a user. */
function parseAddress(url: string, address: string): RepositoryPath | undefined {
  if (!URL.canParse(address.trim()) || !/^https?:/i.test(address.trim())) return undefined;
  const { url: plain } = splitCredentials(address);
  if (!plain.toLowerCase().startsWith(`${url.toLowerCase()}/`)) return undefined;
  const rest = plain.slice(url.length + 1);
  const { owner, user, name } = places.map((place) => place.exec(rest)?.groups).find(Boolean) ?? {};
  if (name === undefined) return undefined;
  return { owner: decodeURIComponent(owner ?? `~${user}`), name: decodeURIComponent(name) };
}
