/**
 * Bytes as text in 91 of the 94 printable characters of ASCII, 16 for 13 bytes (base64 takes 17.3): all but those that Bash and Octopus
 * read something into, which are the single quote, the hash and the backslash. The method is that of basE91: 13 bits, or 14 where they
 * are few enough, are two characters. The decoder is in templates/launchers/loader.cjs.
 */
export function encodeBase91(bytes: Uint8Array): string {
  let text = "";
  let value = 0;
  let bits = 0;
  const take = (width: number): void => {
    const digits = value & ((1 << width) - 1);
    text += toPair(digits);
    value >>= width;
    bits -= width;
  };
  for (const byte of bytes) {
    value |= byte << bits;
    bits += 8;
    if (bits > 13) take((value & 8191) > 88 ? 13 : 14);
  }
  if (bits === 0) return text;
  const rest = toPair(value);
  return text + (bits > 7 || value > 90 ? rest : rest.charAt(0));
}

/** In the order of their codes. */
export const alphabet = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index))
  .filter((character) => !["'", "#", "\\"].includes(character))
  .join("");

function toPair(digits: number): string {
  return `${alphabet[digits % 91] ?? ""}${alphabet[Math.floor(digits / 91)] ?? ""}`;
}
