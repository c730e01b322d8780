/** `char.IsWhiteSpace`. */
export function isWhiteSpace(unit: string): boolean {
  return /^[\t-\r\x85\p{Z}]/u.test(unit);
}

/** `char.IsLetter`: of one UTF-16 unit, so that letters beyond the Basic Multilingual Plane are none. */
export function isLetter(unit: string): boolean {
  return unit.length === 1 && /^\p{L}/u.test(unit);
}

/** `char.IsDigit`. */
export function isDigit(unit: string): boolean {
  return unit.length === 1 && /^\p{Nd}/u.test(unit);
}

/** `char.IsNumber`. */
export function isNumber(unit: string): boolean {
  return unit.length === 1 && /^\p{N}/u.test(unit);
}

export function trimStart(text: string): string {
  return text.replace(/^[\t-\r\x85\p{Z}]+/u, "");
}

export function trimEnd(text: string): string {
  return text.replace(/[\t-\r\x85\p{Z}]+$/u, "");
}

/** `string.Trim`. */
export function trim(text: string): string {
  return trimEnd(trimStart(text));
}

/** `string.ToUpperInvariant`: one unit becomes one. */
export function toUpper(text: string): string {
  if (isAscii(text)) return text.toUpperCase();
  return mapUnits(text, (unit) => (unit === "\u0131" || unit === "\u017f" ? unit : unit.toUpperCase()));
}

/** `string.ToLowerInvariant`. */
export function toLower(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  return mapUnits(text, (unit) => (unit === "\u0130" ? unit : unit.toLowerCase()));
}

function isAscii(text: string): boolean {
  return !/[^ -~]/.test(text);
}

function mapUnits(text: string, change: (unit: string) => string): string {
  return Array.from({ length: text.length }, (_, index) => {
    const unit = text.charAt(index);
    const changed = change(unit);
    return changed.length === 1 ? changed : unit;
  }).join("");
}

/** What `StringComparer.OrdinalIgnoreCase` compares. */
export function foldCase(text: string): string {
  return toUpper(text);
}
