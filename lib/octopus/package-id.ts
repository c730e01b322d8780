/** The package id of a template project: its name in lower case, every other character an underscore (the rule that octoterra's users know). */
export function packageIdOf(projectName: string): string {
  return projectName.toLowerCase().replace(/[^a-z0-9]/gu, "_");
}

/** Whether the built-in feed takes it (Octopus documentation, "Supported packages"). */
export function isPackageId(id: string): boolean {
  return /^[a-zA-Z0-9](?:[a-zA-Z0-9._-]*[a-zA-Z0-9_])?$/.test(id);
}

/** The package id of a golden space: by its name, and by its id where the name gives none that the feed takes. */
export function packageIdOfSpace({ id, name }: { id: string; name: string }): string {
  const byName = packageIdOf(name);
  return isPackageId(byName) ? byName : packageIdOf(`space ${id}`);
}
