import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../../build/project.ts";

const sources = ["lib", "steps", "build", "test", "examples"].flatMap(listSources);

test("zod is imported as a namespace: the named form brings five times as much into a bundle", () => {
  expect(filesWith(/^import (?!\* as z|type \* as z)[^;]*from "zod(?:\/mini)?";/m)).toEqual([]);
});

test("nothing reads the names of the machine that it was written on", () => {
  expect(filesWith(/["'`]\/(?:work|root|home)\//)).toEqual([]);
});

test("no test has a time limit of its own: a busy machine would exceed it", () => {
  expect(filesWith(/\btimeout: \d|^\}, [\d_]+\);|\bvi\.wait(?:For|Until)\((?![^;]*longestWait)/m)).toEqual([]);
});

function filesWith(pattern: RegExp): string[] {
  return sources.filter((file) => pattern.test(readFileSync(join(projectRoot, file), "utf8")));
}

function listSources(folder: string): string[] {
  const entries = readdirSync(join(projectRoot, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.parentPath.includes("node_modules"))
    .map((entry) => relative(projectRoot, join(entry.parentPath, entry.name)));
}
