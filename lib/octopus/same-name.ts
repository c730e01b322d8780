/**
 * Whether Octopus takes two names for one and the same: it compares without case and spaces at the ends, and with accents. `Production` and `production`
 * cannot stand side by side in a space, and a look-up by either finds the one that is there (Octopus compares ordinally without case,
 * and so does the collation of its database).
 */
export function isSameName(a: string, b: string): boolean {
  return foldName(a) === foldName(b);
}

/** Equal for names that are the same to Octopus: what to look names up by in a map or a set. Nothing for people to see. */
export function foldName(name: string): string {
  return name.trim().toLowerCase();
}
