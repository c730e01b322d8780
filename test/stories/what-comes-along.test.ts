import { expect, test } from "vitest";
import { objectsOf, textOf, type JsonObject } from "../../lib/model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { publishSnapshot } from "../../lib/octopus/publish-snapshot.ts";
import { runsToKeep } from "../../lib/resources/runbook.ts";
import type { StepRecording } from "../step/create-step-context.ts";
import { script } from "../steps/deployment-stage.ts";
import { startTwoSpaces, type TwoSpaces } from "./two-spaces.ts";

const red = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 1, 0, 255]);
const blue = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 2, 0, 254]);

interface Stage extends TwoSpaces {
  project: OctopusDocument;
  runbook: OctopusDocument;
}

async function startStage(): Promise<Stage> {
  const spaces = await startTwoSpaces();
  const { upstream } = spaces;
  const [lifecycle] = await upstream.list("/lifecycles");
  const [group] = await upstream.list("/projectgroups");
  const project = await upstream.post("/projects", {
    Name: "Plain",
    LifecycleId: lifecycle?.Id ?? "",
    ProjectGroupId: group?.Id ?? "",
    TenantedDeploymentMode: "TenantedOrUntenanted",
  });
  const runbook = await upstream.post("/runbooks", {
    Name: "Restart",
    ProjectId: project.Id,
    RunRetentionPolicy: runsToKeep,
  });
  await setSteps(upstream, runbook, ["Stop", "Start"]);
  return { ...spaces, project, runbook };
}

async function setSteps(space: OctopusSpace, runbook: OctopusDocument, names: string[]): Promise<void> {
  const process = await space.get(`/runbookProcesses/RunbookProcess-${runbook.Id}`);
  const steps: JsonObject[] = JSON.parse(JSON.stringify(names.map((name) => script(name))));
  await space.put(`/runbookProcesses/${process.Id}`, { ...process, Steps: steps });
}

async function setLogo(space: OctopusSpace, projectId: string, content: Uint8Array): Promise<void> {
  await space.upload(`/projects/${projectId}/logo`, { name: "logo.png", content });
}

async function findCopy({ downstream }: TwoSpaces): Promise<OctopusDocument> {
  const project = (await downstream.list("/projects")).find(({ Name: name }) => name === "Plain");
  if (project === undefined) throw new Error("There is no copy.");
  return project;
}

async function findRunbook(stage: TwoSpaces): Promise<OctopusDocument> {
  const [runbook] = await stage.downstream.list(`/projects/${(await findCopy(stage)).Id}/runbooks`);
  if (runbook === undefined) throw new Error("The copy has no runbook.");
  return runbook;
}

async function readLogo(stage: TwoSpaces): Promise<number[]> {
  const { Id: id } = await findCopy(stage);
  return [...(await stage.downstream.download(`/projects/${id}/logo`))];
}

async function bring(stage: TwoSpaces, parameters: Record<string, string> = {}): Promise<StepRecording> {
  await stage.serialize({ project: "Plain" });
  stage.takeWrites();
  return stage.deploy("plain", parameters);
}

function told({ log }: StepRecording): string[] {
  return log.map(({ message }) => message);
}

test("a project's logo comes along, and its next one", async () => {
  const stage = await startStage();
  await setLogo(stage.upstream, stage.project.Id, red);
  const first = await bring(stage);
  const arrived = await readLogo(stage);
  await bring(stage);
  const secondWrites = stage.takeWrites();
  await setLogo(stage.upstream, stage.project.Id, blue);

  const next = await bring(stage);

  expect(arrived).toEqual([...red]);
  expect(told(first)).toContain('Set the logo of "Plain".');
  expect(secondWrites).toEqual([]);
  expect(await readLogo(stage)).toEqual([...blue]);
  expect(next.log.at(-1)?.message).toContain("1 brought along");
});

test("a logo that people gave the copy is kept and told, unless the package wins", async () => {
  const stage = await startStage();
  await setLogo(stage.upstream, stage.project.Id, red);
  await bring(stage);
  await setLogo(stage.downstream, (await findCopy(stage)).Id, Uint8Array.from([7]));
  const unchanged = await bring(stage);
  await setLogo(stage.upstream, stage.project.Id, blue);

  const conflict = await bring(stage);
  const again = await bring(stage);
  const kept = await readLogo(stage);
  await bring(stage, { overwriteDownstreamChanges: "True" });

  expect(told(unchanged)).toContain('The logo of "Plain" was changed in this space: kept.');
  for (const { log } of [conflict, again])
    expect(log).toContainEqual({
      level: "warning",
      message: 'The logo of "Plain" was changed in this space, and the package has another: kept.',
    });
  expect(kept).toEqual([7]);
  expect(await readLogo(stage)).toEqual([...blue]);
});

test("a plan sets no logo, and a template without one takes none away", async () => {
  const stage = await startStage();
  await bring(stage);
  await setLogo(stage.downstream, (await findCopy(stage)).Id, red);
  const without = await bring(stage);
  await setLogo(stage.upstream, stage.project.Id, blue);
  const plan = await bring(stage, { onlyPlan: "True", overwriteDownstreamChanges: "True" });

  expect(told(plan)).toContain('Would set the logo of "Plain".');
  expect(told(without).join("\n")).not.toContain("logo");
  expect(await readLogo(stage)).toEqual([...red]);
});

test("a project's icon comes along, and one that people chose is kept", async () => {
  const stage = await startStage();
  const document = await stage.upstream.get(`/projects/${stage.project.Id}`);
  const icon = { Id: "rocket", Color: "#0D80D8" };
  await stage.upstream.put(`/projects/${stage.project.Id}`, { ...document, Icon: icon });
  await bring(stage);
  const copy = await findCopy(stage);
  await stage.downstream.put(`/projects/${copy.Id}`, { ...copy, Icon: { ...icon, Color: "#FFA461" } });

  const { log } = await bring(stage);

  expect(copy["Icon"]).toEqual(icon);
  expect((await findCopy(stage))["Icon"]).toEqual({ ...icon, Color: "#FFA461" });
  expect(log.map(({ message }) => message).join("\n")).toContain("Icon");
});

test("published runbooks are published in the copy when that is asked for, and again when they change", async () => {
  const stage = await startStage();
  await publishSnapshot(stage.upstream, stage.runbook);
  const serialized = await stage.serialize({ project: "Plain" });
  await stage.deploy("plain");
  const unasked = (await findRunbook(stage))["PublishedRunbookSnapshotId"] ?? null;

  const asked = await bring(stage, { publishRunbooks: "True" });
  const first = (await findRunbook(stage))["PublishedRunbookSnapshotId"];
  await bring(stage, { publishRunbooks: "True" });
  const secondWrites = stage.takeWrites();
  await setSteps(stage.upstream, stage.runbook, ["Stop", "Start", "Check"]);
  await bring(stage, { publishRunbooks: "True" });
  const second = (await findRunbook(stage))["PublishedRunbookSnapshotId"];

  expect(told(serialized).join("\n")).toContain('Copies have the published runbooks "Restart" unpublished');
  expect(unasked).toBeNull();
  expect(told(asked).join("\n")).toMatch(/Published the runbook "Restart" as "Snapshot \w+"\./);
  expect(first).toMatch(/^RunbookSnapshots-/);
  expect(secondWrites).toEqual([]);
  expect(second).not.toBe(first);
});

test("a runbook that people changed is not published over their heads", async () => {
  const stage = await startStage();
  await publishSnapshot(stage.upstream, stage.runbook);
  await bring(stage, { publishRunbooks: "True" });
  const runbook = await findRunbook(stage);
  await setSteps(stage.downstream, runbook, ["Stop", "Start", "A draft of Lisa's"]);
  await setSteps(stage.upstream, stage.runbook, ["Stop", "Wait", "Start"]);

  const { log } = await bring(stage, { publishRunbooks: "True" });

  expect((await findRunbook(stage))["PublishedRunbookSnapshotId"]).toBe(runbook["PublishedRunbookSnapshotId"]);
  expect(log.map(({ message }) => message).join("\n")).toContain('The runbook "Restart" is not published');
});

test("what stays behind is told by name: tenants, and overrides of automatic deployments", async () => {
  const stage = await startStage();
  const { upstream, project } = stage;
  const environments: Record<string, string> = {};
  for (const name of ["Production", "Sync"])
    environments[name] = (await upstream.post("/environments", { Name: name })).Id;
  const { Production: production = "", Sync: sync = "" } = environments;
  const acme = await upstream.post("/tenants", { Name: "Acme", ProjectEnvironments: { [project.Id]: [production] } });
  await upstream.post("/tenants", { Name: "America", ProjectEnvironments: { [project.Id]: [sync] } });
  const document = await upstream.get(`/projects/${project.Id}`);
  await upstream.put(`/projects/${project.Id}`, {
    ...document,
    AutoDeployReleaseOverrides: [{ EnvironmentId: production, TenantId: acme.Id, ReleaseId: "Releases-1" }],
  });

  const first = await stage.serialize({ project: "Plain" });
  await upstream.post("/tenants", { Name: "Globex", ProjectEnvironments: { [project.Id]: [production] } });
  const second = await stage.serialize({ project: "Plain" });

  expect(told(first)).toContain(
    'The links of "Plain" to the tenant "Acme", and the values that it has there, stay behind: "Include Tenants" carries them.',
  );
  expect(told(first).filter((line) => line.includes("overrides"))).toEqual([
    'the project "Plain": its overrides of automatic deployments stay behind with the releases: to "Production" for "Acme".',
  ]);
  expect(told(second)).toContain(
    'The links of "Plain" to the tenants "Acme", "Globex", and the values that it has there, stay behind: "Include Tenants" carries them.',
  );
  expect(second.outputs["Changed"]).toBe("False");
});

test("tenants that the managed space has by name are connected, and get the values that they lack, once", async () => {
  const stage = await startStage();
  const { upstream, downstream } = stage;
  const ids = await provideTenants(stage);
  const carried = { project: "Plain", includeTenants: "True" };
  const serialized = await stage.serialize(carried);

  const first = await stage.deploy("plain");
  const copy = await findCopy(stage);
  const acme = (await downstream.list("/tenants")).find(({ Name: name }) => name === "Acme");
  const arrived = await readValues(downstream, acme);
  stage.takeWrites();
  await stage.deploy("plain");
  const secondWrites = stage.takeWrites();
  await downstream.put(`/tenants/${acme?.Id ?? ""}`, { ...acme, ProjectEnvironments: {} });
  await upstream.post("/tenants", { Name: "Later", ProjectEnvironments: { [stage.project.Id]: [ids.production] } });
  await stage.serialize(carried);
  const last = await stage.deploy("plain");

  expect(told(serialized).join("\n")).not.toContain("stay behind");
  expect(told(first)).toContain('Gave the tenant "Acme" a link and 1 value for "Plain".');
  expect(acme?.["ProjectEnvironments"]).toEqual({ [copy.Id]: [ids.managedProduction] });
  expect(arrived).toEqual(["Hi from Acme"]);
  expect(secondWrites).toEqual([]);
  expect(told(last).join("\n")).not.toContain("the tenant");
  expect((await downstream.get(`/tenants/${acme?.Id ?? ""}`))["ProjectEnvironments"]).toEqual({});
});

async function provideTenants({ upstream, downstream, project }: Stage) {
  const template = { Name: "Greeting", DisplaySettings: { "Octopus.ControlType": "SingleLineText" } };
  const secret = { Name: "Token", DisplaySettings: { "Octopus.ControlType": "Sensitive" } };
  const document = await upstream.get(`/projects/${project.Id}`);
  const written = await upstream.put(`/projects/${project.Id}`, { ...document, Templates: [template, secret] });
  const [greeting, token] = objectsOf(written, "Templates");
  await downstream.post("/environments", { Name: "Test" });
  const managedProduction = (await downstream.post("/environments", { Name: "Production" })).Id;
  const production = (await upstream.post("/environments", { Name: "Production" })).Id;
  await downstream.post("/tenants", { Name: "Acme" });
  for (const name of ["Acme", "Elsewhere"]) {
    const tenant = await upstream.post("/tenants", { Name: name, ProjectEnvironments: { [project.Id]: [production] } });
    await upstream.put(`/tenants/${tenant.Id}/projectvariables`, {
      TenantId: tenant.Id,
      Variables: [
        toTenantValue(project, greeting, { value: `Hi from ${name}`, environments: [production] }),
        toTenantValue(project, token, { value: "s3cret", environments: [production] }),
      ],
    });
  }
  return { production, managedProduction };
}

function toTenantValue(
  project: OctopusDocument,
  template: JsonObject | undefined,
  { value, environments }: { value: string; environments: string[] },
): JsonObject {
  const templateId = textOf(template ?? {}, "Id");
  return {
    OwnerId: project.Id,
    ProjectId: project.Id,
    TemplateId: templateId,
    Value: value,
    Scope: { EnvironmentIds: environments },
  };
}

async function readValues(space: OctopusSpace, tenant: OctopusDocument | undefined): Promise<unknown[]> {
  const document = await space.get(`/tenants/${tenant?.Id ?? ""}/projectvariables`);
  return objectsOf(document, "Variables").map(({ Value: value }) => value);
}
