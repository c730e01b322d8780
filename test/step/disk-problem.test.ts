import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { describeDiskProblem } from "../../lib/step/disk-problem.ts";
import { during } from "../../lib/step/errors.ts";

function fail(code: string, path?: string): Error {
  return Object.assign(new Error(`${code}: it failed`), { code, syscall: "open", ...(path !== undefined && { path }) });
}

test.each([
  ["ENOSPC", 'The disk that holds "/srv/x" is full. Free space there, and run it again.'],
  ["EDQUOT", 'The quota of disk space for "/srv/x" is used up. Free space there, and run it again.'],
  ["EROFS", 'Nothing can be written to "/srv/x", since its file system is read-only. Mount it so'],
  ["EACCES", 'The user that this runs as has no access to "/srv/x". Give that user access, and run it again.'],
  ["ENOENT", 'There is no "/srv/x". Make the folder, and run it again.'],
])("%s is told by the place and what to do", (code, sentence) => {
  expect(describeDiskProblem(fail(code, "/srv/x"))).toContain(sentence);
});

test("a connection that was refused, or a program that is missing, is no problem of the disk", () => {
  for (const syscall of ["connect", "spawn terraform"])
    expect(describeDiskProblem(Object.assign(fail("ENOENT", "terraform"), { syscall }))).toBeUndefined();
  expect(describeDiskProblem(new TypeError("x is no function"))).toBeUndefined();
});

test.runIf(existsSync("/dev/full"))(
  "a disk that fills up while something is written is told by where the run works",
  async () => {
    const writing = during("write the page", async () => writeFileSync("/dev/full", "a page"));

    await expect(writing).rejects.toThrow(
      `Failed to write the page: the disk that holds the folder "${process.cwd()}", or "`,
    );
  },
);

test("a file that is missing is told with what was being done", async () => {
  const reading = during('read the package "a"', async () => readFileSync("/no/such/file"));

  await expect(reading).rejects.toThrow('Failed to read the package "a": there is no "/no/such/file".');
});
