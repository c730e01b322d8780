import { ParameterError } from "../../step/errors.ts";
import type { RepositoryPath } from "../host-access.ts";

/** Characters (Bitbucket Cloud documentation, "What is a slug?"). */
const longest = 62;

/** What a repository is called in addresses: its name in small letters, with one dash for whatever else stands between. */
export function toSlug(name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9_.-]+/g, "-")
    .replace(/-{2,}/g, "-");
  return slug.length > 1 ? slug.replace(/-$/, "") : slug;
}

/**
 * Where a repository is in the API, by its slug; `rest` begins with a slash.
 * @throws {@link ParameterError} for a name that no repository can have
 */
export function repositoryAt({ owner, name }: RepositoryPath, rest = ""): { path: string; owner: string } {
  const slug = toSlug(name);
  if (/^\.*$/.test(slug) || slug.length > longest)
    throw new ParameterError(
      `"${name}" cannot be the name of a repository on Bitbucket Cloud. Use one of at most ${longest} letters, digits, dashes, dots and underscores.`,
    );
  return { path: `/repositories/${encodeURIComponent(owner.toLowerCase())}/${slug}${rest}`, owner };
}
