/**
 * Bytes as text, 15 bits a character: Octopus keeps and counts a script body by UTF-16 units, of which base64 uses 6 bits of 16. The
 * characters are ideographs and Hangul syllables of Unicode 1.1 and 3.0 (https://www.unicode.org/Public/UNIDATA/Blocks.txt): letters
 * that no normalization form C changes, none of which Bash, Octopus, XML, JSON or an editor reads anything into. The last 1 to 7 bits, if
 * the bytes leave so few, are one of 128 other syllables, so that the text says how many bytes there are. The decoder is in
 * templates/launchers/loader.cjs.
 */
export function encodeBase32768(bytes: Uint8Array): string {
  const text: string[] = [];
  let value = 0;
  let bits = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    if (bits < 15) continue;
    bits -= 15;
    text.push(toCharacter(value >> bits));
    value &= (1 << bits) - 1;
  }
  if (bits > 7) text.push(toCharacter(value << (15 - bits)));
  else if (bits > 0) text.push(String.fromCharCode(LAST_BITS + (value << (7 - bits))));
  return text.join("");
}

/** As many as there are from U+4E00 to U+9FA5, then from U+3400 to U+4DB5, and the rest from U+AC00. */
function toCharacter(digit: number): string {
  if (digit < 20_902) return String.fromCharCode(0x4e_00 + digit);
  if (digit < 27_484) return String.fromCharCode(0x34_00 + digit - 20_902);
  return String.fromCharCode(0xac_00 + digit - 27_484);
}

/** Behind the 5,284 syllables of whole characters. */
const LAST_BITS = 0xac_00 + 5_284;
