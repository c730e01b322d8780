import { readFileSync } from "node:fs";
import { join } from "node:path";
import vm from "node:vm";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeBase32768 } from "../../build/base32768.ts";
import { projectRoot } from "../../build/project.ts";

/** As the launcher's loader has it. */
function readDecoder(): (text: string) => Uint8Array {
  const loader = readFileSync(join(projectRoot, "templates/launchers/loader.cjs"), "utf8");
  const source = /^function decode\(text\) \{\n[^]*?^\}\n\nfunction toDigit[^]*?^\}$/m.exec(loader)?.[0] ?? "";
  const decode: (text: string) => Uint8Array = vm.runInNewContext(`${source}; decode`, { Buffer });
  return decode;
}

test("what the build writes, the loader reads, line breaks or none", () => {
  const decode = readDecoder();

  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), fc.integer({ min: 1, max: 80 }), (bytes, width) => {
      const text = encodeBase32768(bytes);
      const lines = (text.match(new RegExp(`.{1,${width}}`, "g")) ?? []).join("\r\n");

      expect([...decode(lines)]).toEqual([...bytes]);
    }),
  );
});

test("every character is a letter that stays itself, whatever normalizes a text on the way", () => {
  const everyDigit = Buffer.alloc(2 * 15 * 4_096);
  for (let digit = 0, bit = 0; digit < 32_768; digit += 1)
    for (let place = 14; place >= 0; place -= 1, bit += 1)
      everyDigit[bit >> 3] = (everyDigit[bit >> 3] ?? 0) | (((digit >> place) & 1) << (7 - (bit & 7)));
  const lastBits = Array.from({ length: 128 }, (_, bits) => encodeBase32768(new Uint8Array(14).fill(bits)).slice(-1));
  const text = encodeBase32768(everyDigit);

  expect(new Set(text)).toHaveProperty("size", 32_768);
  expect(text).toMatch(/^\p{L}+$/u);
  for (const form of ["NFC", "NFKC"]) expect(text.normalize(form)).toBe(text);
  expect(lastBits.filter((character) => text.includes(character))).toEqual([]);
});

test("fifteen bytes are eight characters", () => {
  expect(encodeBase32768(new Uint8Array(15_000))).toHaveLength(8_000);
});
