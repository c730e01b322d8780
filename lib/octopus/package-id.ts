/** The package id of a template project: its name in lower case, every other character an underscore (the rule that octoterra's users know). */
export function packageIdOf(projectName: string): string {
  return projectName.toLowerCase().replace(/[^a-z0-9]/gu, "_");
}
