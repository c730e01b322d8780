import fc from "fast-check";
import { expect, test } from "vitest";
import { findEqualNames, renderRepositoryName } from "../../../lib/git/repository-name.ts";

const pattern = "{tenant}_{project}";

test("names a repository after tenant and project, as people know it", () => {
  expect(renderRepositoryName(pattern, { tenant: "America", project: "Hello World CaC" })).toBe(
    "america_hello_world_cac",
  );
  expect(renderRepositoryName("cac-{Project}.{tenant}", { tenant: "Café (EU)", project: "Web & API" })).toBe(
    "cac-web___api.caf___eu_",
  );
});

test("takes away what a host would refuse at the beginning and at the end", () => {
  expect(renderRepositoryName(pattern, { tenant: "_Test", project: "Web" })).toBe("test_web");
  expect(renderRepositoryName("{project}.git", { tenant: "A", project: "Web" })).toBe("web_git");
  expect(renderRepositoryName("-{project}...", { tenant: "A", project: "Web" })).toBe("web");
});

test("cuts a long name and keeps it apart from another of the same beginning", () => {
  const [one, two] = ["a", "b"].map((end) =>
    renderRepositoryName(pattern, { tenant: `A very long tenant name ${"x".repeat(60)}${end}`, project: "Web" }),
  );

  expect(one).toHaveLength(62);
  expect(one).not.toBe(two);
});

test("refuses a pattern it does not know, and a name without a letter or digit", () => {
  expect(() => renderRepositoryName("{tenant}_{space}", { tenant: "A", project: "B" })).toThrow(
    "holds {space}. Use {tenant} and {project}.",
  );
  expect(() => renderRepositoryName(pattern, { tenant: "日本", project: "世界" })).toThrow(
    /would hold no letter or digit/,
  );
});

test("finds tenants and projects whose repositories would be one", () => {
  const all = [
    { tenant: "A B", project: "C" },
    { tenant: "A", project: "B C" },
    { tenant: "Europe", project: "C" },
    { tenant: "Europe", project: "C" },
  ];

  expect(findEqualNames(pattern, all)).toEqual([{ name: "a_b_c", parts: [all[0], all[1]] }]);
  expect(findEqualNames(pattern, all.slice(1))).toEqual([]);
});

test("every name is legal on every host", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string(), (tenant, project) => {
      const name = renderRepositoryName("x{tenant}_{project}", { tenant, project });

      expect(name).toMatch(/^[a-z0-9][a-z0-9._-]{0,61}$/);
      expect(name).not.toMatch(/\.(git|wiki|rss|atom|lock)$|\.$|\.\./);
    }),
  );
});
