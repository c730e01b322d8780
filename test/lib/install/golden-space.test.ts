import { expect, test } from "vitest";
import { examine } from "../../../lib/doctor/doctor.ts";
import type { InstallOptions, InstallOutcome } from "../../../lib/install/install.ts";
import { objectsOf } from "../../../lib/model/json.ts";
import { createOctopusClient } from "../../../lib/octopus/octopus-client.ts";
import { step as serializeSpace } from "../../../steps/serialize-space/step.ts";
import { createApi } from "../../api.ts";
import { createStepContext, type StepRecording } from "../../step/create-step-context.ts";
import { startOctopus, type TestServer } from "../../steps/managed-tenants.ts";
import { getNamed, runInstall } from "./run-install.ts";

const project = "__ Space Golden";
const runbooks = ["__ 1. Serialize Space", "__ 2. Deploy Space", "__ 3. Find Updates", "__ Keep Packages"];

async function startWithGolden(): Promise<TestServer & { goldenId: string }> {
  const octopus = await startOctopus();
  const api = createApi(octopus, "/api");
  const me = await api.get("/users/me");
  const golden = await api.post("/spaces", { Name: "Golden", SpaceManagersTeamMembers: [me.Id] });
  await createApi(octopus, `/api/${golden.Id}`).post("/environments", { Name: "Production" });
  octopus.server.requests.length = 0;
  return { ...octopus, goldenId: golden.Id };
}

function run(octopus: TestServer, options: Partial<InstallOptions> = {}): Promise<InstallOutcome> {
  return runInstall(octopus, { goldenSpaces: ["golden"], ...options });
}

function writesOf({ server }: TestServer): string[] {
  return server.requests.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);
}

async function listRunbooks({ api }: TestServer): Promise<unknown[]> {
  const { Id } = await getNamed(api, "/projects", project);
  return (await api.list(`/projects/${Id}/runbooks`)).map(({ Name }) => Name);
}

/** What "__ 1. Serialize Space" does, as installing set it up. */
async function serialize({ url, apiKey, goldenId }: TestServer & { goldenId: string }): Promise<StepRecording> {
  const recording = createStepContext({
    step: serializeSpace,
    parameters: {
      serverUrl: url,
      apiKey,
      space: goldenId,
      packageSpace: "Spaces-1",
      packageId: "golden",
      keepingRunbook: "__ Keep Packages",
      keepingRunbookProject: project,
    },
  });
  await recording.run();
  return recording;
}

test("a golden space gets a project whose runbooks pack it into this space's feed, deploy it, and look at what was deployed", async () => {
  const octopus = await startWithGolden();

  await run(octopus);

  expect((await listRunbooks(octopus)).toSorted()).toEqual(runbooks);
  const propertiesOf = async (runbook: string): Promise<unknown[]> => {
    const { Id } = await getNamed(octopus.api, "/runbooks", runbook);
    const process = JSON.parse(JSON.stringify(await octopus.api.get(`/runbookProcesses/RunbookProcess-${Id}`)));
    return objectsOf(process, "Steps").map((step) => objectsOf(step, "Actions")[0]?.["Properties"] ?? {});
  };
  expect(await propertiesOf("__ 1. Serialize Space")).toMatchObject([
    {
      "SerializeSpace.Space": octopus.goldenId,
      "SerializeSpace.PackageSpace": "#{Octopus.Space.Id}",
      "SerializeSpace.PackageId": "golden",
      "SerializeSpace.KeepingRunbook": "__ Keep Packages",
    },
  ]);
  expect(await propertiesOf("__ 2. Deploy Space")).toMatchObject([
    {},
    {
      "DeploySpace.SpaceId": "#{Octopus.Action[Look Up Space].Output.SpaceId}",
      "DeploySpace.ReceiptKey": "#{ManagedSpaces.Receipt.Key}",
    },
  ]);
  expect(await propertiesOf("__ 3. Find Updates")).toMatchObject([
    { "FindUpdates.Copies": "all" },
    { "PreviewUpdates.Copies": "all" },
  ]);
});

test("a second run writes nothing, and a plan is what is done", async () => {
  const octopus = await startWithGolden();

  const planned = await run(octopus, { onlyPlan: true });
  const whilePlanning = writesOf(octopus);
  const done = await run(octopus);
  octopus.server.requests.length = 0;
  const again = await run(octopus);

  expect(whilePlanning).toEqual([]);
  expect(done.changes).toEqual(planned.changes);
  expect(again.changes).toEqual([]);
  expect(writesOf(octopus)).toEqual([]);
});

test("the package is pushed to the management space and kept there, and doctor knows it", async () => {
  const octopus = await startWithGolden();
  await run(octopus);

  const { outputs, log } = await serialize(octopus);
  await createApi(octopus, "/__local").act("/retention", { days: 0 });

  expect(log.filter(({ level }) => level === "warning")).toEqual([]);
  const [kept] = await octopus.api.list("/packages?nuGetPackageId=golden");
  expect(kept?.["Version"]).toBe(outputs["PackageVersion"]);
  expect(await createApi(octopus, `/api/${octopus.goldenId}`).list("/packages")).toEqual([]);
  expect(await findPackages(octopus)).toMatchObject({ state: "good" });
  await octopus.api.remove(`/packages/${kept?.Id ?? ""}`);
  expect((await findPackages(octopus))?.text).toContain(
    `The package golden, which runbooks of "${project}" deploy, is gone from the built-in feed. Run "__ 1. Serialize Space" there.`,
  );
});

test("doctor names the command that mends what keeps the package", async () => {
  const octopus = await startWithGolden();
  await run(octopus);
  const own = await getNamed(octopus.api, "/projects", project);
  for (const runbook of await octopus.api.list(`/projects/${own.Id}/runbooks`))
    if (runbook["Name"] === "__ Keep Packages") await octopus.api.remove(`/runbooks/${runbook.Id}`);
  await serialize(octopus);

  expect((await findPackages(octopus))?.text).toContain('Run managed-spaces install --golden-space "Golden".');
});

test("a space that is not there is told with near names, and the management space is refused, before anything is written", async () => {
  const octopus = await startWithGolden();

  await expect(run(octopus, { goldenSpaces: ["Goldem"] })).rejects.toThrow(
    /There is no space "Goldem" at .*Did you mean "Golden"/,
  );
  await expect(run(octopus, { goldenSpaces: ["Default"] })).rejects.toThrow(
    'The space "Default" is the management space, which has what looks after the others. Make another one the golden space.',
  );
  expect(writesOf(octopus)).toEqual([]);
});

async function findPackages({ url, apiKey }: TestServer): Promise<{ state: string; text: string } | undefined> {
  const octopus = createOctopusClient({ url, apiKey });
  const findings = await examine({ octopus, space: "Default", oldestNode: "20.19", askWorkers: false, patience: 1000 });
  return findings.find(({ about }) => about === "Packages");
}

test("a golden space whose name gives no package id gets one by its own id, which the feed takes", async () => {
  const octopus = await startOctopus();
  const me = await createApi(octopus, "/api").get("/users/me");
  const golden = await createApi(octopus, "/api").post("/spaces", {
    Name: "日本 🚀",
    SpaceManagersTeamMembers: [me.Id],
  });

  await run(octopus, { goldenSpaces: ["日本 🚀"] });
  const found = await getNamed(octopus.api, "/projects", "__ Space 日本 🚀");
  const made = await octopus.api.list(`/projects/${found.Id}/runbooks`);
  const processes = await Promise.all(
    made.map((runbook) => octopus.api.get(`/runbookProcesses/${String(runbook["RunbookProcessId"])}`)),
  );

  const said = JSON.stringify(processes);
  const packageId = `space_${golden.Id.toLowerCase().replace("-", "_")}`;
  expect(said).toContain(`"SerializeSpace.PackageId":"${packageId}"`);
  expect(said).toContain(`\\"PackageId\\":\\"${packageId}\\"`);
  const packed = createStepContext({
    step: serializeSpace,
    parameters: { serverUrl: octopus.url, apiKey: octopus.apiKey, space: golden.Id, packageId },
  });
  await packed.run();
  expect(packed.outputs).toMatchObject({ PackageId: packageId, Changed: "True" });
});
