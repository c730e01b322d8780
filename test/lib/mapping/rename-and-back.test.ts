import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import type { ResourceGraph } from "../../../lib/model/graph.ts";
import { foldName } from "../../../lib/octopus/same-name.ts";
import { map, readFixture } from "./fixture-graph.ts";

/** What the fixture speaks of, by section. */
const names: Record<string, string[]> = {
  environments: ["Development", "Test", "Production", "Sync"],
  projects: ["Hello World"],
  runbooks: ["Restart", "__ 1. Serialize Project"],
  channels: ["Default", "Hot Fix"],
  triggers: ['Nightly "restart"', "Hourly", "Monthly", "Cron"],
  lifecycles: ["Simple"],
  projectGroups: ["Templates"],
  libraryVariableSets: ["Common", "Export Options"],
  feeds: ["Docker Hub", "BuiltIn"],
  accounts: ["Deployer"],
  workerPools: ["Linux"],
  deploymentTargets: ["Web 1"],
  targetTags: ["web", "db"],
  tagSets: ["Ring"],
  teams: ["Octopus Managers", "Everyone"],
};

let graph: ResourceGraph;

beforeAll(async () => {
  graph = await readFixture();
});

const letters = fc.constantFrom(..."abcXYZ019 .-_'\"#:é🐙");
const name = fc.array(letters, { minLength: 1, maxLength: 8 }).map((parts) => `n${parts.join("")}n`);
const all = Object.entries(names).flatMap(([section, own]) => own.map((old) => ({ section, old })));
const renaming = fc
  .uniqueArray(name, { minLength: all.length, maxLength: all.length, selector: foldName })
  .map((fresh) => all.map((one, index) => ({ ...one, fresh: fresh[index] ?? "" })));

type Renaming = { section: string; old: string; fresh: string }[];

function toYaml(renames: Renaming): string {
  const sections: Record<string, Record<string, string>> = {};
  for (const { section, old, fresh } of renames) sections[section] = { ...sections[section], [old]: fresh };
  return stringify(sections);
}

/** What is renamed gets a slug of its own. */
function withoutSlugs({ nodes, ...rest }: ResourceGraph): ResourceGraph {
  return { ...rest, nodes: nodes.map(({ body: { Slug: _slug, ...body }, ...node }) => ({ ...node, body })) };
}

/** All names in keys, and target tags. */
function listNames(value: unknown, field = ""): string[] {
  if (typeof value === "string") return field === "key" || /Roles?$/.test(field) ? value.split(",") : [];
  if (Array.isArray(value)) return value.flatMap((item) => listNames(item, field));
  return Object.entries(Object(value)).flatMap(([name_, inner]) => listNames(inner, name_));
}

test("a renaming of everything and its opposite give the graph as it was, and nothing in between has an old name", () => {
  fc.assert(
    fc.property(renaming, (renames) => {
      const there = map(graph, toYaml(renames));
      const back = map(
        there.graph,
        toYaml(renames.map(({ section, old, fresh }) => ({ section, old: fresh, fresh: old }))),
      );

      expect(there.warnings).toEqual([]);
      const olds = new Set(all.map(({ old }) => old));
      expect(
        listNames({ nodes: there.graph.nodes, lookUps: there.graph.lookUps }).filter((one) => olds.has(one)),
      ).toEqual([]);
      expect(withoutSlugs(back.graph)).toEqual(withoutSlugs(graph));
      expect(back.warnings).toEqual([]);
    }),
    { numRuns: 30 },
  );
});
