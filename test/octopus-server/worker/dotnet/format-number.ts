import { formatCustom } from "./format-custom-number.ts";
import type { DotnetCulture, NumberCulture } from "./culture.ts";
import type { Decimal } from "./decimal.ts";
import {
  digitsOfDecimal,
  digitsOfDouble,
  digitsOfInteger,
  groupThousands,
  roundDigits,
  roundTo,
  splitAtPoint,
  type Digits,
} from "./digits.ts";

/** `double.ToString()`: fifteen digits, with an exponent from 1E+15 on and below 1E-04. */
export function formatDouble(value: number, { numbers }: DotnetCulture): string {
  return formatUnusual(value, numbers) ?? formatGeneral(digitsOfDouble(value), 15, { letter: "E", numbers });
}

/** `double.ToString("R")`: seventeen digits where fifteen do not read back. */
export function formatRoundTrip(value: number, { numbers }: DotnetCulture): string {
  const precision = Number(value.toPrecision(15)) === value ? 15 : 17;
  return (
    formatUnusual(value, numbers) ??
    formatGeneral(digitsOfDouble(value, precision), precision === 15 ? 15 : 17, { letter: "E", numbers })
  );
}

function formatUnusual(value: number, { infinity }: NumberCulture): string | undefined {
  if (Number.isNaN(value)) return "NaN";
  if (Number.isFinite(value)) return undefined;
  return value > 0 ? infinity : `-${infinity}`;
}

/** What is formatted, and its digits with a precision that only numbers in floating point have to choose. */
type Formatted =
  | { kind: "decimal"; value: Decimal }
  | { kind: "double"; value: number }
  | { kind: "int"; value: number };

/** @returns undefined where .NET throws a `FormatException` */
export function formatNumber(number: Formatted, format: string, culture: DotnetCulture): string | undefined {
  const { numbers } = culture;
  const unusual = number.kind === "double" ? formatUnusual(number.value, numbers) : undefined;
  if (unusual !== undefined) return unusual;
  const standard = /^([A-Za-z])0*(\d{0,2})$/.exec(format === "" ? "G" : format);
  if (standard === null) return formatCustom(digitsOf(number, 15), format, numbers);
  const [, letter = "", count = ""] = standard;
  const isGiven = /\d/.test(format);
  return formatStandard(number, { letter, precision: isGiven ? Number(count || "0") : undefined, culture });
}

function digitsOf(number: Formatted, precision: number): Digits {
  if (number.kind === "decimal") return digitsOfDecimal(number.value);
  return number.kind === "int" ? digitsOfInteger(number.value) : digitsOfDouble(number.value, precision);
}

interface Standard {
  letter: string;
  precision: number | undefined;
  culture: DotnetCulture;
}

function formatStandard(number: Formatted, { letter, precision, culture }: Standard): string | undefined {
  const { numbers } = culture;
  const digits = digitsOf(number, 15);
  const fixed = (shown: Digits, group: string): string => formatFixed(shown, precision ?? 2, { ...numbers, group });
  switch (letter.toUpperCase()) {
    case "C": {
      const { currency } = numbers;
      const rounded = roundTo(digits, precision ?? 2);
      const text = fixed(unsigned(rounded), numbers.group);
      return insert(rounded.isNegative ? currency.negative : currency.positive, text).replace("$", currency.sign);
    }
    case "D":
      return number.kind === "int" ? padInteger(number.value, precision ?? 0) : undefined;
    case "E":
      return formatExponential(digitsOf(number, (precision ?? 6) > 14 ? 17 : 15), precision ?? 6, { letter, numbers });
    case "F":
      return fixed(digits, "");
    case "N":
      return fixed(digits, numbers.group);
    case "P": {
      const hundredfold = digits.digits === "" ? digits : { ...digits, point: digits.point + 2 };
      const rounded = roundTo(hundredfold, precision ?? 2);
      const { percent } = numbers;
      return insert(rounded.isNegative ? percent.negative : percent.positive, fixed(unsigned(rounded), numbers.group));
    }
    case "G":
      return formatWithin(number, precision ?? 0, { letter: letter === "g" ? "e" : "E", culture });
    case "R":
      return number.kind === "double" ? formatRoundTrip(number.value, culture) : undefined;
    case "X":
      return number.kind === "int" ? hexadecimal(number.value, precision ?? 0, letter) : undefined;
    default:
      return undefined;
  }
}

function formatWithin(
  number: Formatted,
  precision: number,
  { letter, culture: { numbers } }: { letter: string; culture: DotnetCulture },
): string {
  if (precision === 0 && number.kind === "decimal") {
    const { digits, scale, isNegative } = number.value;
    return formatFixed({ ...digitsOfDecimal(number.value), isNegative: isNegative && digits !== 0n }, scale, {
      ...numbers,
      group: "",
    });
  }
  if (precision === 0 && number.kind === "int") return String(number.value);
  const digits = digitsOf(number, precision > 15 ? Math.min(precision, 17) : 15);
  return formatGeneral(digits, precision || 15, { letter, numbers });
}

interface Scientific {
  /** Of the exponent. */
  letter: string;
  numbers: NumberCulture;
}

function formatGeneral(digits: Digits, precision: number, { letter, numbers }: Scientific): string {
  const rounded = roundDigits(digits, precision);
  const shown = { ...rounded, digits: rounded.digits.replace(/0+$/, "") };
  if (shown.digits === "") return "0";
  if (shown.point > precision || shown.point < -3) {
    const mantissa = { ...shown, point: 1 };
    const exponent = shown.point - 1;
    const sign = exponent < 0 ? "-" : "+";
    const plain = formatFixed(mantissa, shown.digits.length - 1, { ...numbers, group: "" });
    return `${plain}${letter}${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  return formatFixed(shown, Math.max(shown.digits.length - shown.point, 0), { ...numbers, group: "" });
}

function formatExponential(digits: Digits, precision: number, { letter, numbers }: Scientific): string {
  const rounded = roundDigits(digits, precision + 1);
  const exponent = rounded.digits === "" ? 0 : rounded.point - 1;
  const mantissa = formatFixed({ ...rounded, point: 1 }, precision, { ...numbers, group: "" });
  return `${mantissa}${letter}${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(3, "0")}`;
}

function formatFixed(
  number: Digits,
  places: number,
  { decimal, group }: Pick<NumberCulture, "decimal" | "group">,
): string {
  const rounded = roundTo(number, places);
  const { whole, fraction } = splitAtPoint(rounded, places);
  const shown = group === "" ? whole : groupThousands(whole, group);
  return `${rounded.isNegative ? "-" : ""}${shown}${places === 0 ? "" : `${decimal}${fraction}`}`;
}

function unsigned(number: Digits): Digits {
  return { ...number, isNegative: false };
}

function insert(pattern: string, text: string): string {
  return pattern.replace("n", () => text);
}

function padInteger(value: number, count: number): string {
  return `${value < 0 ? "-" : ""}${String(Math.abs(value)).padStart(count, "0")}`;
}

function hexadecimal(value: number, count: number, letter: string): string {
  const text = (value < 0 ? value + 2 ** 32 : value).toString(16).padStart(count, "0");
  return letter === "X" ? text.toUpperCase() : text;
}
