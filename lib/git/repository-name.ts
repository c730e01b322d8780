import { createHash } from "node:crypto";
import { ParameterError } from "../step/errors.ts";

/** What a downstream repository is called after. */
export interface RepositoryNameParts {
  tenant: string;
  project: string;
}

/** The strictest host's limit counts (Bitbucket), so that a name can move from host to host. */
const longest = 62;

/**
 * The name of a downstream repository from a pattern such as `{tenant}_{project}`: in lower case, every character that is no letter,
 * digit, dot, dash or underscore an underscore; legal on GitHub, Gitea, GitLab, Bitbucket and Azure Repos alike. A name that
 * would be too long is cut and ends with a digest of the whole.
 * @throws {@link ParameterError} for a pattern with another placeholder, or when no letter or digit is left
 */
export function renderRepositoryName(pattern: string, parts: RepositoryNameParts): string {
  const values = new Map(Object.entries({ tenant: parts.tenant, project: parts.project }));
  const filled = pattern.replace(/\{([^{}]*)\}/g, (_, placeholder: string) => {
    const value = values.get(placeholder.trim().toLowerCase());
    if (value !== undefined) return toNamePart(value);
    throw new ParameterError(
      `The repository name pattern "${pattern}" holds {${placeholder}}. Use {tenant} and {project}.`,
    );
  });
  const name = toLegalName(filled.toLowerCase().replace(/[^a-z0-9._-]/gu, "_"));
  if (/[a-z0-9]/.test(name)) return name;
  throw new ParameterError(
    `The repository name for the tenant "${parts.tenant}" and the project "${parts.project}" would hold no letter or digit of a to z and 0 to 9. Use a pattern with a text of its own, or rename the tenant.`,
  );
}

/** The seed's rule for tenant and project: everything but letters and digits is an underscore. */
function toNamePart(value: string): string {
  return value.toLowerCase().replace(/[^a-z0-9]/gu, "_");
}

/**
 * No host takes "." at the end or `.git` (all), `.wiki`, `.rss`, `.atom` (Gitea, GitLab), `.lock`; Azure takes no "_" and GitLab no "-"
 * or "." at the beginning.
 */
function toLegalName(name: string): string {
  const trimmed = name.replace(/^[._-]+/, "").replace(/\.+$/, "");
  const legal = trimmed.replace(/\.(git|wiki|rss|atom|lock)$/, "_$1").replace(/\.{2,}/g, ".");
  if (legal.length <= longest) return legal;
  const digest = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${legal.slice(0, longest - digest.length - 1)}_${digest}`;
}

/** Tenants and projects that would share one repository; the same tenant and project twice is no clash. */
export function findEqualNames(
  pattern: string,
  all: readonly RepositoryNameParts[],
): { name: string; parts: RepositoryNameParts[] }[] {
  const byName = new Map<string, Map<string, RepositoryNameParts>>();
  for (const parts of all) {
    const name = renderRepositoryName(pattern, parts);
    const group = byName.get(name) ?? new Map<string, RepositoryNameParts>();
    byName.set(name, group.set(JSON.stringify([parts.tenant, parts.project]), parts));
  }
  return [...byName]
    .filter(([, group]) => group.size > 1)
    .map(([name, group]) => ({ name, parts: [...group.values()] }));
}
