import { createHash } from "node:crypto";
import { lstat, mkdtemp, readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { during } from "./errors.ts";

/** A folder for the length of a run. */
export interface TemporaryFolder {
  readonly path: string;
  remove(): Promise<void>;
}

const minute = 60_000;

/** Younger ones may be those of a run that has just begun, and be known by a process that another container has. */
const shortest = 30 * minute;

/** Of what no process can be asked for: of other machines, with which the disk is shared, and of earlier versions. */
const longest = 3 * 24 * 60 * minute;

/**
 * Makes a folder, and takes away those that runs left here which were killed: folders of this user's that are called as ours are, some time
 * old, and whose process is gone.
 * @param purpose - a word for the name: `git`
 * @throws {@link UnavailableError} in a sentence that names the place, when nothing can be made there
 */
export async function makeTemporaryFolder(parent: string, purpose: string): Promise<TemporaryFolder> {
  await removeLeft(parent);
  const own = join(parent, `managed-spaces-${purpose}-${thisMachine()}-${process.pid}-`);
  const path = await during("make a folder to work in", () => mkdtemp(own));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Processes are known by their numbers on one machine, and in one container, alone. */
function thisMachine(): string {
  return createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
}

async function removeLeft(parent: string): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  await Promise.all(names.map((name) => removeIfLeft(join(parent, name), name)));
}

/** What cannot be taken away stands in nobody's way. */
async function removeIfLeft(path: string, name: string): Promise<void> {
  const named = /^managed-spaces-(?:git|state)-(?:([0-9a-f]{8})-(\d+)-)?\w{6}$/.exec(name);
  if (named === null) return;
  try {
    const found = await lstat(path);
    const { mtimeMs, uid } = found;
    const [, machine, pid] = named;
    const isKnown = machine === thisMachine() && pid !== undefined;
    const age = Date.now() - mtimeMs;
    if (!found.isDirectory() || (process.getuid !== undefined && uid !== process.getuid())) return;
    if (age < (isKnown ? shortest : longest) || (isKnown && isRunning(Number(pid)))) return;
    await rm(path, { recursive: true, force: true });
  } catch {
    return;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // One of another user's cannot be asked, and is there.
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}
