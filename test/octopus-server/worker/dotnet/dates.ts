/** A moment as .NET's date types tell it, on a machine whose own zone is UTC. */
export interface DotnetDate {
  /** What the clock and the calendar show, in milliseconds since 1970 as if it were UTC. */
  clock: number;
  /** Ten-thousandths of a millisecond. */
  ticks: number;
  /** Minutes that the clock is ahead of UTC. */
  offset: number;
  /** What is known of the zone: `DateTimeKind`, or that it is a `DateTimeOffset`. */
  zone: "utc" | "none" | "local" | "offset";
}

/** The clock at that day and time; undefined where there is no such day or time. */
export function toClock(
  [year, month, day]: readonly [number, number, number],
  [hour, minute, second]: readonly [number, number, number],
): number | undefined {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59)
    return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1) return undefined;
  return date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000;
}

/** @returns undefined beyond what .NET can tell */
export function addTime(date: DotnetDate, milliseconds: number): DotnetDate | undefined {
  const ticks = date.ticks + Math.round((milliseconds - Math.floor(milliseconds)) * 10_000);
  const clock = date.clock + Math.floor(milliseconds) + Math.floor(ticks / 10_000);
  const isTold = clock >= first && clock <= last;
  return isTold ? { ...date, clock, ticks: ticks % 10_000 } : undefined;
}

const first = new Date("0001-01-01T00:00:00Z").getTime();
const last = new Date("9999-12-31T23:59:59.999Z").getTime();
