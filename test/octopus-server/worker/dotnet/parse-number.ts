import type { DotnetCulture } from "./culture.ts";
import { isInRange, type Decimal } from "./decimal.ts";

const white = "[\\t-\\r ]*";

/** `int.TryParse`. */
export function parseInt32(text: string): number | undefined {
  return parseWhole(text, -2_147_483_648, 2_147_483_647);
}

/** `byte.TryParse`. */
export function parseByte(text: string): number | undefined {
  return parseWhole(text, 0, 255);
}

function parseWhole(text: string, least: number, most: number): number | undefined {
  if (!new RegExp(`^${white}[+-]?\\d+${white}\\0*$`).test(text)) return undefined;
  const value = Number(text.replaceAll("\0", ""));
  return value >= least && value <= most ? value + 0 : undefined;
}

/** `double.TryParse`, with separators of thousands wherever they stand. */
export function parseDouble(text: string, { numbers }: DotnetCulture): number | undefined {
  const named = { NaN: Number.NaN, [numbers.infinity]: Infinity, [`-${numbers.infinity}`]: -Infinity };
  const symbol = Object.entries(named).find(([name]) => name.toLowerCase() === text.trim().toLowerCase());
  if (symbol !== undefined) return symbol[1];
  const match = matchNumber(text, numbers, "(?:[eE](?<exponent>[+-]?\\d+))?");
  if (match === undefined) return undefined;
  const value = Number(`${match.sign}${match.whole || "0"}.${match.fraction || "0"}e${match.exponent ?? 0}`);
  // As .NET Framework has it; .NET gives infinity.
  return Number.isFinite(value) ? value : undefined;
}

/** `decimal.TryParse`: no exponent, a sign on either side, and as many digits as it holds. */
export function parseDecimal(text: string, { numbers }: DotnetCulture): Decimal | undefined {
  const match = matchNumber(text, numbers, `${white}(?<behind>[+-]?)`);
  if (match === undefined || (match.sign !== "" && match.behind !== "")) return undefined;
  const isNegative = match.sign === "-" || match.behind === "-";
  const digits = `${match.whole}${match.fraction}`.replace(/^0+/, "");
  const scale = match.fraction.length;
  return fit({ isNegative, digits: BigInt(digits || "0"), scale });
}

/** Rounded to what 96 bits and 28 places hold. */
function fit({ isNegative, digits, scale }: Decimal): Decimal | undefined {
  for (let cut = Math.max(0, scale - 28); cut <= scale; cut++) {
    const divisor = 10n ** BigInt(cut);
    const rounded = cut === 0 ? digits : (digits + divisor / 2n) / divisor;
    const fitted = { isNegative: isNegative && rounded !== 0n, digits: rounded, scale: scale - cut };
    if (isInRange(fitted)) return fitted;
  }
  return undefined;
}

interface NumberParts {
  sign: string;
  whole: string;
  fraction: string;
  exponent: string | undefined;
  behind: string;
}

function matchNumber(text: string, { decimal, group }: DotnetCulture["numbers"], end: string): NumberParts | undefined {
  const [point, thousands] = [decimal, group].map((sign) => `\\${sign}`);
  const pattern = new RegExp(
    `^${white}(?<sign>[+-]?)(?:(?<whole>\\d[\\d${thousands}]*)?(?:${point}(?<fraction>\\d*))?)${end}${white}\\0*$`,
  );
  const groups = pattern.exec(text)?.groups;
  const whole = (groups?.["whole"] ?? "").replaceAll(group, "");
  const fraction = groups?.["fraction"] ?? "";
  if (groups === undefined || whole + fraction === "") return undefined;
  return { sign: groups["sign"] ?? "", whole, fraction, exponent: groups["exponent"], behind: groups["behind"] ?? "" };
}
