import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import AdmZip from "adm-zip";
import { expect, onTestFinished, test } from "vitest";
import { isOutside, readZip, writeZip, ZipError } from "../../lib/zip.ts";

const files = new Map([
  ["manifest.json", Buffer.from('{"a":1}')],
  ["space_population/Zürich 🐙.tf", Buffer.from("x".repeat(100_000))],
  ["empty", Buffer.alloc(0)],
]);

test("what is written is read again", () => {
  const entries = readZip(writeZip(files));

  expect(entries.map(({ path, read }) => [path, Buffer.from(read())])).toEqual([...files]);
});

test("two zip files of the same files are the same", () => {
  expect(writeZip(files)).toEqual(writeZip(new Map(files)));
});

test("another implementation reads what is written", () => {
  const zip = new AdmZip(Buffer.from(writeZip(files)));

  expect(zip.getEntries().map((entry) => [entry.entryName, entry.getData()])).toEqual([...files]);
});

test("Python's implementation finds no fault in it", ({ skip }) => {
  skip(spawnSync("python3", ["--version"]).status !== 0, "there is no python3 on this machine");
  const directory = mkdtempSync(join(tmpdir(), "zip-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, "a.zip"), writeZip(files));

  execFileSync("python3", ["-m", "zipfile", "-t", "a.zip"], { cwd: directory });
  execFileSync("python3", ["-m", "zipfile", "-e", "a.zip", "out"], { cwd: directory });

  expect(readFileSync(join(directory, "out/space_population/Zürich 🐙.tf"))).toEqual(
    files.get("space_population/Zürich 🐙.tf"),
  );
});

test("what another implementation writes is read, directories and stored entries too", () => {
  const zip = new AdmZip();
  zip.addFile("folder/", Buffer.alloc(0));
  zip.addFile("folder/stored", Buffer.from("as it is"));
  zip.addFile("deflated", Buffer.from("y".repeat(1000)));
  const stored = zip.getEntry("folder/stored");
  if (stored) stored.header.method = 0;
  zip.addZipComment("a comment");

  const entries = readZip(zip.toBuffer());

  expect(Object.fromEntries(entries.map(({ path, read }) => [path, Buffer.from(read()).toString()]))).toEqual({
    "folder/": "",
    "folder/stored": "as it is",
    deflated: "y".repeat(1000),
  });
});

test.each([
  ["nothing", Buffer.alloc(0)],
  ["text", Buffer.from("no zip file at all, but longer than the end of one")],
  ["the first half of one", Buffer.from(writeZip(files)).subarray(0, 300)],
  ["the last half of one", Buffer.from(writeZip(files)).subarray(300)],
])("%s is refused", (_what, bytes) => {
  expect(() => readZip(bytes).map(({ read }) => read())).toThrow(ZipError);
});

test("a damaged entry is refused by name", () => {
  const bytes = Buffer.from(writeZip(new Map([["manifest.json", Buffer.from("some text that matters")]])));
  bytes.writeUInt8(bytes.readUInt8(50) ^ 0xff, 50);

  expect(() => readZip(bytes)[0]?.read()).toThrow('its entry "manifest.json" is damaged');
});

test("an entry that is larger than it claims is refused before it fills the memory", () => {
  const bytes = Buffer.from(writeZip(new Map([["bomb", Buffer.alloc(50_000_000)]])));
  const central = bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  bytes.writeUInt32LE(10, central + 24);

  expect(() => readZip(bytes)[0]?.read()).toThrow('its entry "bomb" is damaged');
});

test.each([
  ["../evil", true],
  ["a/../../evil", true],
  ["/etc/passwd", true],
  ["C:\\evil", true],
  ["a\\..\\evil", true],
  ["a/..b/c", false],
  ["space_population/a.tf", false],
])("whether %s lands outside: %s", (path, expected) => {
  expect(isOutside(path)).toBe(expected);
});
