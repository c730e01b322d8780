import { splitCredentials } from "../../git/git-credentials.ts";
import { describePath } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";

/**
 * The organization that an owner is in, as a path that begins with a slash, encoded; "" where the address of the host names it. An owner is
 * `organization/project` at https://dev.azure.com, and a project at https://dev.azure.com/organization.
 */
export function organizationPath(owner: string): string {
  return owner
    .split("/")
    .slice(0, -1)
    .map((part) => `/${encodeURIComponent(part)}`)
    .join("");
}

/** The same organization's other project. */
export function siblingOwner(owner: string, project: string): string {
  return [...owner.split("/").slice(0, -1), project].join("/");
}

export function projectOf(owner: string): string {
  return owner.split("/").at(-1) ?? "";
}

export function ownerPath(owner: string): string {
  return `${organizationPath(owner)}/${encodeURIComponent(projectOf(owner))}`;
}

/** For people and for Git alike. */
export function repositoryUrl(url: string, { owner, name }: RepositoryPath): string {
  return `${url}${ownerPath(owner)}/_git/${encodeURIComponent(name)}`;
}

/**
 * `<host>/<organization>/<project>/_git/<name>`; without the project where it is called as the repository is. What Visual Studio puts before
 * the name of a large one, `_optimized` or `_full`, is left out.
 * @returns undefined for any other address
 */
export function parseAddress(hostUrl: string, address: string): RepositoryPath | undefined {
  if (!URL.canParse(address.trim()) || !/^https?:/i.test(address.trim())) return undefined;
  const { url } = splitCredentials(address);
  if (!url.toLowerCase().startsWith(`${hostUrl.toLowerCase()}/`)) return undefined;
  const parts = url
    .slice(hostUrl.length + 1)
    .split("/")
    .map(decodeURIComponent);
  const at = parts.indexOf("_git");
  const [name = "", ...rest] = parts.slice(at + 1).filter((part) => part !== "_optimized" && part !== "_full");
  if (at === -1 || name === "" || rest.length > 0 || parts.includes("")) return undefined;
  const before = parts.slice(0, at);
  const owner = (before.length < leastParts(hostUrl) ? [...before, name] : before).join("/");
  const path = { owner, name };
  return describePath(path).split("/").length > leastParts(hostUrl) ? path : undefined;
}

/** Of an owner: the organization, too, where the host's address is that of all organizations. */
function leastParts(hostUrl: string): number {
  return isOfAllOrganizations(hostUrl) ? 2 : 1;
}

function isOfAllOrganizations(hostUrl: string): boolean {
  const { hostname, pathname } = new URL(hostUrl);
  return hostname.toLowerCase() === "dev.azure.com" && pathname === "/";
}
