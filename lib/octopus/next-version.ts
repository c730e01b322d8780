import { compareVersions } from "./packages.ts";

/**
 * A version made of the time (UTC), `2026.11.5.93007` for half past nine and seven seconds, without leading zeros, so that versions
 * sort by their numbers. Always above `newest`, even when this clock is behind the one that made it.
 */
export function nextVersion(now: Date, newest: string | undefined): string {
  const time = now.getUTCHours() * 10_000 + now.getUTCMinutes() * 100 + now.getUTCSeconds();
  const version = [now.getUTCFullYear(), now.getUTCMonth() + 1, now.getUTCDate(), time].join(".");
  return newest === undefined || compareVersions(version, newest) > 0 ? version : above(newest);
}

function above(version: string): string {
  const parts = version.split(/[.+-]/).map((part) => Number.parseInt(part, 10) || 0);
  const [year = 0, month = 0, day = 0, last = 0] = parts;
  return [year, month, day, last + 1].join(".");
}
