/** What self-hosted servers were on in September 2026 (OctopusDeploy/docs, pull request 3470). */
export const defaultVersion = "2026.3.15829";

/** Which lines of servers have something, such as `{ since: "2026.3" }`; builds of one line are not told apart. */
export interface Availability {
  /** The first line that has it. */
  readonly since?: string;
  /** The first line that has it no more. */
  readonly until?: string;
}

/** Whether a server of this version has it. */
export function has(version: string, { since, until }: Availability): boolean {
  return (since === undefined || isSince(version, since)) && (until === undefined || !isSince(version, until));
}

/** Whether a server of this version is of the line, such as `2026.3`, or of a later one. */
export function isSince(version: string, line: string): boolean {
  return lineNumber(version) >= lineNumber(line);
}

/** `2024.4` is made a whole version: what `GET /api` tells has at least three numbers. */
export function wholeVersion(version: string): string {
  return /^\d+\.\d+$/.test(version) ? `${version}.0` : version;
}

/** A line has four releases a year. */
function lineNumber(version: string): number {
  const [year = 0, quarter = 0] = version.split(".").map(Number);
  return year * 10 + quarter;
}
