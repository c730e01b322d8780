import type { NumberCulture } from "./culture.ts";
import { groupThousands, roundDigits, roundTo, splitAtPoint, type Digits } from "./digits.ts";

/** .NET's custom numeric formats: `0`, `#`, `.`, `,`, `%`, `‰`, `E+0`, texts in quotes, and sections for positive, negative and zero. */
export function formatCustom(number: Digits, format: string, culture: NumberCulture): string {
  const sections = splitSections(format);
  const chosen = chooseSection(sections, number);
  const layout = readLayout(chosen.text);
  const shown = shift(number, layout);
  // What becomes nothing by rounding is written by the section for zero.
  if (shown.digits === "" && number.digits !== "")
    return write(shown, readLayout(chooseSection(sections, shown).text), culture);
  const text = write({ ...shown, isNegative: false }, layout, culture);
  return shown.isNegative && !chosen.isNegative && shown.digits !== "" ? `-${text}` : text;
}

type Piece =
  | { kind: "digit"; isZero: boolean }
  | { kind: "point" }
  | { kind: "text"; text: string }
  | { kind: "exponent"; letter: string; isSigned: boolean; count: number };

interface Layout {
  pieces: Piece[];
  /** Digits before and behind the point. */
  before: boolean[];
  behind: boolean[];
  hasGroups: boolean;
  /** By what power of ten the number is multiplied. */
  scale: number;
  exponent: boolean;
}

const part = /\\([\s\S])?|'([^']*)'?|"([^"]*)"?|([eE][+-]?0+)|([\s\S])/g;

function splitSections(format: string): string[] {
  const sections = [""];
  for (const [match] of format.matchAll(part)) {
    if (match === ";") sections.push("");
    else sections.push(`${sections.pop() ?? ""}${match}`);
  }
  return sections;
}

function chooseSection(sections: string[], { isNegative, digits }: Digits): { text: string; isNegative: boolean } {
  const [positive = "", negative = "", zero = ""] = sections;
  if (digits === "") return { text: zero === "" ? positive : zero, isNegative: false };
  if (isNegative && negative !== "") return { text: negative, isNegative: true };
  return { text: positive, isNegative: false };
}

function readLayout(section: string): Layout {
  const layout: Layout = { pieces: [], before: [], behind: [], hasGroups: false, scale: 0, exponent: false };
  let hasPoint = false;
  let commas = 0;
  for (const [match, escaped, single, double, exponent] of section.matchAll(part)) {
    if (match === "0" || match === "#") {
      if (commas > 0 && !hasPoint) layout.hasGroups = true;
      commas = 0;
      (hasPoint ? layout.behind : layout.before).push(match === "0");
      layout.pieces.push({ kind: "digit", isZero: match === "0" });
    } else if (match === ",") {
      if (layout.before.length > 0 && !hasPoint) commas++;
    } else if (match === ".") {
      if (!hasPoint) layout.pieces.push({ kind: "point" });
      layout.scale -= hasPoint ? 0 : commas * 3;
      commas = hasPoint ? commas : 0;
      hasPoint = true;
    } else if (exponent !== undefined) {
      layout.exponent = true;
      layout.pieces.push({
        kind: "exponent",
        letter: match.charAt(0),
        isSigned: match[1] === "+",
        count: match.replace(/[^0]/g, "").length,
      });
    } else {
      if (match === "%") layout.scale += 2;
      if (match === "‰") layout.scale += 3;
      layout.pieces.push({ kind: "text", text: escaped ?? single ?? double ?? (match === "\\" ? "" : match) });
    }
  }
  if (!hasPoint) layout.scale -= commas * 3;
  return layout;
}

function shift(number: Digits, { scale, behind, before, exponent }: Layout): Digits {
  if (number.digits === "") return number;
  if (exponent) return roundDigits(number, before.length + behind.length);
  return roundTo({ ...number, point: number.point + scale }, behind.length);
}

function write(number: Digits, layout: Layout, { decimal, group }: NumberCulture): string {
  const { before, behind } = layout;
  const power = layout.exponent && number.digits !== "" ? number.point - before.length : 0;
  const shown = layout.exponent && number.digits !== "" ? { ...number, point: before.length } : number;
  const { whole, fraction } = splitAtPoint(shown, behind.length);
  const least = before.includes(true) ? before.length - before.indexOf(true) : 0;
  const isBlank = layout.exponent && number.digits === "";
  const digits = isBlank ? "0".repeat(before.length) : (whole === "0" ? "" : whole).padStart(least, "0");
  const integer = layout.hasGroups ? groupThousands(digits, group) : digits;
  const kept = behind.lastIndexOf(true) + 1;
  const rest = fraction.slice(0, kept) + fraction.slice(kept).replace(/0+$/, "");

  let text = "";
  let seen = 0;
  let place = -1;
  for (const piece of layout.pieces) {
    if (piece.kind === "point") {
      place = 0;
      if (before.length === 0) text += integer;
      if (rest !== "") text += decimal;
    } else if (piece.kind === "digit" && place === -1) {
      text += takeWhole(integer, before.length, seen++);
    } else if (piece.kind === "digit") {
      text += rest.charAt(place++);
    } else if (piece.kind === "exponent") {
      const sign = power < 0 ? "-" : piece.isSigned ? "+" : "";
      text += `${piece.letter}${sign}${String(Math.abs(power)).padStart(piece.count, "0")}`;
    } else text += piece.text;
  }
  return text;
}

/** The part of the integer that stands at one of so many places: the first takes all that there is too much. */
function takeWhole(integer: string, places: number, index: number): string {
  const positions = [...integer].flatMap((character, at) => (/\d/.test(character) ? [at] : []));
  const from = (nth: number): number => {
    const place = positions.length - (places - nth);
    return place <= 0 ? 0 : (positions[place] ?? integer.length);
  };
  return integer.slice(index === 0 ? 0 : from(index), from(index + 1));
}
