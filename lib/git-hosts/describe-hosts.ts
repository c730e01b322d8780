import type { HostAccessDefinition } from "./host-access.ts";
import { gitHosts, type GitHostId } from "./index.ts";

/** What each host is called in forms. */
export const gitHostTitles: Readonly<Record<GitHostId, string>> = listTitles();

/** What an address may be left out for: `https://github.com for GitHub; else where the template's repository is`. */
export const addressesWhenNone = `${listDefinitions()
  .flatMap(({ title, defaultUrl }) => (defaultUrl === undefined ? [] : [`${defaultUrl} for ${title}`]))
  .join(", ")}; for any other, where the template's repository is`;

/** What signs in besides a token: `a GitHub App`. */
export const applicationTitles = listDefinitions()
  .flatMap(({ application }) => application?.title ?? [])
  .join(" or ");

function listTitles(): Record<GitHostId, string> {
  const titles = Object.fromEntries(Object.entries(gitHosts).map(([id, { title }]) => [id, title]));
  if (hasEveryHost(titles)) return titles;
  throw new TypeError("A Git host has no title.");
}

function hasEveryHost(titles: Record<string, string>): titles is Record<GitHostId, string> {
  return Object.keys(gitHosts).every((id) => Object.hasOwn(titles, id));
}

function listDefinitions(): HostAccessDefinition[] {
  return Object.values(gitHosts);
}
