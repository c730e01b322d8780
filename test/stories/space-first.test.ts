import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { signIn, type OctopusUser } from "../../examples/demo/octopus-user.ts";
import { runInstall } from "../../examples/demo/run-install.ts";
import { connectTenants } from "../../examples/demo/tenants.ts";
import { createOctopusServer, type OctopusServer } from "../octopus-server/octopus-server.ts";

// By the runbooks that installing makes, with the steps as people get them, on a server with a worker.

const own =
  "environments:\n  - name: Load Test\nlifecycles:\n  - name: By Load\n    phases:\n      - { name: Load, optional: [Load Test] }\n";
const usual =
  "environments:\n  - name: Production\nlifecycles:\n  - name: Usual\n    phases:\n      - { name: Live, optional: [Production] }\n";

interface Stage {
  server: OctopusServer;
  barry: OctopusUser;
  apiKey: string;
}

function toFile(name: string, text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), "baseline-")), name);
  writeFileSync(file, text);
  return file;
}

/** Two templates, of which one needs a lifecycle that no other space has, installed and packed. */
async function startStage(): Promise<Stage> {
  const environment = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", LANG: "C.UTF-8" };
  const server = createOctopusServer({ worker: { environment } });
  onTestFinished(() => server.close());
  const [url, apiKey] = [await server.listen(), server.apiKey];
  const barry = await signIn({ url, apiKey, spaceName: "Default" });
  const [group] = await barry.list("/projectgroups");
  for (const [name, lifecycle, place] of [
    ["First", "By Load", "Load Test"],
    ["Second", "Usual", "Production"],
  ] as const) {
    const { Id } = await barry.create("/environments", { Name: place });
    const phase = { Name: "Any", OptionalDeploymentTargets: [Id], AutomaticDeploymentTargets: [] };
    const { Id: LifecycleId } = await barry.create("/lifecycles", { Name: lifecycle, Phases: [phase] });
    await barry.create("/projects", { Name: name, LifecycleId, ProjectGroupId: group?.Id });
  }
  const access = { OCTOPUS_URL: url, OCTOPUS_API_KEY: apiKey, OCTOPUS_SPACE: "Default" };
  const baseline = toFile("usual.yaml", usual);
  await runInstall(["--project", "Second", "--create-spaces", "--baseline", baseline], access);
  await runInstall(["--project", "First", "--create-spaces", "--own-baseline", toFile("own.yaml", own)], access);
  for (const project of ["First", "Second"]) await barry.runRunbook(project, "__ 1. Serialize Project");
  return { server, barry, apiKey };
}

const projects = ["__ Client Space", "First", "Second"];

test("two templates that are deployed at once for a tenant without a space have one made, filled once, and are there", async () => {
  const { server, barry, apiKey } = await startStage();
  await connectTenants(barry, [{ name: "Arctica", url: barry.url, apiKey }], projects);

  const deployed = await Promise.all(
    ["First", "Second"].map((project) => barry.runRunbook(project, "__ 2. Deploy Project", "Arctica")),
  );
  const again = await barry.runRunbook("First", "__ 2. Deploy Project", "Arctica");

  const spaces = server.model.collection("spaces").list((space) => space["Name"] === "Arctica");
  expect(spaces).toHaveLength(1);
  const makers = server.model
    .collection("tasks")
    .list((task) => String(task["Description"]).includes("__ Create Client Space"));
  expect(makers.map((task) => task["State"]).filter((state) => state !== "Canceled")).toEqual(["Success"]);
  const lisa = await signIn({ url: barry.url, apiKey, spaceName: "Arctica" });
  const names = async (path: string): Promise<string[]> => (await lisa.list(path)).map(({ Name }) => Name).toSorted();
  expect(await names("/projects")).toEqual(["First", "Second"]);
  expect(await names("/environments")).toEqual(["Load Test", "Production"]);
  for (const { log } of deployed) expect(log).toMatch(/waits for \[ServerTasks-\d+\]/);
  expect(deployed[0]?.highlights.join("\n")).toMatch(/Populated the space \[Arctica\]\(.*\): 2 made\./);
  expect(again.highlights.join("\n")).toMatch(/has all that the baseline says: nothing was written\./);
});

test("a deployment says why the space could not be made, with the other run's reason", async () => {
  const { server, barry, apiKey } = await startStage();
  await barry.createSpace("Taken");
  await connectTenants(barry, [{ name: "Taken", url: barry.url, apiKey }], projects);

  const failure = await barry.runRunbook("Second", "__ 2. Deploy Project", "Taken").catch(String);

  expect(failure).toMatch(
    /the runbook "__ Create Client Space" for the tenant "Taken" failed \(.*\/tasks\/ServerTasks-\d+\): .*The space "Taken" \(Spaces-\d+\) exists at .* already/i,
  );
  expect(server.model.collection("spaces").list((space) => space["Name"] === "Taken")).toHaveLength(1);
});
