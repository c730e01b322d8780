import { ParameterError } from "../../step/errors.ts";
import type { GitHostOptions, HostAccess, HostAccessDefinition, RepositoryPath } from "../host-access.ts";
import { splitCloneUrl } from "../parse-clone-url.ts";

/** GitLab in the cloud and self-managed, there below a relative URL, too. */
export const gitlabAccess = {
  title: "GitLab",
  defaultUrl: "https://gitlab.com",
  exampleUrl: "https://gitlab.example.com",
  owners: "a group, with the groups it is in (`group/subgroup`), or a user",
  tokens: "a personal, project or group access token with the scope `api`",
  open: openAccess,
} satisfies HostAccessDefinition;

function openAccess({ url, signIn }: GitHostOptions): HostAccess {
  if (!("token" in signIn)) throw new ParameterError("GitLab knows no applications with keys. Enter a token.");
  // The user name of an access token is ignored, but may not be empty; an OAuth 2.0 token takes this one (docs, "Clone with a token").
  const { token, username = "oauth2" } = signIn;
  return {
    url,
    title: gitlabAccess.title,
    getCredentials: (owner) => Promise.resolve({ url: `${url}/${owner}`, username, token }),
    parseCloneUrl: (address) => parseCloneUrl(url, address),
  };
}

/** Groups are in groups, so that an owner has one part or more. `-` is none of them: behind it are the pages of a project. */
function parseCloneUrl(hostUrl: string, address: string): RepositoryPath | undefined {
  const parts = splitCloneUrl(hostUrl, address) ?? [];
  const name = parts.at(-1);
  if (name === undefined || parts.length < 2 || parts.includes("-")) return undefined;
  return { owner: parts.slice(0, -1).join("/"), name };
}
