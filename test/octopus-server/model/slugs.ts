/** Lower case, everything but letters and digits to single hyphens (assumed; docs show slugs of this form). */
export function toSlug(name: string): string {
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return slug === "" ? "x" : slug.slice(0, 50);
}

/** The slug of a name, with -1, -2 … at its end while it is taken. */
export function uniqueSlug(name: string, taken: ReadonlySet<string>): string {
  const base = toSlug(name);
  let slug = base;
  for (let count = 1; taken.has(slug); count++) slug = `${base}-${count}`;
  return slug;
}
