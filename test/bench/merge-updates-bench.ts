import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../build/project.ts";
import { createApi } from "../api.ts";
import { editRepository, findHead } from "../git-server/edit-repository.ts";
import { startGitServer, type GitServer } from "../git-server/git-server.ts";
import { createOctopusServer } from "../octopus-server/octopus-server.ts";
import { addProject, editOcl, measure, saveReceipts, type Measured, type Server, type Stage } from "./git-stage.ts";
import { startProgram } from "./start-program.ts";
import { summarize } from "./timings.ts";

const files = 10_000;
const rounds = 5;

/**
 * Merge Updates into a copy of a repository of 10,000 files, by push, against Git alone: clone, fetch of the template, merge, push. One after the
 * other in each of five rounds, each with a copy of its own of the same contents; the whole step is measured, its requests to Octopus included.
 */
export async function benchMergeUpdates(): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "merge-updates-bench-"));
  const git = await startGitServer();
  const server = createOctopusServer({ apiKey: "API-BENCH" });
  try {
    const url = await server.listen();
    const stage = await prepare({ url, apiKey: server.apiKey }, git);
    console.log(
      `Merge Updates into a copy of a repository of ${files} files of 5 KB in 200 commits: 20 new ones, and one of people`,
    );
    const ours: Measured[] = [];
    const theirs: Measured[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      changeAll(git, round);
      ours.push(await measure(git, `${round}: merge-updates, the whole step`, () => runStep(stage, scratch)));
      theirs.push(await measure(git, `${round}: clone, fetch, merge, push`, () => mergeByGit(git, scratch)));
    }
    const [own, other] = [ours, theirs].map((all) => summarize(all.map(({ milliseconds }) => milliseconds)).median);
    const ratio = (other ?? 0) / (own ?? 1);
    console.log(`  clone, fetch, merge, push : merge-updates = ${ratio.toFixed(1)} : 1 in time, of medians\n`);
  } finally {
    await Promise.all([git.close(), server.close()]);
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function prepare(server: Server, git: GitServer): Promise<Stage> {
  const me = await createApi(server, "/api").get("/users/me");
  const space = await createApi(server, "/api").post("/spaces", { Name: "Many", SpaceManagersTeamMembers: [me.Id] });
  const stage = { ...server, spaceId: space.Id };
  const upstream = git.createRepository("octopuscac/template.git");
  editRepository(upstream, {
    files: Object.fromEntries(Array.from({ length: files }, (_, at) => fileOf(at, "first"))),
  });
  const template = await addProject(server, "Template", {
    spaceId: "Spaces-1",
    url: `${git.url}/octopuscac/template.git`,
  });
  // A history, as repositories of this size have: each file was changed once.
  for (let round = 0; round < 200; round += 1)
    editRepository(upstream, {
      message: `Change ${round}`,
      files: Object.fromEntries(Array.from({ length: 50 }, (_, at) => fileOf(round * 50 + at, "second"))),
    });
  const forkPoint = findHead(upstream, "refs/heads/main");
  for (const name of ["copy", "other"]) cpSync(upstream, git.pathOf(`octopuscac/${name}.git`), { recursive: true });
  const project = await addProject(server, "copy", { spaceId: space.Id, url: `${git.url}/octopuscac/copy.git` });
  await saveReceipts(stage, { template, forkPoint, receipts: [{ name: "copy", project }] });
  return stage;
}

/** A file of a hundred in each folder; what stands in it compresses as text does. */
function fileOf(at: number, round: string): readonly [path: string, text: string] {
  const lines = Array.from(
    { length: 90 },
    (_, line) => `${round} ${at} ${line}: ${(at * 7919 + line * 104729).toString(36)} ${line * at}`,
  );
  return [`src/part-${Math.floor(at / 100)}/file-${at}.txt`, `${lines.join("\n")}\n`];
}

function changeAll(git: GitServer, round: number): void {
  const upstream = git.pathOf("octopuscac/template.git");
  for (let number = 0; number < 20; number += 1)
    editRepository(upstream, {
      message: `Change ${round}.${number}`,
      files: Object.fromEntries([fileOf(number * 400 + round, `round ${round}`)]),
    });
  for (const name of ["copy", "other"])
    editOcl(git.pathOf(`octopuscac/${name}.git`), [round === 1 ? "Wave" : `Wave ${round - 1}`, `Wave ${round}`]);
}

function runStep({ url, apiKey, spaceId }: Stage, scratch: string): Promise<void> {
  const directory = join(scratch, "step");
  mkdirSync(directory, { recursive: true });
  const options = ["--server", url, "--space", "Spaces-1", "--project", "Template"];
  const managed = ["--managed-server", url, "--managed-space", spaceId, "--method", "push"];
  const environment = {
    MANAGED_SPACES_MERGE_UPDATES_API_KEY: apiKey,
    MANAGED_SPACES_MERGE_UPDATES_MANAGEMENT_API_KEY: apiKey,
    MANAGED_SPACES_MERGE_UPDATES_RECEIPT_KEY: "bench",
  };
  const program = join(projectRoot, "dist", "managed-spaces.cjs");
  return startProgram(process.execPath, [program, "run", "merge-updates", ...options, ...managed], {
    directory,
    environment,
  });
}

/** As a person would do it. */
const reference = `set -e
rm -rf work
git clone --quiet "$SERVER/octopuscac/other.git" work
cd work
git remote add upstream "$SERVER/octopuscac/template.git"
git fetch --quiet upstream
git -c user.name=x -c user.email=x@localhost merge --quiet --no-edit upstream/main
git push --quiet origin main
`;

function mergeByGit(git: GitServer, scratch: string): Promise<void> {
  writeFileSync(join(scratch, "merge.sh"), reference);
  const environment = { SERVER: git.url, HOME: scratch };
  return startProgram("bash", [join(scratch, "merge.sh")], { directory: scratch, environment });
}
