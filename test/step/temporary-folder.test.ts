import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeTemporaryFolder } from "../../lib/step/temporary-folder.ts";

const hour = 3600;

function makeParent(): string {
  return mkdtempSync(join(tmpdir(), "folders-"));
}

/** A folder that was last used so many hours ago. */
function leave(parent: string, name: string, hours: number): string {
  const path = join(parent, name);
  mkdirSync(path);
  writeFileSync(join(path, "objects"), "many");
  const then = Date.now() / 1000 - hours * hour;
  utimesSync(path, then, then);
  return path;
}

/** What a run on this machine calls its folder, by the number of its process. */
async function nameOf(parent: string, pid: number): Promise<string> {
  const own = await makeTemporaryFolder(parent, "git");
  await own.remove();
  return own.path.slice(parent.length + 1).replace(`-${process.pid}-`, `-${pid}-`);
}

/** Of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ["--eval", ""]).pid;
}

test("what a killed run left is taken away by the next, and nothing else", async () => {
  const parent = makeParent();
  const killed = leave(parent, await nameOf(parent, deadPid()), 2);
  const stays = {
    "of a run at work": leave(parent, await nameOf(parent, process.pid), 500),
    "of a run that has just ended": leave(parent, (await nameOf(parent, deadPid())).slice(0, -6).concat("abcdef"), 0),
    "of another machine, which is perhaps at work": leave(parent, "managed-spaces-git-00000000-1-abcdef", 48),
    "of another program": leave(parent, "managed-spaces-backup", 500),
    "a page that people look at": leave(parent, "managed-spaces-fleet-abcdef", 500),
  };
  const old = leave(parent, "managed-spaces-git-00000000-1-ghijkl", 100);
  const ofEarlierVersion = leave(parent, "managed-spaces-state-ghijkl", 100);

  const own = await makeTemporaryFolder(parent, "git");

  for (const path of [killed, old, ofEarlierVersion]) expect(existsSync(path), `${path}`).toBe(false);
  for (const [what, path] of Object.entries(stays)) expect(existsSync(path), `${what}`).toBe(true);
  expect(existsSync(own.path)).toBe(true);
  await own.remove();
  expect(existsSync(own.path)).toBe(false);
});

test("a file and a link that are called so are left alone", async () => {
  const parent = makeParent();
  const file = join(parent, "managed-spaces-git-abcdef");
  writeFileSync(file, "a person's");
  utimesSync(file, 0, 0);

  await (await makeTemporaryFolder(parent, "git")).remove();

  expect(readdirSync(parent)).toEqual(["managed-spaces-git-abcdef"]);
});

test.each([
  ["is missing", (parent: string) => join(parent, "gone"), 'there is no "'],
  [
    "is a file",
    (parent: string) => {
      writeFileSync(join(parent, "file"), "");
      return join(parent, "file");
    },
    'a part of the path "',
  ],
])("a folder that %s is named, with what to do", async (_, place, why) => {
  const parent = place(makeParent());

  const failure = await makeTemporaryFolder(parent, "git").catch((error: unknown) => String(error));

  expect(failure).toContain(`Failed to make a folder to work in: ${why}`);
  expect(failure).toContain(parent);
  expect(failure).toContain("Make the folder, or set TMPDIR to another folder, and run it again.");
});

test("two runs in one folder do not take each other's away", async () => {
  const parent = makeParent();
  const both = await Promise.all([makeTemporaryFolder(parent, "git"), makeTemporaryFolder(parent, "git")]);
  onTestFinished(async () => void (await Promise.all(both.map(({ remove }) => remove()))));

  expect(both.every(({ path }) => existsSync(path))).toBe(true);
});
