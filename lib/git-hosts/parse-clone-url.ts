import type { RepositoryPath } from "./host-access.ts";
import { splitCredentials } from "../git/git-credentials.ts";

/** `<host>/<owner>/<name>` with or without `.git`, as GitHub, Gitea and Forgejo have it; undefined for any other address. */
export function parseCloneUrl(hostUrl: string, address: string): RepositoryPath | undefined {
  if (!URL.canParse(address.trim()) || !/^https?:/i.test(address.trim())) return undefined;
  const { url } = splitCredentials(address);
  if (!url.toLowerCase().startsWith(`${hostUrl.toLowerCase()}/`)) return undefined;
  const [owner = "", name = "", ...rest] = url
    .slice(hostUrl.length + 1)
    .split("/")
    .map(decodeURIComponent);
  const plain = name.replace(/\.git$/i, "");
  return owner === "" || plain === "" || rest.length > 0 ? undefined : { owner, name: plain };
}
