/** A text that is a number with a unit, for comparing it with others. */
export interface Quantity {
  /** In the smallest unit of its family. */
  size: number;
  family: "number" | "time" | "bytes" | "percent";
}

const factors: Readonly<Record<string, readonly [Quantity["family"], number]>> = {
  "": ["number", 1],
  "%": ["percent", 1],
  ms: ["time", 0.001],
  s: ["time", 1],
  sec: ["time", 1],
  second: ["time", 1],
  m: ["time", 60],
  min: ["time", 60],
  minute: ["time", 60],
  h: ["time", 3600],
  hour: ["time", 3600],
  d: ["time", 86_400],
  day: ["time", 86_400],
  kb: ["bytes", 1e3],
  mb: ["bytes", 1e6],
  gb: ["bytes", 1e9],
  tb: ["bytes", 1e12],
  kib: ["bytes", 2 ** 10],
  mib: ["bytes", 2 ** 20],
  gib: ["bytes", 2 ** 30],
  ki: ["bytes", 2 ** 10],
  mi: ["bytes", 2 ** 20],
  gi: ["bytes", 2 ** 30],
};

/** `20`, `1.5 GB`, `30 minutes`, `00:30:00`, `1.00:00:00`; undefined for any other text. */
export function readQuantity(text: string): Quantity | undefined {
  const trimmed = text.trim();
  const clock = /^(?:(\d{1,5})\.)?(\d{1,2}):(\d{2}):(\d{2})$/.exec(trimmed);
  if (clock !== null) {
    const [, days = "0", hours = "0", minutes = "0", seconds = "0"] = clock;
    return {
      size: ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds),
      family: "time",
    };
  }
  const [, digits, unit = ""] = /^([+-]?\d{1,15}(?:\.\d{1,9})?)\s*([a-z%]{0,8})$/i.exec(trimmed) ?? [];
  const folded = unit.toLowerCase();
  const known = Object.hasOwn(factors, folded) ? folded : folded.replace(/s$/, "");
  const factor = Object.hasOwn(factors, known) ? factors[known] : undefined;
  return digits === undefined || factor === undefined
    ? undefined
    : { size: Number(digits) * factor[1], family: factor[0] };
}
