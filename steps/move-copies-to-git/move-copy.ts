import type { Copy } from "../../lib/copies/find-copies.ts";
import { forkRepository } from "../../lib/copies/fork-repository.ts";
import { fetchRemote, findCommit, readHead, type Remote } from "../../lib/git/repository.ts";
import { removeRemoteBranch } from "../../lib/git/push.ts";
import { isSamePath, describePath } from "../../lib/git-hosts/git-host.ts";
import type { RepositoryPath } from "../../lib/git-hosts/host-access.ts";
import { objectOf, type JsonObject } from "../../lib/model/json.ts";
import type { OctopusDocument } from "../../lib/octopus/octopus-client.ts";
import { saveReceipt } from "../../lib/receipts/write-receipts.ts";
import { versionControl } from "../../lib/resources/version-control.ts";
import { ConflictError, StepError, during } from "../../lib/step/errors.ts";
import { ensureOwnState, ensureRoom, isOnlyTemplates, isOwnState } from "./converted-branch.ts";
import type { MoveResult } from "./move-result.ts";
import type { Moves } from "./open-moves.ts";

/** The branch that Octopus converts the project on. It is there for the length of a move. */
const ownBranch = "managed-spaces/converted";

/** Moves one copy to Git, from wherever an earlier run left it. Never throws for what is wrong with it alone. */
export async function moveCopy(copy: Copy, moves: Moves): Promise<MoveResult> {
  try {
    return await move(copy, moves);
  } catch (error) {
    if (!(error instanceof StepError) || moves.signal.aborted) throw error;
    return { copy: copy.name, outcome: "failed", text: error.message, isChanged: false };
  }
}

async function move(copy: Copy, moves: Moves): Promise<MoveResult> {
  const { project, receipt, repository } = copy;
  const told = { copy: copy.name, isChanged: false };
  if (project === undefined) return { ...told, outcome: "gone", text: "People deleted it." };
  const path = { owner: moves.owner, name: moves.nameRepository(copy.name) };
  const isElsewhere = repository !== undefined && !isAt(moves, repository.url, path);
  const isSettled = receipt.upstream?.["commit"] !== undefined && repository?.defaultBranch !== ownBranch;
  if (repository !== undefined && (isElsewhere || isSettled))
    return { ...told, outcome: "up-to-date", text: "It is in Git.", cloneUrl: repository.url };
  const newer = repository === undefined ? await moves.findNewer(receipt.version ?? "") : undefined;
  if (newer !== undefined)
    return {
      ...told,
      outcome: "refused",
      text: `It has version ${receipt.version ?? "none"}, and ${newer} was made before the template moved to Git: what that changed would look like people's changes. Run "Deploy Project" with version ${newer} first.`,
    };
  return carryOut({ copy, project, path }, moves);
}

function isAt({ host }: Moves, url: string, path: RepositoryPath): boolean {
  return isSamePath(host.parseCloneUrl(url), path);
}

interface Moving {
  copy: Copy;
  project: OctopusDocument;
  path: RepositoryPath;
}

async function carryOut(moving: Moving, moves: Moves): Promise<MoveResult> {
  const { copy, path } = moving;
  const { host, access, repository, workspace, onlyPlan, workingDirectory, signal, log } = moves;
  const { defaultBranch } = repository;
  const made = await forkRepository({
    host,
    access,
    template: { url: workspace.templateUrl, defaultBranch },
    target: path,
    replace: false,
    onlyPlan,
    workingDirectory,
    signal,
    log,
  });
  await refuseProtected(moving, moves);
  const told = { copy: copy.name, outcome: "moved", isChanged: true } as const;
  if (onlyPlan || made.repository === undefined)
    return {
      ...told,
      text: `Would be moved to the repository "${describePath(path)}", on top of the template's commit ${moves.base.slice(0, 12)}.`,
    };
  const { cloneUrl } = made.repository;
  const { remote } = await workspace.fetch({ url: cloneUrl, defaultBranch, basePath: repository.basePath });
  const text = await convert(moving, moves, { remote, cloneUrl });
  return { ...told, text, cloneUrl };
}

/** Told before anything is written in Octopus. */
async function refuseProtected({ path }: Moving, { host, repository: { defaultBranch } }: Moves): Promise<void> {
  const branch = (await host.findRepository(path)) && (await host.findBranch(path, defaultBranch));
  if (branch === undefined || !branch.isProtected || branch.acceptsPushes === true) return;
  throw new ConflictError(
    `The branch "${defaultBranch}" of "${describePath(path)}" is protected, and has to take the copy's files. Take the protection off until the copy has moved, or let the token's user push there.`,
  );
}

interface Place {
  remote: Remote;
  cloneUrl: string;
}

async function convert({ copy, project, path }: Moving, moves: Moves, { remote, cloneUrl }: Place): Promise<string> {
  const { workspace, repository, base } = moves;
  const local = workspace.repository;
  const { defaultBranch } = repository;
  const isConverted = copy.repository !== undefined;
  const isOnOwn = copy.repository?.defaultBranch === ownBranch;
  if (!isConverted) {
    const head = await findCommit(local, remote, { branch: defaultBranch });
    if (head !== undefined && !(await isOnlyTemplates(local, { head, base, template: workspace.head })))
      throw new ConflictError(
        `The branch "${defaultBranch}" of "${describePath(path)}" has commits that are not the template's, and is left as it is. Choose another "Repository Name" or "Owner".`,
      );
    await ensureRoom(local, remote, { base, branch: ownBranch, basePath: repository.basePath });
    await during(`move the project "${copy.name}" to Git`, () =>
      pointTo(project, moves, { cloneUrl, branch: ownBranch }),
    );
    await fetchRemote(local, remote);
  }
  const own = await findCommit(local, remote, { branch: ownBranch });
  if (own !== undefined && (!isConverted || isOnOwn)) {
    await ensureOwnState(local, remote, {
      base,
      own,
      branch: defaultBranch,
      template: workspace.head,
      message: `What "${copy.name}" has of its own\n\nAs it was in the space "${moves.open.managed.name}" when it moved to Git.`,
      author: await findAuthor(project, moves),
    });
    await pointTo(project, moves, { cloneUrl, branch: defaultBranch });
  }
  await recordMove(copy, moves, cloneUrl);
  const rest = own === undefined ? "" : await removeOwn(remote, moves, own);
  return `Moved to the repository "${describePath(path)}", on top of the template's commit ${base.slice(0, 12)}.${rest}`;
}

/** Converts the project on a branch, or, where it is in Git, has it use another one. */
async function pointTo(
  project: OctopusDocument,
  { open, template, repository, credentials }: Moves,
  { cloneUrl, branch }: { cloneUrl: string; branch: string },
): Promise<void> {
  const settings = objectOf(template, "PersistenceSettings");
  const body: JsonObject = {
    Type: "VersionControlled",
    Url: cloneUrl,
    DefaultBranch: branch,
    BasePath: repository.basePath,
    ProtectedDefaultBranch: false,
    ProtectedBranchNamePatterns: settings["ProtectedBranchNamePatterns"] ?? [],
    Credentials: credentials,
  };
  const current = { Id: `versioncontrol-${project.Id}`, ProjectId: project.Id };
  await versionControl.update?.(open.managed, current, body);
}

async function recordMove(copy: Copy, moves: Moves, url: string): Promise<void> {
  const { open, repository, workspace, base } = moves;
  const matched = await moves.matchStepTemplates(copy.receipt);
  await saveReceipt(open.receipts, copy.receiptName, (known = copy.receipt) => {
    const stepTemplates = { ...known.stepTemplates, ...matched };
    return {
      ...known,
      upstream: { ...known.upstream, repository: workspace.templateUrl, commit: base },
      repository: { url, defaultBranch: repository.defaultBranch, basePath: repository.basePath },
      ...(Object.keys(stepTemplates).length > 0 && { stepTemplates }),
    };
  });
}

/** Not where somebody committed to it while the project moved. */
async function removeOwn(
  remote: Remote,
  { workspace: { repository }, repository: { defaultBranch } }: Moves,
  own: string,
): Promise<string> {
  if ((await readHead(repository, remote, { branch: ownBranch })) === undefined) return "";
  await fetchRemote(repository, remote);
  const [now, target] = [
    await findCommit(repository, remote, { branch: ownBranch }),
    await findCommit(repository, remote, { branch: defaultBranch }),
  ];
  if (now !== own || target === undefined)
    return ` Somebody committed to the branch "${ownBranch}" meanwhile: merge that into "${defaultBranch}".`;
  if (!(await isOwnState(repository, { own, head: target })))
    return ` The branch "${ownBranch}" has other contents than "${defaultBranch}", and stays.`;
  await removeRemoteBranch(repository, remote, { branch: ownBranch, commit: own });
  return "";
}

/** Who changed the project last, as the audit trail says, where we may look there. */
async function findAuthor(project: OctopusDocument, { open }: Moves): Promise<{ name: string; email: string }> {
  const nobody = { name: "Octopus", email: "octopus@localhost" };
  try {
    const me = await open.managed.server.get("/users/me");
    const events = await open.managed.list("/events", {
      regarding: project.Id,
      eventCategories: "Created,Modified",
      excludeDifference: true,
    });
    const event = events.find((one) => one["UserId"] !== me.Id && one["UserId"] !== "users-system");
    const name = String(event?.["Username"] ?? "");
    if (name === "") return nobody;
    return { name, email: name.includes("@") ? name : `${name.replaceAll(/[^\w.+-]/g, "-")}@localhost` };
  } catch (error) {
    if (error instanceof StepError) return nobody;
    throw error;
  }
}
