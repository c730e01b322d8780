import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { step } from "../../steps/validate-branch/step.ts";
import type { GitHostId } from "../../lib/git-hosts/index.ts";
import { editRepository } from "../git-server/edit-repository.ts";
import {
  keepPullRef,
  openPull,
  pullHead,
  type StandInPull,
  type StandInRepository,
} from "../git-hosts-stand-ins/stand-in.ts";
import { createStepContext, type StepRecording } from "../step/create-step-context.ts";
import { toGitParameters } from "./git-copies.ts";
import { startGitTemplate, type GitTemplate } from "./git-template.ts";

async function start(host: GitHostId): Promise<{ stage: GitTemplate; repository: StandInRepository }> {
  const stage = await startGitTemplate({ host });
  const [repository] = stage.host.repositories;
  if (repository === undefined) throw new Error("no repository");
  return { stage, repository };
}

/** A stranger's request from a fork, which their own project or workspace has. */
function proposeFromFork({ host }: GitTemplate, repository: StandInRepository): StandInPull {
  const owner = repository.owner.replace("acme", "mallory");
  host.accounts.set(owner, "Organization");
  const from = host.add(owner, repository.name, { parent: repository });
  rmSync(host.pathOf(from), { recursive: true });
  cpSync(host.pathOf(repository), host.pathOf(from), { recursive: true });
  say(host.pathOf(from), "echo Theirs");
  return openPull(host, repository, { head: "theirs", from });
}

function say(path: string, script: string): void {
  editRepository(path, { branch: "theirs", files: { "src/say.sh": `${script}\n` }, message: "Theirs" });
}

async function validate(stage: GitTemplate): Promise<StepRecording> {
  const workingDirectory = mkdtempSync(join(tmpdir(), "validation-"));
  onTestFinished(() => rmSync(workingDirectory, { recursive: true, force: true }));
  const recording = createStepContext({
    step,
    parameters: {
      managementServerUrl: stage.url,
      managementApiKey: stage.apiKey,
      managementSpaceId: "Spaces-1",
      project: "Hello World CaC",
      ...toGitParameters(stage),
    },
    workingDirectory,
  });
  await recording.run();
  return recording;
}

function warningsOf({ log }: StepRecording): string[] {
  return log.filter(({ level }) => level === "warning").map(({ message }) => message);
}

test.each(["azure-repos", "bitbucket-data-center", "github", "gitlab"] as const)(
  "a stranger's request on %s is read from the host's own repository, and has its answer once",
  async (host) => {
    const { stage, repository } = await start(host);
    const pull = proposeFromFork(stage, repository);

    const first = await validate(stage);
    const second = await validate(stage);

    const commit = pullHead(stage.host, repository, pull);
    expect(JSON.parse(first.outputs["Lists"] ?? "")).toMatchObject([{ number: 1, branch: "theirs", commit }]);
    expect(warningsOf(first).join(" ")).not.toContain("nothing of it is validated");
    expect(second.outputs).toMatchObject({ Validated: "0" });
    expect([...repository.statuses.keys()]).toEqual([commit]);
    const asked = stage.host.server.requests.map(({ path }) => path);
    expect(asked.filter((path) => /mallory\S*(info\/refs|git-upload-pack)/.test(path))).toEqual([]);
  },
);

test.each([
  ["azure-repos", "Azure Repos"],
  ["bitbucket-data-center", "Bitbucket"],
] as const)("where %s has not brought a request's ref up to date, nothing older is validated", async (host, title) => {
  const { stage, repository } = await start(host);
  const pull = proposeFromFork(stage, repository);
  const [fork] = stage.host.repositories.filter(({ parent }) => parent === repository);
  if (fork === undefined) throw new Error("no fork");
  say(stage.host.pathOf(fork), "echo Theirs, a second time");

  const early = await validate(stage);
  keepPullRef(stage.host, repository, pull);
  const late = await validate(stage);

  expect(early.outputs).toMatchObject({ Validated: "0" });
  expect(warningsOf(early)).toContainEqual(
    expect.stringMatching(
      `comes from another repository, and ${title} does not give its newest commit \\(yet, or because it is in conflict\\), so nothing of it is validated\\.$`,
    ),
  );
  expect(late.outputs).toMatchObject({ Validated: "1" });
});

test("a stranger's request on Bitbucket Cloud, which shows none of it in this repository, is left alone", async () => {
  const { stage, repository } = await start("bitbucket-cloud");
  proposeFromFork(stage, repository);

  const { outputs, ...run } = await validate(stage);

  expect(outputs).toMatchObject({ Validated: "0" });
  expect(warningsOf({ outputs, ...run })).toContainEqual(
    expect.stringContaining("comes from another repository, which Bitbucket does not show in this one"),
  );
  expect(stage.host.server.requests.filter(({ path }) => path.includes("mallory") && path.includes(".git"))).toEqual(
    [],
  );
});
