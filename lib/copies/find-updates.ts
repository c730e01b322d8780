import { compareVersions } from "../octopus/compare-versions.ts";
import { listPackageVersions } from "../octopus/packages.ts";
import type { StepLog } from "../step/define-step.ts";
import { StepError } from "../step/errors.ts";
import { findDatabaseUpdate, type DatabaseUpdate } from "./find-database-update.ts";
import { readNewestPackage, readWritten, type NewestPackage } from "./newest-package.ts";
import { createGitFinder, templateOutsideGit, type FoundInGit } from "./git-finder.ts";
import type { Copy } from "./find-copies.ts";
import type { HostAccess } from "../git-hosts/host-access.ts";
import { createGitAccess, type GitAccess, type GitInput, type OpenHost } from "./git-access.ts";
import { openGitWorkspace, type GitWorkspace } from "./git-workspace.ts";
import { mapInParallel } from "./map-in-parallel.ts";
import {
  getTemplateUrl,
  openOrigins,
  openTemplate,
  type OpenOrigins,
  type OpenOriginsInput,
  type OpenTemplate,
  type OpenTemplateInput,
} from "./open-template.ts";
import type { Spaces } from "./open-spaces.ts";

/** How one copy stands to its template. */
export type CopyUpdate =
  | ({ kind: "git"; copy: Copy } & GitCopyUpdate)
  | { kind: "database"; copy: Copy; update: DatabaseUpdate }
  /** Nothing could be found out: it is gone, or its repository cannot be read. */
  | { kind: "problem"; copy: Copy; isGone: boolean; text: string };

export interface GitCopyUpdate extends FoundInGit {
  /** How many packages of what Octopus keeps in its database are newer than the one that was deployed. */
  packagesBehind: number;
}

export interface UpdateFinder<Host extends HostAccess = HostAccess> {
  /** Never throws for what is wrong with one copy. */
  find(copy: Copy): Promise<CopyUpdate>;
  /** Several at a time, in the order of the copies. */
  findAll(): Promise<CopyUpdate[]>;
  /** Of a template in Git that has copies. */
  readonly workspace: GitWorkspace | undefined;
  readonly access: GitAccess<Host>;
  close(): Promise<void>;
}

interface UpdateFinderOptions<Host extends HostAccess> {
  git: GitInput;
  openHost: OpenHost<Host>;
  workingDirectory: string;
  signal: AbortSignal;
  log: StepLog;
  mask: (secret: string) => void;
}

interface Opening {
  opening: Promise<Spaces>;
}

/** Opens the template and its copies, and takes away afterwards what was fetched for the work. */
export async function withUpdateFinder<T, Host extends HostAccess>(
  input: OpenTemplateInput & UpdateFinderOptions<Host>["git"],
  run: Omit<UpdateFinderOptions<Host>, "git"> & Opening,
  work: (open: OpenTemplate, finder: UpdateFinder<Host>) => Promise<T>,
): Promise<T> {
  run.log.progress(5, "reading receipts");
  const open = await openTemplate(await run.opening, input);
  const finder = await createUpdateFinder(open, { ...run, git: input });
  try {
    return await work(open, finder);
  } finally {
    await finder.close();
  }
}

/** As far as it takes to look at copies. */
export type CopyViewer = Pick<UpdateFinder, "findAll" | "workspace">;

/**
 * Looks at copies of whatever they are, one origin after the other. Where all copies are asked for, an origin that cannot be read takes
 * no other with it.
 * @returns what the work gives for all of them, in the order of the copies' names
 */
export async function withCopyViewers<T extends { found: CopyUpdate }>(
  input: OpenOriginsInput & UpdateFinderOptions<HostAccess>["git"],
  run: Omit<UpdateFinderOptions<HostAccess>, "git"> & Opening,
  work: (open: OpenTemplate, viewer: CopyViewer) => Promise<T[]>,
): Promise<{ open: OpenOrigins; all: T[] }> {
  run.log.progress(5, "reading receipts");
  const open = await openOrigins(await run.opening, input);
  const all: T[] = [];
  for (const origin of open.origins) {
    const finder = await createUpdateFinder(origin, { ...run, git: input }).catch((error: unknown) => {
      if (!(error instanceof StepError) || input.copies !== "all" || run.signal.aborted) throw error;
      return createBlindViewer(origin, error.message);
    });
    try {
      all.push(...(await work(origin, finder)));
    } finally {
      await finder.close();
    }
  }
  return { open, all: all.toSorted((a, b) => (a.found.copy.name < b.found.copy.name ? -1 : 1)) };
}

function createBlindViewer({ copies }: OpenTemplate, text: string): CopyViewer & Pick<UpdateFinder, "close"> {
  return {
    workspace: undefined,
    findAll: () => Promise.resolve(copies.map((copy) => ({ kind: "problem", copy, isGone: false, text }))),
    close: () => Promise.resolve(),
  };
}

/** Fetches what is common to all copies. `close` takes it away again. */
async function createUpdateFinder<Host extends HostAccess>(
  open: OpenTemplate,
  options: UpdateFinderOptions<Host>,
): Promise<UpdateFinder<Host>> {
  const { signal, log } = options;
  const isOriginInGit = open.template.repository !== undefined;
  const access = createGitAccess({
    ...options.git,
    // Without a repository there is none that a token could go to, nor a host to tell from its address.
    withoutHost: !isOriginInGit,
    openHost: options.openHost,
    templateUrl: getTemplateUrl(open),
    signal,
    onSecret: options.mask,
    log,
  });
  const { repository } = open.template;
  const isInGit = open.copies.some((copy) => copy.project !== undefined && copy.repository !== undefined);
  const workspace =
    repository === undefined || !isInGit
      ? undefined
      : await openGitWorkspace({
          template: repository,
          access,
          workingDirectory: options.workingDirectory,
          signal,
          onCommand: log.verbose,
        });
  const find = createFind(open, { workspace, signal });
  return {
    workspace,
    access,
    find,
    findAll: () => findAll(open, { find, log }),
    close: async () => workspace?.close(),
  };
}

async function findAll(
  { copies, readAhead }: OpenTemplate,
  { find, log }: { find: UpdateFinder["find"]; log: StepLog },
): Promise<CopyUpdate[]> {
  let done = 0;
  await readAhead(copies.filter(({ repository }) => repository === undefined));
  return mapInParallel(copies, { atATime: 8 }, async (copy) => {
    const update = await find(copy);
    done += 1;
    log.progress(10 + (80 * done) / copies.length, `looked at ${done} of ${copies.length}`);
    return update;
  });
}

interface FindOptions {
  workspace: GitWorkspace | undefined;
  signal: AbortSignal;
}

function createFind(open: OpenTemplate, { workspace, signal }: FindOptions): UpdateFinder["find"] {
  const packages = createPackages(open);
  const findGit = workspace === undefined ? undefined : createGitFinder(open.template, workspace);

  async function look(copy: Copy): Promise<CopyUpdate> {
    if (copy.isDeleted) return toGone(copy);
    if (copy.repository === undefined) {
      const update = await findDatabaseUpdate(copy, await packages.readNewest(copy));
      return update === undefined ? toGone(copy) : { kind: "database", copy, update };
    }
    if (findGit === undefined)
      return {
        kind: "problem",
        copy,
        isGone: false,
        text: templateOutsideGit,
      };
    return {
      kind: "git",
      copy,
      ...(await findGit(copy, copy.repository)),
      packagesBehind: await packages.countNewer(copy),
    };
  }

  return async (copy) => {
    try {
      return await look(copy);
    } catch (error) {
      if (!(error instanceof StepError) || signal.aborted) throw error;
      return { kind: "problem", copy, isGone: false, text: error.message };
    }
  };
}

function toGone(copy: Copy): CopyUpdate {
  return { kind: "problem", copy, isGone: true, text: `It was deleted in the space "${copy.space.name}".` };
}

/** The feed is asked once for all copies. */
function createPackages({ template }: OpenTemplate): {
  readNewest(copy: Copy): Promise<NewestPackage>;
  countNewer(copy: Copy): Promise<number>;
} {
  const { packageId } = template;
  let newest: Promise<NewestPackage> | undefined;
  let versions: Promise<string[]> | undefined;
  return {
    readNewest: (copy) =>
      copy.receipt.isPartial === true
        ? readWritten(copy, template.space)
        : (newest ??= readNewestPackage(template.space, packageId)),
    async countNewer({ receipt }) {
      versions ??= listPackageVersions(template.space, packageId).then((all) => all.map(({ version }) => version));
      return (await versions).filter((version) => compareVersions(version, receipt.version ?? "") > 0).length;
    },
  };
}
