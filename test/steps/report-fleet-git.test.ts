import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FleetReport } from "../../lib/fleet/fleet-report.ts";
import { createOctopusClient } from "../../lib/octopus/octopus-client.ts";
import { pushPackage } from "../../lib/octopus/packages.ts";
import { step as reportFleet } from "../../steps/report-fleet/step.ts";
import { createStepContext } from "../step/create-step-context.ts";
import { gitToken, messages, processFile, startCopies, type CopiesStage, type CopyOnStage } from "./copies-stage.ts";
import { editProject } from "./edit-project.ts";
import { serialize } from "./git-copies.ts";
import { toManagementSpace } from "./managed-tenants.ts";

interface GitFleet extends CopiesStage {
  look(options?: { minutes?: number; token?: string }): Promise<Look>;
  /** Changes what a step of a file says. */
  editStep(where: CopyOnStage | "template", step: string, text: string): void;
}

interface Look {
  /** By copy. */
  copies: Record<string, FleetReport["spaces"][number]["copies"][number]>;
  report: FleetReport;
  log: string;
  /** Requests that Git sent, as `owner/name service`. */
  git: string[];
  left: string[];
}

/** Copies in Git of one template, in one space, of which the management space has the package. */
async function startGitFleet(): Promise<GitFleet> {
  const stage = await startCopies();
  const { octopus, standIn } = stage;
  const management = await toManagementSpace(octopus);
  await management.addTenant("America", {
    "ManagedTenant.Octopus.Url": octopus.url,
    "ManagedTenant.Octopus.SpaceId": stage.managedSpace.id,
  });
  const { id, version, path } = await serialize(octopus, "2026.1.1.1");
  const source = createOctopusClient(octopus).inSpace({ Id: "Spaces-1", Name: "Default" });
  await pushPackage(source, { packageId: id, version, content: readFileSync(path) });
  let clock = Date.now();

  return {
    ...stage,
    async look({ minutes = 15, token = gitToken } = {}) {
      clock += minutes * 60_000;
      const seen = standIn.server.requests.length;
      const workingDirectory = mkdtempSync(join(tmpdir(), "fleet-"));
      const recording = createStepContext({
        step: reportFleet,
        parameters: {
          managementServerUrl: octopus.url,
          managementApiKey: octopus.apiKey,
          managementSpaceId: "Spaces-1",
          ...(token !== "" && { gitToken: token }),
        },
        workingDirectory,
        now: () => new Date(clock),
      });
      await recording.run();
      const report = FleetReport.parse(JSON.parse(readFileSync(join(workingDirectory, "fleet.json"), "utf8")));
      return {
        report,
        copies: Object.fromEntries(report.spaces.flatMap(({ copies }) => copies.map((copy) => [copy.name, copy]))),
        log: messages(recording.log).join("\n"),
        git: standIn.server.requests
          .slice(seen)
          .map(({ method, path: requested }) => `${method} ${requested}`)
          .filter((request) => !request.includes("/api/")),
        left: readdirSync(workingDirectory).filter((name) => name.startsWith("managed-spaces-git-")),
      };
    },
    editStep(where, step, text) {
      const repository = where === "template" ? stage.upstream : where.repository;
      const before = stage.read(repository);
      stage.edit(repository, {
        files: { [processFile]: before.replace(`echo ${step}`, `echo ${text}`) },
        message: `Let ${step} say ${text}`,
        author: where === "template" ? "Barry" : "Lisa",
      });
    },
  };
}

test("tells of copies in Git what people committed, what is not merged yet, and what is in conflict", async () => {
  const fleet = await startGitFleet();
  const [own, torn] = [await fleet.addCopy("Own"), await fleet.addCopy("Torn")];
  await fleet.addCopy("Quiet");
  fleet.editStep(own, "Wave", "twice");
  const first = await fleet.look();

  expect(first.copies["Quiet"]).toMatchObject({ inStep: "upToDate", isInGit: true, changedHere: [] });
  expect(first.copies["Own"]).toMatchObject({
    inStep: "changedHere",
    changedHere: [expect.stringMatching(/^"Let Wave say twice" by Lisa on \d{4}-\d\d-\d\d \([0-9a-f]{8}\)$/)],
  });
  expect(first.left).toEqual([]);

  // Nobody of Octopus's audit trail knows of a push.
  fleet.editStep("template", "Greet", "good-morning");
  fleet.editStep(torn, "Greet", "howdy");
  const second = await fleet.look();

  expect(second.copies["Quiet"]).toMatchObject({
    inStep: "behind",
    behind: 0,
    commitsBehind: 1,
    pending: [expect.stringMatching(/^"Let Greet say good-morning" by Barry/)],
  });
  expect(second.copies["Torn"]).toMatchObject({
    inStep: "conflict",
    conflicts: [`${processFile}: modified in the copy, modified in the template`],
  });
  const told = second.report.attention.filter(({ template }) => template !== undefined);
  expect(told.map(({ state, text, mend }) => [state, text, mend?.command])).toEqual([
    ["conflict", '"Hello World CaC" has conflicts in "America": people and the template changed the same.', undefined],
    [
      "behind",
      '"Hello World CaC" lacks commits of its template in "America".',
      "managed-spaces merge --project 'Hello World CaC' --tenants America",
    ],
  ]);
});

test("asks hosts for nothing but the newest commits while nobody pushes, and not again within some minutes", async () => {
  const fleet = await startGitFleet();
  const copy = await fleet.addCopy("Hello");
  await fleet.look();
  await fleet.look();

  const soon = await fleet.look({ minutes: 2 });
  expect(soon.git).toEqual([]);

  const later = await fleet.look();
  expect(later.git.filter((request) => request.startsWith("POST"))).toHaveLength(2);
  expect(later.copies["Hello"]).toMatchObject({ inStep: "upToDate" });

  fleet.editStep(copy, "Wave", "twice");
  expect((await fleet.look()).copies["Hello"]).toMatchObject({ inStep: "changedHere" });
});

test("without a token, tells that files were not looked at; with one, the next look does", async () => {
  const fleet = await startGitFleet();
  const copy = await fleet.addCopy("Hello");
  fleet.editStep(copy, "Wave", "twice");

  const without = await fleet.look({ token: "" });
  expect(without.git).toEqual([]);
  expect(without.copies["Hello"]).toMatchObject({ inStep: "upToDate" });
  expect(without.copies["Hello"]).not.toHaveProperty("changedHere");
  expect(without.report.notes).toEqual([
    'The files of 1 copy in Git were not looked at; what an earlier look found in them is told, else their versions alone. Looking takes a token for the Git host: the step\'s "Git Token", or GIT_TOKEN for the command.',
  ]);

  expect((await fleet.look()).copies["Hello"]).toMatchObject({ inStep: "changedHere" });

  // The look of somebody without a token takes nothing away from what that of another one found.
  await editProject(fleet.managed, copy.project.Id, { Description: "Somebody was here." });
  const later = await fleet.look({ token: "" });
  expect(later.copies["Hello"]).toMatchObject({ inStep: "changedHere" });
});

test("a repository that is gone is told of its copy alone; a host that answers nobody takes nothing away from what was known", async () => {
  const fleet = await startGitFleet();
  const copies = [
    await fleet.addCopy("One"),
    await fleet.addCopy("Two"),
    await fleet.addCopy("Three"),
    await fleet.addCopy("Four"),
  ];
  for (const copy of copies) fleet.editStep(copy, "Wave", "twice");
  // The first looks meet the events of all that was made just now.
  for (const _ of [1, 2, 3]) await fleet.look();
  const [one] = copies;
  if (one !== undefined) fleet.standIn.remove(one.repository);
  const gone = await fleet.look();

  expect(gone.copies["One"]).toMatchObject({ inStep: "unknown", problem: expect.stringContaining("does not exist") });
  expect(gone.copies["Two"]).toMatchObject({ inStep: "changedHere" });

  for (const copy of copies.slice(1)) fleet.editStep(copy, "Greet", "aloud");
  const refused = await fleet.look({ token: "a-token-that-expired" });

  expect(refused.copies["Two"]).toMatchObject({ inStep: "changedHere" });
  expect(refused.report.notes.join("\n")).toMatch(/^The Git host http:\S+ could not be asked, so of its copies/);
  expect(refused.log + JSON.stringify(refused.report)).not.toContain("a-token-that-expired");
});
