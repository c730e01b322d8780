import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { explainFailure } from "../../../lib/git/explain-failure.ts";
import { UnavailableError } from "../../../lib/step/errors.ts";
import { editRepository } from "../../git-server/edit-repository.ts";
import { fetchedRepository, gitServer, temporaryDirectory } from "./repositories.ts";

// A real disk that is full or read-only: a file system of its own, which only a user namespace of Linux may have without being root.
const mayMount =
  spawnSync("unshare", ["-rm", "sh", "-c", "mount -t tmpfs none /mnt && command -v nsenter"]).status === 0;

test.runIf(mayMount)(
  "a disk that is full while Git fetches is told by the folder, and not as a lost connection",
  async () => {
    const server = await gitServer();
    const content = randomBytes(3_000_000);
    editRepository(server.createRepository("acme/web.git"), { files: { "a.bin": content } });
    const disk = await mountDisk("size=600k");

    const cloning = fetchedRepository({ url: `${server.url}/acme/web.git`, ...disk });

    await expect(cloning).rejects.toThrow(
      `Failed to fetch the repository "${server.url}/acme/web.git": the disk that holds "${disk.directory}" is full. Free space there, or let the run work in another folder, and run it again.`,
    );
    await expect(cloning).rejects.toBeInstanceOf(UnavailableError);
  },
);

test.runIf(mayMount)("a folder that nothing can be written to is told by its path", async () => {
  const server = await gitServer();
  editRepository(server.createRepository("acme/web.git"), { files: { "a.md": "a\n" } });
  const disk = await mountDisk("ro");

  const cloning = fetchedRepository({ url: `${server.url}/acme/web.git`, ...disk });

  await expect(cloning).rejects.toThrow(
    `Git may not write to "${disk.directory}". Give the user that this runs as access to that folder, and run it again.`,
  );
});

/** A folder on a disk of its own, and a Git that works there. */
async function mountDisk(options: string): Promise<{ directory: string; environment: Record<string, string> }> {
  const [directory, bin] = [temporaryDirectory(), temporaryDirectory()];
  const command = `mount -t tmpfs -o ${options} none "$1" && echo mounted && exec sleep infinity`;
  const holder = spawn("unshare", ["-rm", "sh", "-c", command, "sh", directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void holder.kill());
  await new Promise((resolve, reject) => {
    holder.stdout.once("data", resolve);
    holder.once("exit", () => reject(new Error("Nothing could be mounted.")));
  });
  const path = process.env["PATH"] ?? "";
  const script = `#!/bin/sh
export PATH='${path}'
exec nsenter -t ${holder.pid} -U -m --preserve-credentials sh -c 'cd "$0" && exec git "$@"' '${directory}' "$@"
`;
  writeFileSync(join(bin, "git"), script, { mode: 0o755 });
  // As this process sees it, which is not in that namespace.
  return { directory: `/proc/${holder.pid}/root${directory}`, environment: { PATH: [bin, path].join(delimiter) } };
}

test("a line that is dropped since the disk is full is the disk's matter, and a full disk of the host is the host's", () => {
  const dropped = "error: RPC failed; curl 23\nfatal: write error: No space left on device\nfatal: early EOF\n";
  const ofHost =
    "remote: fatal: write error: No space left on device\nerror: remote unpack failed: index-pack failed\n";

  expect(explainFailure(dropped, '"/srv/x"').message).toContain('The disk that holds "/srv/x" is full.');
  expect(explainFailure(ofHost, '"/srv/x"').message).toBe("Git failed: write error: No space left on device.");
});
