import { ParameterError } from "../../step/errors.ts";
import type { GitHostOptions, HostAccess, HostAccessDefinition } from "../host-access.ts";
import { parseCloneUrl } from "../parse-clone-url.ts";

/** Gitea, and Forgejo, which keeps to the same API. */
export const giteaAccess = {
  title: "Gitea or Forgejo",
  exampleUrl: "https://git.example.com",
  owners: "an organization or a user",
  tokens: "a token of a user",
  open: openAccess,
} satisfies HostAccessDefinition;

function openAccess({ url, signIn }: GitHostOptions): HostAccess {
  if (!("token" in signIn))
    throw new ParameterError("Gitea and Forgejo know no applications with keys. Enter a token.");
  const { token, username = "x-access-token" } = signIn;
  return {
    url,
    title: "Gitea",
    getCredentials: (owner) => Promise.resolve({ url: `${url}/${owner}`, username, token }),
    parseCloneUrl: (address) => parseCloneUrl(url, address),
  };
}
