/** A moment as .NET's date types tell it: UTC milliseconds, minutes that the clock is ahead of UTC, and what is written for the zone. */
export interface DotnetDate {
  time: number;
  offset: number;
  zone: "utc" | "none" | "offset";
}

/** Reads ISO 8601 and whatever else JavaScript reads; without a zone the clock's own values are kept. */
export function parseDate(text: string): DotnetDate | undefined {
  const trimmed = text.trim();
  const zone = /:\d{2}(?:\.\d+)?\s*(?:(Z)|([+-])(\d{2}):?(\d{2}))$/i.exec(trimmed);
  const candidates = zone === null ? [`${trimmed}Z`, `${trimmed} UTC`] : [trimmed];
  const time = candidates.map((candidate) => Date.parse(candidate)).find((value) => !Number.isNaN(value));
  if (time === undefined || !/\d/.test(trimmed)) return undefined;
  if (zone === null) return { time, offset: 0, zone: "none" };
  if (zone[1] !== undefined) return { time, offset: 0, zone: "utc" };
  const minutes = Number(zone[3]) * 60 + Number(zone[4]);
  return { time, offset: zone[2] === "-" ? -minutes : minutes, zone: "offset" };
}

const standardDateFormats: Record<string, string> = {
  O: "yyyy-MM-ddTHH:mm:ss.fffffffK",
  o: "yyyy-MM-ddTHH:mm:ss.fffffffK",
  s: "yyyy-MM-ddTHH:mm:ss",
  u: "yyyy-MM-dd HH:mm:ssZ",
  d: "MM/dd/yyyy",
  D: "dddd, dd MMMM yyyy",
  t: "HH:mm",
  T: "HH:mm:ss",
  f: "dddd, dd MMMM yyyy HH:mm",
  F: "dddd, dd MMMM yyyy HH:mm:ss",
  g: "MM/dd/yyyy HH:mm",
  G: "MM/dd/yyyy HH:mm:ss",
  M: "MMMM dd",
  m: "MMMM dd",
  Y: "yyyy MMMM",
  y: "yyyy MMMM",
  R: "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
  r: "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
};

const monthNames = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const dayNames = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** .NET's standard and custom date formats in the invariant culture. */
export function formatDate(date: DotnetDate, format: string): string {
  const pattern = format.length === 1 ? (standardDateFormats[format] ?? format) : format;
  const clock = new Date(date.time + date.offset * 60_000);
  return pattern.replace(
    /\\(.)|'([^']*)'|"([^"]*)"|(y+|M+|d+|H+|h+|m+|s+|f+|F+|t+|z+|K)/g,
    (match, escaped, single, double, part) =>
      part === undefined ? String(escaped ?? single ?? double ?? match) : datePart(String(part), clock, date),
  );
}

function datePart(part: string, clock: Date, date: DotnetDate): string {
  const pad = (value: number) => String(value).padStart(Math.min(part.length, 2), "0");
  switch (part[0]) {
    case "y":
      return part.length <= 2
        ? pad(clock.getUTCFullYear() % 100)
        : String(clock.getUTCFullYear()).padStart(part.length, "0");
    case "M":
      return part.length < 3 ? pad(clock.getUTCMonth() + 1) : shorten(monthNames[clock.getUTCMonth()] ?? "", part);
    case "d":
      return part.length < 3 ? pad(clock.getUTCDate()) : shorten(dayNames[clock.getUTCDay()] ?? "", part);
    case "H":
      return pad(clock.getUTCHours());
    case "h":
      return pad(clock.getUTCHours() % 12 || 12);
    case "m":
      return pad(clock.getUTCMinutes());
    case "s":
      return pad(clock.getUTCSeconds());
    case "t":
      return (clock.getUTCHours() < 12 ? "AM" : "PM").slice(0, part.length);
    case "f":
      return fraction(clock).slice(0, part.length);
    case "F":
      return fraction(clock).slice(0, part.length).replace(/0+$/, "");
    case "z":
      return offsetText(date.offset, part.length);
    default:
      return date.zone === "none" ? "" : date.zone === "utc" ? "Z" : offsetText(date.offset, 3);
  }
}

function fraction(clock: Date): string {
  return `${String(clock.getUTCMilliseconds()).padStart(3, "0")}0000`;
}

function shorten(name: string, part: string): string {
  return part.length === 3 ? name.slice(0, 3) : name;
}

function offsetText(offset: number, length: number): string {
  const hours = String(Math.floor(Math.abs(offset) / 60)).padStart(Math.min(length, 2), "0");
  const minutes = length < 3 ? "" : `:${String(Math.abs(offset) % 60).padStart(2, "0")}`;
  return `${offset < 0 ? "-" : "+"}${hours}${minutes}`;
}

/** .NET's standard numeric formats and simple custom ones (`0`, `#`, `,`, `.`, `%`) in the invariant culture. */
export function formatNumber(value: number, format: string): string | undefined {
  const standard = /^([CDEFGNPXcdefgnpx])(\d{0,2})$/.exec(format);
  if (standard === null) return /[0#]/.test(format) ? formatCustomNumber(value, format) : format;
  const letter = standard[1] ?? "";
  const digits = standard[2] === "" || standard[2] === undefined ? undefined : Number(standard[2]);
  return formatStandardNumber(value, letter, digits);
}

function formatStandardNumber(value: number, letter: string, digits: number | undefined): string | undefined {
  const sign = value < 0 ? "-" : "";
  switch (letter.toUpperCase()) {
    case "C":
      return value < 0 ? `(¤${grouped(-value, digits ?? 2)})` : `¤${grouped(value, digits ?? 2)}`;
    case "D":
      return Number.isInteger(value) ? sign + String(Math.abs(value)).padStart(digits ?? 0, "0") : undefined;
    case "E":
      return exponential(value, digits ?? 6, letter);
    case "F":
      return value.toFixed(digits ?? 2);
    case "N":
      return sign + grouped(Math.abs(value), digits ?? 2);
    case "P":
      return `${sign}${grouped(Math.abs(value) * 100, digits ?? 2)} %`;
    case "X":
      return Number.isInteger(value) ? hexadecimal(value, digits ?? 0, letter) : undefined;
    default:
      return String(digits === undefined || digits === 0 ? value : Number(value.toPrecision(digits)));
  }
}

function grouped(value: number, digits: number): string {
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function exponential(value: number, digits: number, letter: string): string {
  const [mantissa = "", exponent = "0"] = value.toExponential(digits).split("e");
  return `${mantissa}${letter}${exponent.startsWith("-") ? "-" : "+"}${exponent.replace(/^[+-]/, "").padStart(3, "0")}`;
}

function hexadecimal(value: number, digits: number, letter: string): string {
  const text = (value < 0 ? value + 2 ** 32 : value).toString(16).padStart(digits, "0");
  return letter === "X" ? text.toUpperCase() : text;
}

function formatCustomNumber(value: number, format: string): string {
  const [, before = "", digits = "", after = ""] = /^([^0#]*)([0#,.]*)(.*)$/s.exec(format) ?? [];
  const [whole = "", decimals = ""] = digits.split(".");
  const minimum = (decimals.match(/0/g) ?? []).length;
  const amount = Math.abs(format.includes("%") ? value * 100 : value);
  const [integer = "0", part = ""] = amount.toFixed(decimals.length).split(".");
  const padded = integer.padStart((whole.match(/0/g) ?? []).length, "0");
  const separated = whole.includes(",") ? padded.replace(/\B(?=(\d{3})+$)/g, ",") : padded;
  const kept = part.slice(0, minimum) + part.slice(minimum).replace(/0+$/, "");
  const shown = separated === "0" && !whole.includes("0") && kept !== "" ? "" : separated;
  return `${value < 0 ? "-" : ""}${before}${shown}${kept === "" ? "" : `.${kept}`}${after}`.replaceAll("'", "");
}
