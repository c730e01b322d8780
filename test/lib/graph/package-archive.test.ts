import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createManifest, parseManifest, renderManifest } from "../../../lib/graph/manifest.ts";
import { readArchive, readPackage, writeArchive } from "../../../lib/graph/package-archive.ts";

const manifest = createManifest({
  root: { kind: "project", key: ["Hello"] },
  package: { id: "hello" },
  source: { space: { id: "Spaces-1", name: "Default" }, project: { id: "Projects-1", name: "Hello" } },
  graph: {
    nodes: [{ kind: "project", key: ["Hello"], id: "0f1e2d3c4b5a", body: { Name: "Hello" } }],
    lookUps: [{ kind: "feed", key: ["A"], details: { FeedType: "Docker" } }],
    remarks: [],
  },
});
const files = new Map([
  ["space_population/config.tf", "terraform {}\n"],
  ["manifest.json", renderManifest(manifest)],
]);

function toBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Only a tool that means harm writes such entries, so the path is put in afterwards. */
function writeArchiveWith(path: string): Uint8Array {
  const innocent = "x".repeat(path.length);
  const bytes = Buffer.from(writeArchive(new Map([[innocent, ""]])));
  return new Uint8Array(Buffer.from(bytes.toString("latin1").replaceAll(innocent, path), "latin1"));
}

test("a manifest reads as it was written", () => {
  expect(parseManifest(toBytes(renderManifest(manifest)), "hello")).toEqual(manifest);
});

test("a manifest of the first format, which knew no root and no identity, is still read", () => {
  const { root: _root, ...content } = manifest;
  const nodes = manifest.graph.nodes.map(({ id: _id, ...node }) => node);
  const old = { ...content, format: 1, kind: "project", graph: { ...manifest.graph, nodes } };

  const { root, graph } = parseManifest(toBytes(JSON.stringify(old)), "hello");

  expect(root).toEqual({ kind: "project", key: ["Hello"] });
  expect(graph.nodes).toEqual(nodes);
});

test("an archive has the same bytes whatever the order of its files", () => {
  expect(writeArchive(new Map([...files].toReversed()))).toEqual(writeArchive(files));
});

test("an archive reads as it was written", () => {
  expect(Object.fromEntries(readArchive(writeArchive(files), "hello"))).toEqual(Object.fromEntries(files));
});

test("a package is read from its bytes, its file and its extracted directory alike", () => {
  const directory = mkdtempSync(join(tmpdir(), "package-"));
  const zip = join(directory, "hello.1.0.0.zip");
  writeFileSync(zip, writeArchive(files));
  mkdirSync(join(directory, "extracted"));
  writeFileSync(join(directory, "extracted", "manifest.json"), renderManifest(manifest));
  expect(readPackage(writeArchive(files), "hello")).toEqual(manifest);
  expect(readPackage(zip, "hello")).toEqual(manifest);
  expect(readPackage(join(directory, "extracted"), "hello")).toEqual(manifest);
});

test.each([
  ["no zip", toBytes("hello"), "it is no zip file, or only a part of one. Push it again."],
  ["cut off", writeArchive(files).slice(0, 200), "it is no zip file, or only a part of one. Push it again."],
  [
    "without a manifest",
    writeArchive(new Map([["a.txt", ""]])),
    "it has no manifest.json, so it was not made by Serialize Project. Choose a package that was.",
  ],
  [
    "with an entry above",
    writeArchiveWith("../a.txt"),
    'its entry "../a.txt" would land outside of the package. Do not use it.',
  ],
  [
    "with an absolute entry",
    writeArchiveWith("/etc/a"),
    'its entry "/etc/a" would land outside of the package. Do not use it.',
  ],
  [
    "with half a manifest",
    writeArchive(new Map([["manifest.json", renderManifest(manifest).slice(0, 50)]])),
    "its manifest.json is cut off or garbled. Push the package again, or serialize the project again.",
  ],
  [
    "of a newer format",
    writeArchive(new Map([["manifest.json", '{"format":99,"generator":"managed-spaces 3.0.0"}']])),
    "it was made by a newer version (managed-spaces 3.0.0) than this one. Update the step that reads it.",
  ],
  [
    "of something else",
    writeArchive(new Map([["manifest.json", '{"name":"an app"}']])),
    "its manifest.json is not what a package has",
  ],
])("a package %s is refused in a sentence", (_what, bytes, reason) => {
  expect(() => readPackage(bytes, "hello.1.0.0")).toThrow(`Failed to read the package "hello.1.0.0": ${reason}`);
});
