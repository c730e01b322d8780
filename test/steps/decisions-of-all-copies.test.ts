import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FleetReport } from "../../lib/fleet/fleet-report.ts";
import { Rehearsal } from "../../lib/fleet/rehearsal.ts";
import { createOctopusClient } from "../../lib/octopus/octopus-client.ts";
import { runsToKeep } from "../../lib/resources/runbook.ts";
import type { StepDefinition } from "../../lib/step/define-step.ts";
import { step as deployRunbook } from "../../steps/deploy-runbook/step.ts";
import { step as deploySpace } from "../../steps/deploy-space/step.ts";
import { step as findUpdates } from "../../steps/find-updates/step.ts";
import { step as previewUpdates } from "../../steps/preview-updates/step.ts";
import { step as reportFleet } from "../../steps/report-fleet/step.ts";
import { step as serializeRunbook } from "../../steps/serialize-runbook/step.ts";
import { step as serializeSpace } from "../../steps/serialize-space/step.ts";
import type { Document } from "../api.ts";
import { runCommand } from "../run-command.ts";
import { runProgram } from "../run-program.ts";
import { createStepContext, type StepRecording } from "../step/create-step-context.ts";
import { textOfPage } from "../text-of-page.ts";
import type { DeployedPackage } from "./deployment-stage.ts";
import { makeProject, warningsOf } from "./edit-project.ts";
import { bringNewest } from "./golden-space.ts";
import { startRehearsals, type RehearsalSpace, type RehearsalStage } from "./rehearsal-stage.ts";

type Parameters = Record<string, string>;

/** One kind of copy, whose description the template and people change. */
interface CopyKind {
  slug: string;
  step: StepDefinition;
  serialize: { step: StepDefinition; packageId: string; parameters: Parameters };
  parameters: Parameters;
  collection: "environments" | "runbooks";
  name: string;
  thing: string;
}

const kinds: CopyKind[] = [
  {
    slug: "deploy-space",
    step: deploySpace,
    serialize: { step: serializeSpace, packageId: "default", parameters: { resources: "environment" } },
    parameters: {},
    collection: "environments",
    name: "Production",
    thing: '"Description" in the environment "Production"',
  },
  {
    slug: "deploy-runbook",
    step: deployRunbook,
    serialize: {
      step: serializeRunbook,
      packageId: "operations_bounce",
      parameters: { project: "Operations", runbook: "Bounce" },
    },
    parameters: { project: "Web/Shop", runbook: "Start / Stop" },
    collection: "runbooks",
    name: "Start / Stop",
    thing: '"Description" in the runbook "Start / Stop" of "Web/Shop"',
  },
];

test.each(kinds)(
  "$step.name: what was decided for the space is silent everywhere, until a side moves",
  async (kind) => {
    const { stage, space, newer, deploy } = await startConflict(kind);
    const before = await lookEverywhere(stage, space, newer);

    const decided = await deploy(newer, { decisions: `keep this space's: ${kind.thing}` });
    stage.takeWrites();
    const second = await deploy(newer);
    const writes = stage.takeWrites();
    const after = await lookEverywhere(stage, space, newer);
    await describe(stage, kind, "Theirs, once more.");
    const next = await serialize(stage, kind);
    const moved = await lookEverywhere(stage, space, next);
    const third = await deploy(next);

    expect(before).toEqual({ status: "Conflicts", rehearsed: 1, fleet: 1 });
    for (const run of [decided, second]) {
      expect(warningsOf(run)).toEqual([]);
      expect(run.outputs).toMatchObject({ KeptChanges: "1", Conflicts: "0" });
    }
    expect(second.outputs).toMatchObject({ Changed: "False" });
    expect(writes).toEqual([]);
    expect(after).toEqual({ status: "Up to date", rehearsed: 0, fleet: 0 });
    expect(moved).toEqual({ status: "Conflicts", rehearsed: 1, fleet: 1 });
    expect(third.outputs).toMatchObject({ Conflicts: "1" });
    expect(await readDescription(space, kind)).toBe("Ours.");
  },
);

test.each(kinds)("$step.name: what was decided for the template is written", async (kind) => {
  const { space, newer, deploy } = await startConflict(kind);

  const { outputs } = await deploy(newer, { decisions: `take the template's: ${kind.thing}` });
  const second = await deploy(newer);

  expect(outputs).toMatchObject({ Changed: "True", Conflicts: "0" });
  expect(await readDescription(space, kind)).toBe("Theirs.");
  expect(second.outputs).toMatchObject({ Changed: "False", KeptChanges: "0", Conflicts: "0" });
});

test("the command of a runbook's page does what its lines say", async () => {
  const [, kind] = kinds;
  if (kind === undefined) throw new Error("There is no such kind.");
  const { stage, space, newer } = await startConflict(kind);
  const { pages } = await look(stage, space, previewUpdates);
  const page = pages[0] ?? "";
  const command = readAttribute(page, "data-command");
  const line = /take the template's: .* \[[0-9a-f-]{20}\]/.exec(textOfPage(page))?.[0] ?? "";
  const quoted = `'${readAttribute(page, "data-assigned")}${line.replaceAll("'", "'\\''")}'`;

  // As Bash takes it apart.
  const { stdout } = await runProgram(
    "bash",
    ["-c", `printf '%s\\0' ${command.replace("managed-spaces ", "")}${quoted}`],
    { PATH: process.env["PATH"] ?? "" },
  );
  const argv = stdout
    .split("\0")
    .slice(0, -1)
    .map((one) => (one.endsWith(".zip") ? newer.path : one));
  const outcome = await runCommand(
    argv,
    {
      OCTOPUS_URL: stage.url,
      OCTOPUS_API_KEY: stage.apiKey,
      OCTOPUS_SPACE: "Default",
      MANAGED_SPACES_DEPLOY_RUNBOOK_RECEIPT_KEY: "a key for receipts",
    },
    { steps: { [kind.slug]: () => Promise.resolve(kind.step) }, workingDirectory: stage.workingDirectory },
  );

  expect(command).toContain(`--package '${newer.id}.${newer.version}.zip'`);
  expect(outcome).toMatchObject({ code: 0, stderr: "" });
  expect(await readDescription(space, kind)).toBe("Theirs.");
});

test("the command of a golden space's page starts the runbook that deploys it, for the tenant", async () => {
  const [kind] = kinds;
  if (kind === undefined) throw new Error("There is no such kind.");
  const { stage, space } = await startConflict(kind);
  const { pages } = await look(stage, space, previewUpdates);

  expect(readAttribute(pages[0] ?? "", "data-command")).toBe(
    "managed-spaces deploy --tenants 'Africa' --project 'Default' --variable ",
  );
  expect(readAttribute(pages[0] ?? "", "data-assigned")).toBe("ManagedSpaces.Decisions=");
});

interface Conflict {
  stage: RehearsalStage;
  space: RehearsalSpace;
  newer: DeployedPackage;
  deploy(brought: DeployedPackage, parameters?: Parameters): Promise<StepRecording>;
}

async function startConflict(kind: CopyKind): Promise<Conflict> {
  const stage = await startRehearsals();
  const space = await stage.addSpace("Africa");
  const { Id } = await makeProject(stage.upstream, "Operations");
  await makeProject(space.api, "Web/Shop");
  await stage.upstream.post("/runbooks", { Name: "Bounce", ProjectId: Id, RunRetentionPolicy: runsToKeep });
  const deploy: Conflict["deploy"] = async (brought, parameters = {}) => {
    const recording = createStepContext({
      step: kind.step,
      parameters: {
        serverUrl: stage.url,
        apiKey: stage.apiKey,
        spaceId: space.id,
        receiptKey: "a key for receipts",
        ...kind.parameters,
        ...parameters,
      },
      packages: { package: brought },
    });
    await recording.run();
    return recording;
  };
  await deploy(await serialize(stage, kind));
  const copy = await find(space.api, kind.collection, kind.name);
  await space.api.put(`/${kind.collection}/${copy.Id}`, { ...copy, Description: "Ours." });
  await describe(stage, kind, "Theirs.");
  return { stage, space, newer: await serialize(stage, kind), deploy };
}

/** Versions are made of the clock, whose seconds may be the same. */
async function serialize({ url, apiKey }: RehearsalStage, { serialize: own }: CopyKind): Promise<DeployedPackage> {
  const parameters = { serverUrl: url, apiKey, space: "Spaces-1", ...own.parameters };
  await createStepContext({ step: own.step, parameters }).run();
  return bringNewest(createOctopusClient({ url, apiKey }).inSpace({ Id: "Spaces-1", Name: "Default" }), own.packageId);
}

async function describe(stage: RehearsalStage, { collection, name }: CopyKind, Description: string): Promise<void> {
  const own = await find(stage.upstream, collection, collection === "runbooks" ? "Bounce" : name);
  await stage.upstream.put(`/${collection}/${own.Id}`, { ...own, Description });
}

async function readDescription({ api }: RehearsalSpace, { collection, name }: CopyKind): Promise<unknown> {
  return (await find(api, collection, name))["Description"];
}

async function find(api: RehearsalSpace["api"], collection: string, name: string): Promise<Document> {
  const found = (await api.list(`/${collection}`)).find((one) => one["Name"] === name);
  if (found === undefined) throw new Error(`There is no "${name}".`);
  return found;
}

/** What each view says of conflicts: Find Updates, a rehearsal, and the fleet's report. */
async function lookEverywhere(
  stage: RehearsalStage,
  space: RehearsalSpace,
  newer: DeployedPackage,
): Promise<{ status: string | undefined; rehearsed: number; fleet: number }> {
  const found = await look(stage, space, findUpdates);
  const rehearsed = Rehearsal.parse(readJson(await stage.rehearse(newer)));
  const reporting = createStepContext({
    step: reportFleet,
    parameters: {
      managementServerUrl: stage.url,
      managementApiKey: stage.apiKey,
      managementSpaceId: "Spaces-1",
    },
    workingDirectory: mkdtempSync(join(tmpdir(), "fleet-")),
  });
  await reporting.run();
  const report = FleetReport.parse(readJson(reporting));
  return {
    status: found.outputs["Status"],
    rehearsed: rehearsed.counts.conflicts,
    fleet: report.spaces.flatMap(({ copies }) => copies.flatMap(({ conflicts = [] }) => conflicts)).length,
  };
}

function readJson({ attachments }: StepRecording): unknown {
  return JSON.parse(readFileSync(attachments.find(({ path }) => path.endsWith(".json"))?.path ?? "", "utf8"));
}

async function look(
  { url, apiKey }: RehearsalStage,
  { id }: RehearsalSpace,
  step: StepDefinition,
): Promise<StepRecording & { pages: string[] }> {
  const management = { managementServerUrl: url, managementApiKey: apiKey, managementSpaceId: "Spaces-1" };
  const recording = createStepContext({
    step,
    parameters: { ...management, serverUrl: url, apiKey, spaceId: id, copies: "all" },
    variables: { "Octopus.Deployment.Tenant.Name": "Africa" },
    workingDirectory: mkdtempSync(join(tmpdir(), "looks-")),
  });
  await recording.run();
  return { ...recording, pages: recording.attachments.map(({ path }) => readFileSync(path, "utf8")) };
}

function readAttribute(page: string, name: string): string {
  const text = new RegExp(`${name}="([^"]*)"`).exec(page)?.[1] ?? "";
  return text
    .replaceAll("&#39;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
