import fc from "fast-check";
import { expect, test } from "vitest";
import { compareVersions } from "../../../lib/octopus/compare-versions.ts";
import { nextVersion } from "../../../lib/octopus/next-version.ts";

/** Each below the next; the labels are those of SemVer 2, section 11. */
const ascending = [
  "latest",
  "0.9",
  "1.0.0-1",
  "1.0.0-alpha",
  "1.0.0-alpha.1",
  "1.0.0-alpha.beta",
  "1.0.0-beta",
  "1.0.0-beta.2",
  "1.0.0-beta.11",
  "1.0.0-rc.1",
  "1.0.0-rc.2",
  "1.0.0-rc.10",
  "1.0.0-rc.10+build.2",
  "1.0.0",
  "1.0.0+build.1",
  "1.0.0.1-rc.1",
  "1.0.0.1",
  "1.0.1",
  "2026.2.1.0",
  "2026.11.1.0",
  "2026.11.28.1-rc.1",
  "2026.11.28.1",
  "2026.11.28.93007",
  "2026.11.28.99999999999999999998",
  "2026.11.28.99999999999999999999",
];

test("pre-releases sort below their release, and dates by their numbers", () => {
  for (const [index, version] of ascending.entries())
    for (const [other, compared] of ascending.entries())
      expect(Math.sign(compareVersions(version, compared)), `${version}, ${compared}`).toBe(Math.sign(index - other));
});

test.each([
  ["1.0", "1.0.0.0"],
  ["2026.02.01", "2026.2.1"],
  ["v1.2.3", "1.2.3"],
  ["1.0.0-RC.1", "1.0.0-rc.1"],
])("Octopus takes %s and %s for the same", (one, other) => {
  expect(compareVersions(one, other)).toBe(0);
});

const digits = fc.oneof(
  fc.nat(20).map(String),
  fc.nat(20).map((number) => `0${number}`),
  fc.bigInt({ min: 0n }).map(String),
);
const label = fc.oneof(digits, fc.constantFrom("rc", "RC", "alpha", "beta-1", "a", ""));
const dotted = (part: fc.Arbitrary<string>) =>
  fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("."));
const version = fc
  .tuple(dotted(digits), fc.option(dotted(label)), fc.option(fc.constantFrom("1", "build", "b.2")))
  .map(
    ([numbers, labels, metadata]) =>
      `${numbers}${labels === null ? "" : `-${labels}`}${metadata === null ? "" : `+${metadata}`}`,
  );
const anything = fc.oneof({ weight: 5, arbitrary: version }, { weight: 1, arbitrary: fc.string() });

test("it is an order: each of two is below the other or neither is, and below goes through a third", () => {
  fc.assert(
    fc.property(anything, anything, anything, (a, b, c) => {
      expect(Math.sign(compareVersions(a, b))).toBe(0 - Math.sign(compareVersions(b, a)));
      expect(compareVersions(a, a)).toBe(0);
      const isRing = compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0 && compareVersions(a, c) > 0;
      expect(isRing).toBe(false);
    }),
    { numRuns: 2000 },
  );
});

test("it agrees with the numbers, and a pre-release is below its release and above what came before", () => {
  const numbers = fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.nat(300_000));
  fc.assert(
    fc.property(
      numbers,
      numbers,
      dotted(label).filter((text) => text !== ""),
      (a, b, labels) => {
        const [difference = 0] = a.map((number, index) => number - (b[index] ?? 0)).filter((one) => one !== 0);
        expect(Math.sign(compareVersions(a.join("."), b.join(".")))).toBe(Math.sign(difference));
        expect(compareVersions(`${a.join(".")}-${labels}`, a.join("."))).toBeLessThan(0);
        expect(compareVersions(`${a.join(".")}-${labels}`, b.join(".")) > 0).toBe(difference > 0);
      },
    ),
  );
});

test("the next version is above the newest one, whatever that is", () => {
  const clock = new Date("2026-11-05T09:30:07Z");
  expect(nextVersion(clock, undefined)).toBe("2026.11.5.93007");
  expect(nextVersion(clock, "2026.11.5.93007-rc.1")).toBe("2026.11.5.93007");
  fc.assert(
    fc.property(anything, (newest) => {
      expect(compareVersions(nextVersion(clock, newest), newest)).toBeGreaterThan(0);
    }),
  );
});
