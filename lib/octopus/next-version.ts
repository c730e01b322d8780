import { compareVersions } from "./compare-versions.ts";

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
  const [numbers = ""] = /\d+(?:\.\d+)*/.exec(version) ?? [];
  const [year = 0n, month = 0n, day = 0n, last = 0n] = numbers.split(".").map(BigInt);
  return [year, month, day, last + 1n].join(".");
}
