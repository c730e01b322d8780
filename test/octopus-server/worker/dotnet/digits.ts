import type { Decimal } from "./decimal.ts";

/** A number on its way to text: 0.digits × 10^point. */
export interface Digits {
  isNegative: boolean;
  /** Without zeros in front; "" is zero. */
  digits: string;
  point: number;
}

export function digitsOfDecimal({ isNegative, digits, scale }: Decimal): Digits {
  const text = digits === 0n ? "" : digits.toString();
  return { isNegative, digits: text, point: digits === 0n ? 0 : text.length - scale };
}

export function digitsOfInteger(value: number): Digits {
  return digitsOfDecimal({ isNegative: value < 0, digits: BigInt(Math.abs(value)), scale: 0 });
}

/** Fifteen digits unless more are asked for, as in .NET Framework. */
export function digitsOfDouble(value: number, precision = 15): Digits {
  if (value === 0) return { isNegative: false, digits: "", point: 0 };
  const [mantissa = "", exponent = "0"] = Math.abs(value)
    .toExponential(precision - 1)
    .split("e");
  return { isNegative: value < 0, digits: mantissa.replace(".", "").replace(/0+$/, ""), point: Number(exponent) + 1 };
}

/** Rounded half away from zero, to so many places behind the point. */
export function roundTo(number: Digits, places: number): Digits {
  return roundDigits(number, number.point + places);
}

/** Rounded half away from zero to so many digits; nothing is no longer negative. */
export function roundDigits({ isNegative, digits, point }: Digits, count: number): Digits {
  if (count >= digits.length) return { isNegative: isNegative && digits !== "", digits, point };
  if (count < 0) return { isNegative: false, digits: "", point: 0 };
  const isUp = (digits[count] ?? "0") >= "5";
  const kept = digits.slice(0, count);
  if (!isUp) {
    const trimmed = kept.replace(/0+$/, "");
    return trimmed === "" ? { isNegative: false, digits: "", point: 0 } : { isNegative, digits: trimmed, point };
  }
  const raised = (BigInt(kept || "0") + 1n).toString();
  const grown = raised.length - count;
  return { isNegative, digits: raised.replace(/0+$/, ""), point: point + Math.max(grown, 0) };
}

/** What stands before the point and, filled up to `places`, behind it. */
export function splitAtPoint({ digits, point }: Digits, places: number): { whole: string; fraction: string } {
  const whole = point <= 0 ? "0" : digits.slice(0, point).padEnd(point, "0");
  const behind = point <= 0 ? "0".repeat(-point) + digits : digits.slice(point);
  return { whole, fraction: behind.slice(0, places).padEnd(places, "0") };
}

export function groupThousands(whole: string, separator: string): string {
  return whole.replace(/\B(?=(?:\d{3})+$)/g, () => separator);
}
