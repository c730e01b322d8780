import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Rehearsal } from "../../lib/fleet/rehearsal.ts";
import { writeArchive } from "../../lib/graph/package-archive.ts";
import { createOctopusClient } from "../../lib/octopus/octopus-client.ts";
import { runsToKeep } from "../../lib/resources/runbook.ts";
import type { StepDefinition } from "../../lib/step/define-step.ts";
import { step as deployRunbook } from "../../steps/deploy-runbook/step.ts";
import { step as deploySpace } from "../../steps/deploy-space/step.ts";
import { step as populateSpace } from "../../steps/populate-space/step.ts";
import { step as serializeRunbook } from "../../steps/serialize-runbook/step.ts";
import { step as serializeSpace } from "../../steps/serialize-space/step.ts";
import { createStepContext, type StepRecording } from "../step/create-step-context.ts";
import { messages } from "./copies-stage.ts";
import type { DeployedPackage } from "./deployment-stage.ts";
import { makeProject } from "./edit-project.ts";
import { bringNewest } from "./golden-space.ts";
import { startRehearsals, type RehearsalSpace, type RehearsalStage } from "./rehearsal-stage.ts";

type Parameters = Record<string, string>;

const baseline = "environments:\n  - { name: Staging, description: As everywhere. }\n";

interface Deploying {
  step: StepDefinition;
  /** What a refusal calls it. */
  called: RegExp;
  /** What is deployed: a package, or the text that both steps take. */
  pack(stage: RehearsalStage): Promise<DeployedPackage | undefined>;
  parameters?: Parameters;
  rehearsing?: Parameters;
}

const all: Deploying[] = [
  {
    step: deploySpace,
    called: /^The package "default" may not be deployed in version [\d.]+: /,
    pack: (stage) => packSpace(stage, { resources: "environment\nmachine" }),
  },
  {
    step: deployRunbook,
    called: /^The package "operations_restart" may not be deployed in version [\d.]+: /,
    pack: packRunbook,
    parameters: { project: "Shop" },
    rehearsing: { intoProject: "Shop" },
  },
  {
    step: populateSpace,
    called: /^The baseline "baseline" may not be deployed in version [\da-f]+: /,
    pack: () => Promise.resolve(undefined),
    parameters: { baseline },
    rehearsing: { baseline },
  },
];

test.each(all)("$step.name does what a rehearsal told, and can demand one", async (deploying) => {
  const { step, called, pack, parameters = {}, rehearsing = {} } = deploying;
  const { stage, space } = await startStage();
  const brought = await pack(stage);
  const rehearse = async (more: Parameters = {}): Promise<Rehearsal> =>
    read(await stage.rehearse(brought, { parameters: { ...rehearsing, ...more } }));
  const deploy = (more: Parameters = {}): Promise<StepRecording> =>
    bring(stage, space, { step, brought, parameters: { ...parameters, ...more } });
  const demanding = {
    demandRehearsal: "any",
    managementServerUrl: stage.url,
    managementApiKey: stage.apiKey,
    managementSpaceId: "Spaces-1",
  };

  const refused = await deploy(demanding).catch(String);
  stage.takeWrites();
  const told = await rehearse();
  expect(stage.takeWrites()).toEqual([expect.stringMatching(/^POST \/api\/Spaces-1\/LibraryVariableSets$/i)]);
  const { outputs } = await deploy(demanding);
  const after = await rehearse();

  expect(String(refused).replace(/^\w+: /, "")).toMatch(called);
  expect(refused).toContain(
    ': it was never rehearsed. Rehearse that version and solve what it tells, or set "Demand a Rehearsal" to no.',
  );
  // The server makes the process of a new runbook by itself: that, a plan cannot know.
  const changes = told.copies.flatMap((copy) => copy.changes).filter((text) => !text.includes(" process of "));
  expect(changes).not.toEqual([]);
  for (const change of changes) expect(outputs["Report"]).toContain(change.replace("Would make", "Made"));
  expect(told.counts).toMatchObject({ copies: 1, changed: 1 });
  expect(after.counts).toMatchObject({ copies: 1, unchanged: 1, kept: 0 });
});

test("a package of a space comes as Deploy Space would be told of machines", async () => {
  const { stage, space } = await startStage();
  const brought = await packSpace(stage, { resources: "environment\nmachine" });
  await bring(stage, space, { step: deploySpace, brought });

  const same = read(await stage.rehearse(brought));
  const polling = read(await stage.rehearse(brought, { parameters: { pollingMachines: "True" } }));

  expect(same.copies.map(({ outcome }) => outcome)).toEqual(["unchanged"]);
  expect(same.notes).toEqual([expect.stringMatching(/^The deployment target "poller": left out: it polls its server/)]);
  expect(polling.copies.flatMap(({ changes }) => changes)).toEqual(['Would make the deployment target "poller".']);
  expect(polling.notes).toEqual([]);
});

test("a runbook is looked at in every project that has a copy, whatever it is called there", async () => {
  const { stage, space } = await startStage();
  const brought = await packRunbook(stage);
  for (const [project, runbook] of [
    ["Shop", "Restart"],
    ["In/Out", "Start/Stop"],
  ] as const)
    await bring(stage, space, { step: deployRunbook, brought, parameters: { project, runbook } });
  await stage.addSpace("Asia");

  const own = read(await stage.rehearse(brought));
  const first = read(await stage.rehearse(brought, { parameters: { intoProject: "Shop", runbookName: "Again" } }));

  const rowsOf = ({ copies }: Rehearsal): string[] =>
    copies.map((one) => `${one.space} ${one.name} ${one.outcome}`).toSorted();
  expect(rowsOf(own)).toEqual([
    "Africa In/Out/Start/Stop unchanged",
    "Africa Shop/Restart unchanged",
    "Asia Operations/Restart refused",
  ]);
  expect(own.causes).toMatchObject([{ text: 'lack the project "Operations"', spaces: ["Asia"] }]);
  expect(own.copies.find(({ name }) => name === "Shop/Restart")?.url).toMatch(
    /\/projects\/Projects-\d+\/operations\/runbooks\/Runbooks-\d+$/,
  );
  expect(rowsOf(first)).toEqual(["Africa Shop/Again changed", "Asia Shop/Again refused"]);
});

test("a baseline takes back what people changed, as Populate Space does, and goes through no mapping", async () => {
  const mapping = { "ManagedTenant.Mapping": "environments:\n  Staging: Live\n" };
  const { stage, space } = await startStage({ values: mapping });
  const populate = (parameters: Parameters = {}): Promise<StepRecording> =>
    bring(stage, space, { step: populateSpace, parameters: { baseline, ...parameters } });
  const rehearse = async (): Promise<Rehearsal> => read(await stage.rehearse(undefined, { parameters: { baseline } }));
  const edit = async (Description: string): Promise<void> => {
    const environments = await space.api.list("/environments");
    const staging = environments.find((one) => one["Name"] === "Staging");
    await space.api.put(`/environments/${staging?.Id ?? ""}`, { ...staging, Description });
  };
  await populate();
  await edit("Ours.");

  const taken = await rehearse();
  await populate();
  await edit("Ours.");
  await populate({ overwriteDownstreamChanges: "False" });
  const kept = await rehearse();

  expect(taken.copies.flatMap(({ changes }) => changes)).toEqual([
    'Would update the environment "Staging": "Description".',
  ]);
  expect(kept.counts).toMatchObject({ changed: 0, unchanged: 1, kept: 1 });
});

test("a tenant whose space the baseline is to fill once it is made stands in nobody's way", async () => {
  const { stage, space } = await startStage();
  await stage.addTenant("Newcomer", { "ManagedTenant.Octopus.Url": stage.url, "ManagedTenant.Octopus.SpaceId": "-" });

  const told = await stage.rehearse(undefined, { parameters: { baseline } });
  const { outputs } = await bring(stage, space, {
    step: populateSpace,
    parameters: {
      baseline,
      demandRehearsal: "day",
      managementServerUrl: stage.url,
      managementApiKey: stage.apiKey,
      managementSpaceId: "Spaces-1",
    },
  });

  expect(told.outputs).toMatchObject({ Changed: "1", Refused: "0", Unknown: "1" });
  expect(outputs).toMatchObject({ Changed: "True" });
});

test("a package that has a baseline is rehearsed as one, under the name that Populate Space asks for", async () => {
  const { stage } = await startStage();
  const brought = writePackage("house-rules.1.2.0", { "rules.yaml": `name: House\n${baseline}` });

  const found = await stage.rehearse(brought, { parameters: { baselineFile: "rules.yaml" } });

  expect(read(found)).toMatchObject({ package: { kind: "baseline", id: "House" }, counts: { changed: 1 } });
  expect(messages(found.log, "highlight").join("")).toMatch(/^The baseline "House" [\da-f]+ in 1 copy: /);
});

test("says what cannot be rehearsed, in a sentence", async () => {
  const { stage } = await startStage();
  const spacePackage = await packSpace(stage, { resources: "environment" });
  const rehearse = (brought: DeployedPackage | undefined, parameters: Parameters): Promise<unknown> =>
    stage.rehearse(brought, { parameters });

  await expect(rehearse(writePackage("tools.1.0.0", { "readme.md": "" }), {})).rejects.toThrow(
    'the package "tools.1.0.0" has neither a manifest.json, as Serialize Project, Serialize Space and Serialize Runbook make it, nor a baseline "baseline.yaml".',
  );
  await expect(rehearse(spacePackage, { baseline })).rejects.toThrow("Leave one of them blank.");
  await expect(rehearse(spacePackage, { intoProject: "Shop" })).rejects.toThrow(
    '"Into Project" means nothing to the package "default", which is of a space. Leave it away.',
  );
  await expect(rehearse(undefined, { baseline, mapping: "environments: { A: B }" })).rejects.toThrow(
    '"Mapping" means nothing to the baseline "baseline". Leave it away.',
  );
});

async function startStage(
  options: { values?: Record<string, unknown> } = {},
): Promise<{ stage: RehearsalStage; space: RehearsalSpace }> {
  const stage = await startRehearsals();
  const space = await stage.addSpace("Africa", options);
  for (const name of ["Shop", "In/Out"]) await makeProject(space.api, name);
  return { stage, space };
}

async function packSpace(stage: RehearsalStage, parameters: Parameters): Promise<DeployedPackage> {
  const [environment] = await stage.upstream.list("/environments");
  const endpoint = { CommunicationStyle: "TentacleActive", Uri: "poll://abc123/", Thumbprint: "A".repeat(40) };
  for (const [Name, Endpoint] of [
    ["web-01", { CommunicationStyle: "None" }],
    ["poller", endpoint],
  ] as const)
    await stage.upstream.post("/machines", { Name, Roles: ["web"], EnvironmentIds: [environment?.Id], Endpoint });
  return serializeBy(stage, { step: serializeSpace, packageId: "default", parameters });
}

async function packRunbook(stage: RehearsalStage): Promise<DeployedPackage> {
  const { Id } = await makeProject(stage.upstream, "Operations");
  await stage.upstream.post("/runbooks", { Name: "Restart", ProjectId: Id, RunRetentionPolicy: runsToKeep });
  const parameters = { project: "Operations", runbook: "Restart" };
  return serializeBy(stage, { step: serializeRunbook, packageId: "operations_restart", parameters });
}

async function serializeBy(
  { url, apiKey }: RehearsalStage,
  { step, packageId, parameters }: { step: StepDefinition; packageId: string; parameters: Parameters },
): Promise<DeployedPackage> {
  const given = { serverUrl: url, apiKey, space: "Spaces-1", ...parameters };
  await createStepContext({ step, parameters: given }).run();
  return bringNewest(createOctopusClient({ url, apiKey }).inSpace({ Id: "Spaces-1", Name: "Default" }), packageId);
}

async function bring(
  { url, apiKey }: RehearsalStage,
  { id }: RehearsalSpace,
  {
    step,
    brought,
    parameters = {},
  }: { step: StepDefinition; brought?: DeployedPackage | undefined; parameters?: Parameters },
): Promise<StepRecording> {
  const recording = createStepContext({
    step,
    parameters: { serverUrl: url, apiKey, spaceId: id, receiptKey: "a key for receipts", ...parameters },
    packages: brought === undefined ? {} : { package: brought },
  });
  await recording.run();
  return recording;
}

function writePackage(name: string, files: Record<string, string>): DeployedPackage {
  const path = join(mkdtempSync(join(tmpdir(), "package-")), `${name}.zip`);
  writeFileSync(path, writeArchive(new Map(Object.entries(files))));
  const [id = "", ...version] = name.split(".");
  return { id, version: version.join("."), path };
}

function read({ attachments }: StepRecording): Rehearsal {
  const file = attachments.find(({ path }) => path.endsWith(".json"))?.path ?? "";
  return Rehearsal.parse(JSON.parse(readFileSync(file, "utf8")));
}
