import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { waysToSignIn } from "../../lib/git-hosts/read-sign-in.ts";
import { Rehearsal } from "../../lib/fleet/rehearsal.ts";
import { step as rehearse } from "../../steps/rehearse/step.ts";
import { editRepository } from "../git-server/edit-repository.ts";
import { runCommand } from "../run-command.ts";
import { createStepContext, type StepRecording } from "../step/create-step-context.ts";
import { textOfPage } from "../text-of-page.ts";
import { messages } from "./copies-stage.ts";
import type { DeployedPackage } from "./deployment-stage.ts";
import { copyName, deploy, fork, serialize, toGitParameters } from "./git-copies.ts";
import { gitToken, startGitTemplate, type GitTemplate } from "./git-template.ts";
import { prepareTenants } from "./rehearsal-stage.ts";

const workingDirectory = mkdtempSync(join(tmpdir(), "rehearsal-git-"));

test("tells of each copy in Git whether the template's newest files would merge, and pushes nothing", async () => {
  const template = await startGitTemplate();
  const brought = await startCopy(template);
  const look = (): Promise<StepRecording> =>
    run(template, brought, { filesInGit: "True", ...toGitParameters(template) });
  const copy = template.pathOf(copyName);

  const same = await look();
  template.edit({ files: { "src/app.txt": "2\n" }, message: "Count on" });
  const behind = await look();
  editRepository(copy, { files: { "src/app.txt": "three\n" }, message: "Ours" });
  const head = template.head(copyName);
  const disputed = await look();
  const command = await runCommand(
    ["rehearse", "--package", brought.path, "--files-in-git", "--git-host-url", template.host.server.url],
    { OCTOPUS_URL: template.url, OCTOPUS_API_KEY: template.apiKey, OCTOPUS_SPACE: "Default", GIT_TOKEN: gitToken },
  );

  const line = "America, Hello World CaC: 1 commit of the template's files would";
  expect(read(same).copies.map(({ files }) => files?.outcome)).toEqual(["upToDate"]);
  expect(messages(same.log, "highlight").join("")).toMatch(/ Files in Git: 1 up to date\.$/);
  expect(messages(behind.log, "info")).toContain(`${line} merge without a conflict.`);
  expect(behind.outputs).toMatchObject({ FileConflicts: "0" });
  expect(read(disputed)).toMatchObject({
    counts: { refused: 0, files: { upToDate: 0, merges: 0, conflicts: 1, others: 0 } },
    copies: [{ files: { outcome: "conflicts", behind: 1, conflicts: [{ path: "src/app.txt" }] } }],
  });
  expect(messages(disputed.log, "warning")).toContain(
    `${line} be in conflict in 1 file: src/app.txt: modified in the copy, modified in the template.`,
  );
  expect(disputed.outputs).toMatchObject({ FileConflicts: "1" });
  expect(command).toMatchObject({ code: 0, stdout: expect.stringContaining(`${line} be in conflict in 1 file`) });
  expect(textOfPage(pageOf(disputed))).toContain("Files in Git src/app.txt: modified in the copy");
  expect(template.head(copyName)).toBe(head);
  for (const one of [same, behind, disputed]) expect(JSON.stringify([read(one), pageOf(one)])).not.toContain(gitToken);
  expect(readdirSync(workingDirectory).filter((name) => name.startsWith("managed-spaces-git"))).toEqual([]);
});

test("says plainly that files were not looked at, or could not be, and goes on without them", async () => {
  const template = await startGitTemplate();
  const brought = await startCopy(template);

  const without = await run(template, brought);
  const refused = await run(template, brought, {
    filesInGit: "True",
    ...toGitParameters(template),
    gitToken: "somebody-elses",
  });

  expect(read(without).notes).toContain(
    `Files of the project in Git were not looked at. Tick "Look at Files in Git", with "Git Host", "Git Host URL" and ${waysToSignIn} where the repositories are not public.`,
  );
  expect(read(refused).notes).toContainEqual(
    expect.stringMatching(/^Files of the project in Git could not be looked at: /),
  );
  for (const one of [without, refused]) {
    expect(read(one).counts).toMatchObject({ copies: 1, unchanged: 1 });
    expect(read(one).copies[0]?.files).toBeUndefined();
  }
});

/** The copy in the space America, whose tenant is connected to the template. */
async function startCopy(template: GitTemplate): Promise<DeployedPackage> {
  const brought = await serialize(template);
  await deploy(template, brought, { gitUrl: await fork(template) });
  const [environment] = await template.upstream.list("/environments");
  const place = { projectId: template.project.Id, environmentId: environment?.Id };
  const addTenant = await prepareTenants(template, place);
  await addTenant("America 1", {
    "ManagedTenant.Octopus.Url": template.url,
    "ManagedTenant.Octopus.SpaceId": template.downstreamId,
  });
  return brought;
}

async function run(
  template: GitTemplate,
  brought: DeployedPackage,
  parameters: Record<string, string> = {},
): Promise<StepRecording> {
  const recording = createStepContext({
    step: rehearse,
    parameters: {
      managementServerUrl: template.url,
      managementApiKey: template.apiKey,
      managementSpaceId: "Spaces-1",
      deployingProject: "Hello World CaC",
      ...parameters,
    },
    packages: { package: brought },
    variables: { "Api.Token": "battery staple" },
    workingDirectory,
  });
  await recording.run();
  return {
    ...recording,
    attachments: recording.attachments.map((file) => ({ ...file, name: readFileSync(file.path, "utf8") })),
  };
}

function read({ attachments }: StepRecording): Rehearsal {
  return Rehearsal.parse(JSON.parse(attachments.find(({ path }) => path.endsWith(".json"))?.name ?? ""));
}

function pageOf({ attachments }: StepRecording): string {
  return attachments.find(({ path }) => path.endsWith(".html"))?.name ?? "";
}
