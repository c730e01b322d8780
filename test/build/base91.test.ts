import { readFileSync } from "node:fs";
import { join } from "node:path";
import vm from "node:vm";
import fc from "fast-check";
import { expect, test } from "vitest";
import { alphabet, encodeBase91 } from "../../build/base91.ts";
import { projectRoot } from "../../build/project.ts";

/** As the launcher's loader has it. */
function readDecoder(): (text: string) => Uint8Array {
  const loader = readFileSync(join(projectRoot, "templates/launchers/loader.cjs"), "utf8");
  const source = /^function decode\(text\) \{\n[^]*?^\}$/m.exec(loader)?.[0] ?? "";
  const decode: (text: string) => Uint8Array = vm.runInThisContext(`(${source})`);
  return decode;
}

test("what the build writes, the loader reads, line breaks or none", () => {
  const decode = readDecoder();

  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), fc.integer({ min: 1, max: 80 }), (bytes, width) => {
      const text = encodeBase91(bytes);
      const lines = (text.match(new RegExp(`.{1,${width}}`, "g")) ?? []).join("\r\n");

      expect([...decode(lines)]).toEqual([...bytes]);
    }),
  );
});

test("no character of it means anything to Bash between single quotes, or to Octopus", () => {
  expect(alphabet).toHaveLength(91);
  expect(alphabet).not.toMatch(/['#\\\s]/);
});

test("it is shorter than base64", () => {
  const bytes = new Uint8Array(10_000).map((_, index) => (index * index * 31) % 251);

  expect(encodeBase91(bytes).length).toBeLessThan(10_000 * 1.24);
});
