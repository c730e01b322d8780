import { h } from "./element.ts";

const number = new Intl.NumberFormat("en-US");
const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });
const moment = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

const time = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

const minute = 60_000;
const spans: readonly (readonly [unit: string, milliseconds: number])[] = [
  ["year", 365.25 * 24 * 60 * minute],
  ["month", 30.44 * 24 * 60 * minute],
  ["week", 7 * 24 * 60 * minute],
  ["day", 24 * 60 * minute],
  ["hour", 60 * minute],
  ["minute", minute],
];

/** `1,000` */
export function digits(value: number): string {
  return number.format(value);
}

/** `1 space`, `1,000 spaces` */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${digits(value)} ${value === 1 ? one : many}`;
}

/** `3 weeks`; less than a minute is `a moment`. */
export function lengthOf(milliseconds: number): string {
  // Weeks and months begin late, since "10 days" says more than "1 week".
  const found = spans.find(([, span]) => milliseconds >= (span > 24 * 60 * minute ? 2 : 1) * span);
  return found === undefined ? "a moment" : count(Math.floor(milliseconds / found[1]), found[0]);
}

/** `3 weeks ago` */
export function ago(iso: string, now: number): string {
  const age = now - Date.parse(iso);
  return age < minute ? "just now" : `${lengthOf(age)} ago`;
}

/** As the reader's clock has it: `26 Nov 2026, 14:02`. */
export function exact(iso: string): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return iso;
  return iso.length === 10 ? day.format(at) : moment.format(at);
}

/** As the reader's clock has it: `14:02:30`. */
export function clock(iso: string): string {
  return time.format(Date.parse(iso));
}

/** `8 min 20 s` */
export function duration(seconds: number): string {
  if (seconds < 1) return "under 1 s";
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `for 3 weeks`, with since when exactly. */
export function lasting(iso: string, now: number): HTMLElement {
  const age = now - Date.parse(iso);
  return h(
    "time",
    { datetime: iso, title: iso },
    age < minute ? "just now" : `for ${lengthOf(age)}`,
    h("span", { class: "exact" }, `, since ${exact(iso)}`),
  );
}

/** How long ago, with the exact time beside it where there is room, and on hovering. */
export function since(iso: string, now: number, { isShort = false, before = "" } = {}): HTMLElement {
  const [relative, whole] = [ago(iso, now), exact(iso)];
  return h(
    "time",
    { datetime: iso, title: `${whole} (${iso})` },
    `${before}${relative}`,
    !isShort && h("span", { class: "exact" }, ` · ${whole}`),
  );
}

/** `98 %`; of nothing, a dash. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return "–";
  // Never "100 %" where something failed, and never "0 %" where something is.
  const share = Math.min(Math.max(Math.round((part / whole) * 100), part > 0 ? 1 : 0), part < whole ? 99 : 100);
  return `${share} %`;
}
