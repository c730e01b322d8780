import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { projectRoot } from "../../build/project.ts";
import { exceptions, explainImport, readRooms } from "../../build/rooms.mjs";

const rooms = readRooms();
const imports = ["lib", "steps"].flatMap(listSources).flatMap(listImports);

test("every import in lib and steps goes downwards, as the table in ARCHITECTURE.md has it", () => {
  expect(imports.length).toBeGreaterThan(500);
  expect(imports.map(([from, to]) => explainImport(from, to, rooms)).filter(Boolean)).toEqual([]);
});

test("the table has a row for every room of lib, and none for a room that is gone", () => {
  const present = readdirSync(join(projectRoot, "lib")).map((name) => `lib/${name}`);

  expect(rooms.map(({ room }) => room).toSorted()).toEqual([...present, "steps"].toSorted());
});

test("what is excepted is excepted for a reason that still holds", () => {
  for (const [above, below] of exceptions)
    expect(imports.filter(([from, to]) => from.startsWith(above) && to.startsWith(below))).not.toEqual([]);
});

test("a room that the table orders wrongly is found", () => {
  const table = "| `lib/low/` | ground | `high` |\n| `lib/high/` | roof | |\n";

  expect(() => readRooms(table)).toThrow("No row above the one that knows lib/high is about it. Order the rows.");
});

test("lint says which import goes upwards, and which way out there is", () => {
  const project = mkdtempSync(join(tmpdir(), "managed-spaces-rooms-"));
  onTestFinished(() => rmSync(project, { recursive: true }));
  write(
    project,
    "lib/octopus/space.ts",
    'export { write } from "../apply/write.ts";\nexport { a } from "../model/a.ts";\n',
  );
  write(project, "lib/attic/box.ts", 'import "../model/a.ts";\n');
  const plugin = join(projectRoot, "build/lint-rooms.mjs");
  write(project, ".oxlintrc.json", JSON.stringify({ jsPlugins: [plugin], rules: { "rooms/downwards": "error" } }));

  const { stdout, status } = spawnSync(join(projectRoot, "node_modules/.bin/oxlint"), [], {
    cwd: project,
    encoding: "utf8",
  });

  expect(status).toBe(1);
  expect(stdout).toContain(
    "lib/octopus/space.ts imports lib/apply/write.ts, and lib/octopus knows nothing of lib/apply (ARCHITECTURE.md). Move what both need to a room below.",
  );
  expect(stdout).toContain("lib/attic/box.ts is in lib/attic, which has no row in ARCHITECTURE.md. Give it one.");
  expect(stdout.match(/rooms\(downwards\)/g)).toHaveLength(2);
});

function listSources(folder: string): string[] {
  const entries = readdirSync(join(projectRoot, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(projectRoot, join(entry.parentPath, entry.name)));
}

/** The file with each of the files that it imports, both from the project's root. */
function listImports(file: string): [from: string, to: string][] {
  const text = readFileSync(join(projectRoot, file), "utf8");
  const paths = text.matchAll(/(?:from|import|import\()\s*"(\.[^"]+)"/g);
  return [...paths].map(([, path = ""]) => [file, join(dirname(file), path)]);
}

function write(project: string, path: string, text: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), text);
}
