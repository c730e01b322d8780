import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../build/project.ts";
import { createApi } from "../api.ts";
import { editRepository, findHead } from "../git-server/edit-repository.ts";
import { startGitServer, type GitServer } from "../git-server/git-server.ts";
import { createOctopusServer } from "../octopus-server/octopus-server.ts";
import { addProject, editOcl, measure, saveReceipts, type Server, type Stage } from "./git-stage.ts";
import { startProgram } from "./start-program.ts";

const copies = 500;

/**
 * Find Updates over many copies in one space, against a full clone of each, one after the other: `git clone`, a fetch of the template,
 * its merge base, and a merge that is not committed. Both look at the same repositories in one run.
 */
export async function benchFindUpdates(): Promise<void> {
  for (const distance of distances) await benchAt(distance);
}

/** Milliseconds to the Git server and back: beside it, and as hosts are. */
const distances = [0, 20];

async function benchAt(distance: number): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "find-updates-bench-"));
  const git = await startGitServer({ distance });
  const server = createOctopusServer({ apiKey: "API-BENCH" });
  try {
    const url = await server.listen();
    const stage = await prepare({ url, apiKey: server.apiKey }, git);
    console.log(
      `Find Updates over ${copies} copies, ${distance} ms away: a third untouched, a third changed by people, a third in conflict; 120 commits, 2 MB`,
    );
    const ours = await measure(git, "find-updates, the whole step", () => runStep(stage, scratch));
    const theirs = await measure(git, "a full clone each, one after the other", () => cloneEach(git, scratch));
    console.log(
      `  a full clone each : find-updates = ${(theirs.milliseconds / ours.milliseconds).toFixed(1)} : 1 in time, ${(theirs.bytes / ours.bytes).toFixed(1)} : 1 in bytes\n`,
    );
  } finally {
    await Promise.all([git.close(), server.close()]);
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function prepare(server: Server, git: GitServer): Promise<Stage> {
  const me = await createApi(server, "/api").get("/users/me");
  const space = await createApi(server, "/api").post("/spaces", { Name: "Many", SpaceManagersTeamMembers: [me.Id] });
  const upstream = git.createRepository("octopuscac/template.git");
  editRepository(upstream, { files: { "README.md": "# Template\n", "assets/manual.bin": randomBytes(2_000_000) } });
  const template = await addProject(server, "Template", {
    spaceId: "Spaces-1",
    url: `${git.url}/octopuscac/template.git`,
  });
  for (let number = 1; number < 100; number += 1)
    editRepository(upstream, {
      message: `Change ${number}`,
      files: { [`docs/page-${number % 30}.md`]: `Page ${number}\n`.repeat(100) },
    });

  const forkPoint = findHead(upstream, "refs/heads/main");
  const receipts = [];
  for (let number = 0; number < copies; number += 1) {
    const name = `copy-${number}`;
    const path = git.pathOf(`octopuscac/${name}.git`);
    cpSync(upstream, path, { recursive: true });
    const project = await addProject(server, name, { spaceId: space.Id, url: `${git.url}/octopuscac/${name}.git` });
    if (number % 3 !== 0) editOcl(path, number % 3 === 1 ? ["Wave", `Wave ${number}`] : ["Greet", `Hi ${number}`]);
    receipts.push({ name, project });
  }
  await saveReceipts({ ...server, spaceId: space.Id }, { template, forkPoint, receipts });
  editOcl(upstream, ["Greet", "Good morning"]);
  for (let number = 0; number < 20; number += 1)
    editRepository(upstream, { message: `Later change ${number}`, files: { [`docs/later-${number}.md`]: "Later\n" } });
  return { ...server, spaceId: space.Id };
}

function runStep({ url, apiKey, spaceId }: Stage, scratch: string): Promise<void> {
  const directory = join(scratch, "step");
  mkdirSync(directory);
  const options = [
    "--server",
    url,
    "--space",
    "Spaces-1",
    "--project",
    "Template",
    "--managed-server",
    url,
    "--managed-space",
    spaceId,
  ];
  const environment = {
    MANAGED_SPACES_FIND_UPDATES_API_KEY: apiKey,
    MANAGED_SPACES_FIND_UPDATES_MANAGEMENT_API_KEY: apiKey,
  };
  return startProgram(
    process.execPath,
    [join(projectRoot, "dist", "managed-spaces.cjs"), "run", "find-updates", ...options],
    {
      directory,
      environment,
    },
  );
}

/** In the words of the reference's own way, and without its Python. */
const reference = `set -e
for number in $(seq 0 $((COPIES - 1))); do
  git clone --quiet "$SERVER/octopuscac/copy-$number.git" "copy-$number"
  cd "copy-$number"
  git remote add upstream "$SERVER/octopuscac/template.git"
  git fetch --quiet --all
  if [ "$(git merge-base HEAD upstream/main)" != "$(git rev-parse upstream/main)" ]; then
    git -c user.name=x -c user.email=x@localhost merge --quiet --no-commit --no-ff upstream/main >/dev/null || true
    git merge --abort
  fi
  cd ..
done
`;

function cloneEach(git: GitServer, scratch: string): Promise<void> {
  const directory = join(scratch, "clones");
  mkdirSync(directory);
  writeFileSync(join(scratch, "clone-each.sh"), reference);
  const environment = { COPIES: String(copies), SERVER: git.url, HOME: scratch };
  return startProgram("bash", [join(scratch, "clone-each.sh")], { directory, environment });
}
