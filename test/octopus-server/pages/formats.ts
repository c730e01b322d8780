/** "4.2 s", "1 min 12 s". */
export function formatDuration(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return "–";
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** "just now", "5 minutes ago". */
export function formatAge(time: Date | undefined, now: Date): string {
  if (time === undefined) return "–";
  const minutes = Math.floor((now.getTime() - time.getTime()) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${formatCount(minutes, "minute")} ago`;
  return minutes < 1440
    ? `${formatCount(Math.floor(minutes / 60), "hour")} ago`
    : `${formatCount(Math.floor(minutes / 1440), "day")} ago`;
}

/** "482 B", "12 kB", "3.4 MB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** "1 space", "3 spaces". */
export function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
