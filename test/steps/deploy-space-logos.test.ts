import { expect, test } from "vitest";
import { textOf } from "../../lib/model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import type { StepRecording } from "../step/create-step-context.ts";
import { startGoldenSpaces, type GoldenSpaces } from "./golden-space.ts";

const red = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 1, 0, 255]);
const blue = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 2, 0, 254]);
const theirs = Uint8Array.from([7]);

/** Where each of the two that have one has its logo. */
type Owner = readonly [collection: "projects" | "tenants" | "actiontemplates", name: string];

const shop: Owner = ["projects", "Shop"];
const acme: Owner = ["tenants", "Acme & Söhne"];

const say: Owner = ["actiontemplates", "Say"];

/** A golden space with two projects and two tenants, of each of which one has a logo. */
async function startStage(): Promise<GoldenSpaces> {
  const stage = await startGoldenSpaces();
  const { golden } = stage;
  const [lifecycle] = await golden.list("/lifecycles");
  const [group] = await golden.list("/projectgroups");
  for (const Name of ["Shop", "Plain"])
    await golden.post("/projects", { Name, LifecycleId: lifecycle?.Id ?? "", ProjectGroupId: group?.Id ?? "" });
  for (const Name of ["Acme & Söhne", "Globex"]) await golden.post("/tenants", { Name });
  await setLogo(golden, shop, red);
  await setLogo(golden, acme, blue);
  return stage;
}

async function find(space: OctopusSpace, [collection, name]: Owner): Promise<OctopusDocument> {
  const found = (await space.list(`/${collection}`)).find((document) => textOf(document, "Name") === name);
  if (found === undefined) throw new Error(`There is no "${name}".`);
  return found;
}

async function setLogo(space: OctopusSpace, owner: Owner, content: Uint8Array): Promise<void> {
  const { Id } = await find(space, owner);
  await space.upload(`/${owner[0]}/${Id}/logo`, { name: "logo.png", content });
}

async function readLogo(space: OctopusSpace, owner: Owner): Promise<number[]> {
  const { Id } = await find(space, owner);
  return [...(await space.download(`/${owner[0]}/${Id}/logo`))];
}

async function bring(stage: GoldenSpaces, parameters: Record<string, string> = {}): Promise<StepRecording> {
  await stage.serialize();
  stage.takeWrites();
  return stage.deploy("golden", parameters);
}

function told({ log }: StepRecording): string[] {
  const lines = log.filter(({ level }) => level !== "verbose").map(({ message }) => message);
  return lines.filter((message) => /\blogo\b/i.test(message));
}

test("logos stay behind where they are not wanted, and nobody asks for them", async () => {
  const stage = await startStage();

  const packed = await stage.serialize({ logos: "False" });
  const deployed = await stage.deploy("golden");
  const withThem = await stage.serialize();

  const asks = ({ log }: StepRecording): boolean => log.some(({ message }) => message.includes("/logo"));
  expect([asks(packed), asks(withThem)]).toEqual([false, true]);
  expect(told(deployed)).toEqual([]);
});

test("the logos of a space's projects and tenants come along, and are not sent again", async () => {
  const stage = await startStage();
  const { managed } = stage;

  const first = await bring(stage);
  const again = await bring(stage);
  const writes = stage.takeWrites();

  expect(told(first)).toEqual(['Set the logo of the project "Shop".', 'Set the logo of the tenant "Acme & Söhne".']);
  expect(await readLogo(managed, shop)).toEqual([...red]);
  expect(await readLogo(managed, acme)).toEqual([...blue]);
  await expect(readLogo(managed, ["projects", "Plain"])).rejects.toThrow(/404|not find/);
  expect(writes).toEqual([]);
  expect(again.outputs).toMatchObject({ Changed: "False", KeptChanges: "0" });
});

test("a logo that people changed is kept and told while another one arrives, unless the package wins", async () => {
  const stage = await startStage();
  const { golden, managed } = stage;
  await bring(stage);
  await setLogo(managed, shop, theirs);
  await setLogo(golden, acme, red);

  const kept = await bring(stage);
  await setLogo(golden, shop, blue);
  const conflict = await bring(stage);
  const whileKept = await readLogo(managed, shop);
  const planned = await bring(stage, { overwriteDownstreamChanges: "True", onlyPlan: "True" });
  const plannedWrites = stage.takeWrites();
  await bring(stage, { overwriteDownstreamChanges: "True" });

  expect(told(kept)).toEqual([
    'Set the logo of the tenant "Acme & Söhne".',
    'The logo of the project "Shop" was changed in this space: kept.',
  ]);
  expect(kept.outputs).toMatchObject({ Changed: "True", KeptChanges: "1", Conflicts: "0" });
  expect(await readLogo(managed, acme)).toEqual([...red]);
  expect(told(conflict)).toEqual([
    'The logo of the project "Shop" was changed in this space, and the package has another: kept.',
  ]);
  expect(conflict.outputs).toMatchObject({ Changed: "False", Conflicts: "1" });
  expect(whileKept).toEqual([...theirs]);
  expect(told(planned)).toEqual(['Would set the logo of the project "Shop".']);
  expect(plannedWrites).toEqual([]);
  expect(await readLogo(managed, shop)).toEqual([...blue]);
});

test("a logo follows what it is of, under whatever name the space has it", async () => {
  const stage = await startStage();
  const { golden, managed } = stage;
  const mapping = "projects: { Shop: Store }\ntenants: { Acme.*: Initech }\n";
  await bring(stage, { mapping });
  const store = await readLogo(managed, ["projects", "Store"]);
  const tenant = await find(golden, acme);
  await golden.put(`/tenants/${tenant.Id}`, { ...tenant, Name: "Acme Inc." });
  await setLogo(golden, ["tenants", "Acme Inc."], red);

  const next = await bring(stage, { mapping });

  expect(store).toEqual([...red]);
  expect(told(next)).toEqual(['Set the logo of the tenant "Initech".']);
  expect(await readLogo(managed, ["tenants", "Initech"])).toEqual([...red]);
});

test("a logo of more than 1 MB stays behind and is told; a package without one takes none away", async () => {
  const stage = await startStage();
  const { golden, managed } = stage;
  await bring(stage);
  await setLogo(golden, shop, new Uint8Array(1_000_001));

  const packed = await stage.serialize();
  const next = await stage.deploy("golden");

  expect(told(packed)).toEqual(['the project "Shop": its logo stays behind: it has more than 1 MB.']);
  expect(packed.outputs).toMatchObject({ Changed: "True" });
  expect(next.outputs).toMatchObject({ Changed: "False", KeptChanges: "0" });
  expect(await readLogo(managed, shop)).toEqual([...red]);
  await setLogo(golden, shop, blue);
  expect(told(await bring(stage))).toEqual(['Set the logo of the project "Shop".']);
});

test("the logo of a step template comes along, changes when it changes, and stays behind when it is too large", async () => {
  const stage = await startStage();
  const { golden, managed } = stage;
  await golden.post("/actiontemplates", { Name: "Say", ActionType: "Octopus.Script" });
  await setLogo(golden, say, red);
  await bring(stage);
  const first = await readLogo(managed, say);
  await setLogo(golden, say, blue);

  const changed = await bring(stage);
  const second = await readLogo(managed, say);
  await setLogo(golden, say, new Uint8Array(1_000_001));
  const packed = await stage.serialize();

  expect(first).toEqual([...red]);
  expect(told(changed)).toEqual(['Set the logo of the step template "Say".']);
  expect(second).toEqual([...blue]);
  expect(told(packed)).toEqual(['the step template "Say": its logo stays behind: it has more than 1 MB.']);
});

test("a step template that people made keeps the image that it has, or none", async () => {
  const stage = await startStage();
  const { golden, managed } = stage;
  for (const [space, Description] of [
    [golden, "Ours"],
    [managed, "Theirs"],
  ] as const)
    await space.post("/actiontemplates", { Name: "Say", ActionType: "Octopus.Script", Description });
  await setLogo(golden, say, red);

  const run = await bring(stage);

  expect(told(run).filter((line) => line.includes("step template"))).toEqual([]);
  await expect(readLogo(managed, say)).rejects.toThrow(/404|not find/);
});
