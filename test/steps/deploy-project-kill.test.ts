import { expect, test } from "vitest";
import { withoutIdentity } from "../../lib/model/identity.ts";
import { objectsOf, textOf } from "../../lib/model/json.ts";
import { createOctopusClient } from "../../lib/octopus/octopus-client.ts";
import { listReceipts, openReceipts, recallCopy } from "../../lib/receipts/receipts.ts";
import { forEachNumber } from "./for-each-number.ts";
import { script, startDeployments, type DeployedPackage, type DeploymentStage } from "./deployment-stage.ts";

test("ends in the same state when the first deployment was killed before any of its requests", async () => {
  const undisturbed = await deployUndisturbed(1);

  await forEachNumber(undisturbed.requestCount, async (at) => {
    const stage = await startDeployments();
    const first = await stage.serialize("1.0.0");
    await killed(stage, first, { at, when: "before" });
    await stage.deploy(first);

    expect(await readAll(stage), `killed before request ${at}`).toEqual(undisturbed.state);
    stage.takeWrites();
    await stage.deploy(first);
    expect(stage.takeWrites(), `killed before request ${at}`).toEqual([]);
  });
});

test("ends in the same state when an upgrade was killed after any of its writes", async () => {
  const undisturbed = await deployUndisturbed(2);

  await forEachNumber(undisturbed.writeCount, async (at) => {
    const stage = await startDeployments();
    const [first, second] = await makePackages(stage);
    await stage.deploy(first);
    await killed(stage, second, { at, when: "after", counting: "writes" });
    const { outputs } = await stage.deploy(second);

    expect(await readAll(stage), `killed after write ${at}`).toEqual(undisturbed.state);
    expect(outputs["KeptChanges"]).toBe("0");
  });
});

test("takes what a killed deployment of another version wrote for no person's work", async () => {
  const undisturbed = await deployUndisturbed(2);
  const stage = await startDeployments();
  const [first, second] = await makePackages(stage);
  await stage.deploy(second);
  await stage.deploy(first);
  await killed(stage, second, { at: 4, when: "after", counting: "writes" });
  await stage.deploy(first);

  const { outputs } = await stage.deploy(second);

  expect(outputs["KeptChanges"]).toBe("0");
  expect(await readAll(stage)).toEqual(undisturbed.state);
});

test("ends in the same state when two deployments overlap", async () => {
  const undisturbed = await deployUndisturbed(2);
  const stage = await startDeployments();
  const [first, second] = await makePackages(stage);

  await Promise.all([stage.deploy(first), stage.deploy(first)]);
  await Promise.all([stage.deploy(second), stage.deploy(second), stage.deploy(second)]);
  stage.takeWrites();
  const { outputs } = await stage.deploy(second);

  expect(await readAll(stage)).toEqual(undisturbed.state);
  expect(stage.takeWrites()).toEqual([]);
  expect(outputs["KeptChanges"]).toBe("0");
});

interface Undisturbed {
  state: unknown;
  requestCount: number;
  writeCount: number;
}

/** What the last of so many deployments leaves, and how many requests it takes. */
async function deployUndisturbed(count: number): Promise<Undisturbed> {
  const stage = await startDeployments();
  const packages = await makePackages(stage);
  let requestCount = 0;
  let writeCount = 0;
  for (const brought of packages.slice(0, count)) {
    const before = stage.server.requests.length;
    await stage.deploy(brought);
    const own = stage.server.requests.slice(before);
    requestCount = own.length;
    writeCount = own.filter(({ method }) => method !== "GET").length;
  }
  const state = await readAll(stage);
  return { state, requestCount, writeCount };
}

/** Two versions of the project that differ in every way that a deployment treats differently. */
async function makePackages(stage: DeploymentStage): Promise<[DeployedPackage, DeployedPackage]> {
  const { upstream, project, environments } = stage;
  const first = await stage.serialize("1.0.0");
  const path = `/projects/${project.Id}/deploymentprocesses`;
  const process = await upstream.get(path);
  const steps = objectsOf(JSON.parse(JSON.stringify(process)), "Steps").filter(({ Name }) => Name !== "Approve");
  await upstream.put(path, { ...process, Steps: [script("First"), ...steps.toReversed()] });
  const runbook = await upstream.post("/runbooks", { Name: "Stop", ProjectId: project.Id, EnvironmentScope: "All" });
  const runbookProcess = await upstream.get(`/runbookProcesses/RunbookProcess-${runbook.Id}`);
  await upstream.put(`/runbookProcesses/RunbookProcess-${runbook.Id}`, { ...runbookProcess, Steps: [script("Stop")] });
  const channel = (await upstream.list(`/projects/${project.Id}/channels`)).find(({ Name }) => Name === "Hotfix");
  await upstream.put(`/channels/${channel?.Id ?? ""}`, { ...channel, Rules: [], Description: "For emergencies" });
  const set = await upstream.get(`/variables/variableset-${project.Id}`);
  const more = {
    Name: "More",
    Value: "of it",
    Scope: { Environment: [environments["Test"]], ProcessOwner: [runbook.Id] },
  };
  await upstream.put(`/variables/variableset-${project.Id}`, {
    ...set,
    Variables: [...objectsOf(JSON.parse(JSON.stringify(set)), "Variables").slice(1), more],
  });
  return [first, await stage.serialize("1.1.0")];
}

/** Deploys until the connection of the n-th request is lost, and all later ones. */
async function killed(
  stage: DeploymentStage,
  brought: DeployedPackage,
  drop: { at: number; when: "before" | "after"; counting?: "writes" },
): Promise<void> {
  stage.server.setFaults({ drop: { ...drop, andAllLater: true } });
  // The last request may have been answered for all that counts.
  await stage.deploy(brought).catch(() => undefined);
  stage.server.setFaults({});
}

/** All that a deployment may have touched in the managed space, with what the receipt says. */
async function readAll(stage: DeploymentStage): Promise<unknown> {
  const { downstream, readDownstream } = stage;
  const named = async (path: string): Promise<string[]> =>
    (await downstream.list(path)).map((document) => textOf(JSON.parse(JSON.stringify(document)), "Name"));
  const lists = await Promise.all(
    ["/projects", "/libraryvariablesets", "/actiontemplates", "/runbooks", "/projecttriggers", "/channels"].map(named),
  );
  return { lists, graph: await readDownstream(), receipts: await readReceipts(stage) };
}

/** Ids depend on how often the server was asked, and so does what is made of them. */
async function readReceipts({ url, apiKey, downstreamId }: DeploymentStage): Promise<unknown> {
  const space = createOctopusClient({ url, apiKey }).inSpace({ Id: downstreamId, Name: "America" });
  const receipts = await openReceipts(space);
  return Promise.all(
    listReceipts(receipts).map(async ({ name, receipt: { project: _project, upstream: _upstream, ...receipt } }) => {
      const { base, ids, items, secrets, ...memory } = await recallCopy(receipts, name);
      const settled = base.map(({ kind, key, body, answered }) => ({
        kind,
        key,
        body: withoutIdentity(body),
        answered: answered === undefined ? null : withoutIdentity(answered),
      }));
      const counts = [ids, items, secrets].map((map) => Object.keys(map).length);
      return { name, ...receipt, ...memory, settled, counts };
    }),
  );
}
