import type { GitCredentials } from "../git/git-credentials.ts";
import type { LocalRepository, Remote } from "../git/repository.ts";
import type { StepLog } from "../step/define-step.ts";
import { during } from "../step/errors.ts";
import { copyLfsObjects } from "./copy-lfs-objects.ts";
import { openLfsServer } from "./lfs-server.ts";
import { findOwnServer, listLfsObjects, usesLfs, type LfsRange } from "./list-lfs-objects.ts";

export interface BringLfsOptions extends LfsRange {
  from: Remote;
  to: Remote;
  listCredentials: () => Promise<readonly GitCredentials[]>;
  signal?: AbortSignal | undefined;
  log: StepLog;
}

/**
 * Brings the large files that commits point to before the commits themselves are pushed: many hosts refuse commits whose files they do not
 * have. Costs one look into the commit where a repository has none. Safe to repeat; what is there is not sent.
 */
export async function bringLfsFiles(repository: LocalRepository, options: BringLfsOptions): Promise<void> {
  const { from, to, commit, log } = options;
  if (!(await usesLfs(repository, options))) return;
  const elsewhere = await findOwnServer(repository, commit);
  if (elsewhere !== undefined) return log.info(`Large files stay at ${toOrigin(elsewhere)}, which .lfsconfig names.`);
  await during(`bring the Git LFS files of "${from.url}" to "${to.url}"`, async () => {
    const objects = await listLfsObjects(repository, options);
    if (objects.length === 0) return;
    const open = (url: string): ReturnType<typeof openLfsServer> => openLfsServer({ ...options, url });
    const { copied, present, missing } = await copyLfsObjects(objects, { from: open(from.url), to: open(to.url), log });
    const size = copied.reduce((sum, object) => sum + object.size, 0);
    log.info(
      `Git LFS: ${copied.length} of ${objects.length} files copied, ${(size / 1e6).toFixed(1)} MB; ${present.length} were there.`,
    );
    if (missing.length > 0)
      log.warn(
        `${missing.length} of the Git LFS files are missing in "${from.url}", too, such as ${missing[0]?.oid}: nobody can check out the versions that have them.`,
      );
  });
}

function toOrigin(address: string): string {
  return URL.canParse(address) ? new URL(address).host || "another place" : "another place";
}
