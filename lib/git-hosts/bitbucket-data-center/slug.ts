import { ParameterError } from "../../step/errors.ts";
import type { RepositoryPath } from "../host-access.ts";

/** Characters (Bitbucket Data Center documentation, "Creating repositories"). */
const longest = 128;

/** What a repository is called in addresses: its name in small letters, with a dash for each character that is none of theirs ("What is a repository slug?"). */
export function toSlug(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9_.-]/g, "-");
}

/**
 * Where a repository is in the API, by its project's key and its slug; `rest` begins with a slash. Other parts of Bitbucket have an API of their
 * own, such as `branch-utils`.
 * @throws {@link ParameterError} for a name that no repository can have
 */
export function repositoryAt({ owner, name }: RepositoryPath, rest = "", api = "api"): { path: string; owner: string } {
  const slug = toSlug(name);
  if (!/^[a-z0-9]/.test(slug) || slug.length > longest)
    throw new ParameterError(
      `"${name}" cannot be the name of a repository on Bitbucket. Use one of at most ${longest} letters, digits, dashes, dots and underscores, which begins with a letter or a digit.`,
    );
  return { path: `/${api}/latest${projectPath(owner)}/repos/${slug}${rest}`, owner };
}

/** @throws {@link ParameterError} for what is neither the key of a project nor that of a user's own */
export function projectPath(key: string): string {
  if (/^~?[\w.-]*\w[\w.-]*$/.test(key)) return `/projects/${key}`;
  throw new ParameterError(
    `"${key}" is no key of a project. Use a key such as PRJ, or ~ and the name of a user, such as ~barry.`,
  );
}
