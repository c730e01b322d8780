import type { RepositoryPath } from "./host-access.ts";
import { splitCredentials } from "../git/git-credentials.ts";

/** `<host>/<owner>/<name>` with or without `.git`, as GitHub, Gitea and Forgejo have it; undefined for any other address. */
export function parseCloneUrl(hostUrl: string, address: string): RepositoryPath | undefined {
  const [owner, name, ...rest] = splitCloneUrl(hostUrl, address) ?? [];
  return owner === undefined || name === undefined || rest.length > 0 ? undefined : { owner, name };
}

/** @returns the parts of the path below the host, without `.git`; undefined for an address that is not on the host, or has an empty part */
export function splitCloneUrl(hostUrl: string, address: string): string[] | undefined {
  if (!URL.canParse(address.trim()) || !/^https?:/i.test(address.trim())) return undefined;
  const { url } = splitCredentials(address);
  if (!url.toLowerCase().startsWith(`${hostUrl.toLowerCase()}/`)) return undefined;
  const path = url.slice(hostUrl.length + 1).replace(/\.git$/i, "");
  const parts = path.split("/").map(decode);
  return parts.includes("") ? undefined : parts;
}

/** @returns "" for what is no encoded text, such as `%zz` */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
