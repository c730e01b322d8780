import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { editRepository } from "../../git-server/edit-repository.ts";
import { temporaryDirectory } from "./repositories.ts";

/** A process of its own, as a step is: it ends when nothing keeps it alive, whatever is still waited for. */
const readAndClose = `
  import { createObjectReader } from "${new URL("../../../lib/git/object-reader.ts", import.meta.url).href}";
  const [directory, ends] = process.argv.slice(-2);
  const reader = createObjectReader(() => ({ directory, environment: process.env, signal: undefined }));
  const { type } = await reader.read("refs/heads/main");
  if (ends === "closes the reader") await reader.close();
  console.log(type);
`;

test.each(["closes the reader", "leaves it open"])(
  "a process that read an object goes on to its end, even when it %s",
  async (ends) => {
    const directory = temporaryDirectory();
    await promisify(execFile)("git", ["init", "--quiet", "--bare", "--initial-branch=main", directory]);
    editRepository(directory, { files: { "a.md": "a\n" } });

    const args = ["--import", "tsx", "--input-type=module", "--eval", readAndClose, directory, ends];
    const { stdout } = await promisify(execFile)(process.execPath, args);

    expect(stdout).toBe("commit\n");
  },
);
