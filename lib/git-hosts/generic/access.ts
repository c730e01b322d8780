import { ParameterError } from "../../step/errors.ts";
import { splitCredentials } from "../../git/git-credentials.ts";
import type { GitHostOptions, HostAccess, HostAccessDefinition, RepositoryPath, TokenSignIn } from "../host-access.ts";

/** Whatever serves Git by HTTP. */
export const genericAccess = {
  title: "Any Git server",
  exampleUrl: "https://git.example.com",
  owners: "all of a repository's path but its name, of any number of parts",
  tokens: "a password or token that Git takes for a user, or none where everybody may write",
  needsNoToken: true,
  open: openAccess,
} satisfies HostAccessDefinition;

/** @throws {@link ParameterError} for an application */
export function readToken({ signIn }: GitHostOptions): Required<TokenSignIn> {
  if (!("token" in signIn)) throw new ParameterError("A Git server knows no applications. Enter a token, or none.");
  return { token: signIn.token, username: signIn.username ?? "x-access-token" };
}

function openAccess(options: GitHostOptions): HostAccess {
  const { url } = options;
  const { token, username } = readToken(options);
  return {
    url,
    title: "the Git server",
    getCredentials: (owner) => Promise.resolve({ url: `${url}/${encodePath(owner)}`, username, token }),
    parseCloneUrl: (address) => parseCloneUrl(url, address),
  };
}

/** Each part of a path encoded, the slashes between them kept. */
export function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

/** The last part is the name, with or without `.git`, and what is before it the owner. */
function parseCloneUrl(hostUrl: string, address: string): RepositoryPath | undefined {
  if (!URL.canParse(address.trim()) || !/^https?:/i.test(address.trim())) return undefined;
  const { url } = splitCredentials(address);
  if (!url.toLowerCase().startsWith(`${hostUrl.toLowerCase()}/`)) return undefined;
  const parts = url
    .slice(hostUrl.length + 1)
    .split("/")
    .map(decodeURIComponent);
  const name = parts.pop()?.replace(/\.git$/i, "") ?? "";
  if (name === "" || parts.length === 0 || parts.includes("")) return undefined;
  return { owner: parts.join("/"), name };
}
