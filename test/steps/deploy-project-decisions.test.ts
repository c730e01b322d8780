import { expect, test } from "vitest";
import { textOf, type JsonObject } from "../../lib/model/json.ts";
import { step as findUpdates } from "../../steps/find-updates/step.ts";
import { step as previewUpdates } from "../../steps/preview-updates/step.ts";
import type { Api } from "../api.ts";
import { textOfPage } from "../text-of-page.ts";
import { forEachNumber } from "./for-each-number.ts";
import { startDeployments, type DeployedPackage, type DeploymentStage } from "./deployment-stage.ts";
import { editProject, editScript, editVariables, readScript, readVariables, warningsOf } from "./edit-project.ts";
import { publish, runManagementStep } from "./management-side.ts";

const script = '"Say hello › Octopus.Action.Script.ScriptBody" in the deployment process of "Hello World"';
const description = '"Description" in the project "Hello World"';

test("what was decided for the space is silent in every later run, until the template changes it again", async () => {
  const { stage, id, newer } = await startConflict();
  await publish(stage, newer);

  const decided = await stage.deploy(newer, decide(`keep this space's: ${script}`));
  stage.takeWrites();
  const second = await stage.deploy(newer, decide(`keep this space's: ${script}`));
  const third = await stage.deploy(newer);
  const found = await runManagementStep(stage, findUpdates);
  const writes = stage.takeWrites();

  for (const run of [decided, second, third]) {
    expect(warningsOf(run)).toEqual([]);
    expect(run.outputs).toMatchObject({ KeptChanges: "1", Conflicts: "0" });
    expect(run.outputs["Report"]).toContain("stays as this space has it, as was decided");
  }
  expect(writes).toEqual([]);
  expect(found.outputs).toMatchObject({ Status: "Up to date", Conflicts: "[]" });
  expect(await readScript(stage.downstream, id, "Say hello")).toBe("echo Howdy");

  await editScript(stage.upstream, stage.project.Id, "Say hello", "echo Good evening");
  const again = await stage.deploy(await stage.serialize("1.0.2"));
  expect(again.outputs).toMatchObject({ KeptChanges: "1", Conflicts: "1" });
});

test("what was decided for the space is told again when people of the space change it once more", async () => {
  const { stage, id, newer } = await startConflict();
  await stage.deploy(newer, decide(`keep this space's: ${script}`));
  await editScript(stage.downstream, id, "Say hello", "echo Hi there");

  const { outputs } = await stage.deploy(newer);

  expect(outputs).toMatchObject({ Conflicts: "1" });
});

test("what was decided for the template is written in that deployment, and nothing else is", async () => {
  const { stage, id } = await startConflict();
  await editProject(stage.downstream, id, { Description: "Greets Americans." });
  await editProject(stage.upstream, stage.project.Id, { Description: "Greets people." });
  const newer = await stage.serialize("1.0.2");

  const decided = await stage.deploy(newer, decide(`Take the template's: ${script}`));
  stage.takeWrites();
  const second = await stage.deploy(newer, decide(`Take the template's: ${script}`));

  expect(await readScript(stage.downstream, id, "Say hello")).toBe("echo Good morning");
  expect((await stage.downstream.get(`/projects/${id}`))["Description"]).toBe("Greets Americans.");
  expect(decided.outputs).toMatchObject({ Changed: "True", Conflicts: "1" });
  expect(second.outputs).toMatchObject({ Changed: "False", Conflicts: "1" });
  expect(warningsOf(second)).toEqual([expect.stringContaining(description)]);
  expect(stage.takeWrites()).toEqual([]);
});

test("a decision about a whole resource is one about all that is in conflict there, but for what has a line of its own", async () => {
  const { stage, id } = await startConflict();
  await editScript(stage.downstream, id, "Run image", "echo Run mine");
  await editScript(stage.upstream, stage.project.Id, "Run image", "echo Run yours");
  const newer = await stage.serialize("1.0.2");
  const process = 'the deployment process of "Hello World"';

  const { outputs } = await stage.deploy(
    newer,
    decide(`take the template's: ${process}`, `keep this space's: ${script}`),
  );

  expect(outputs).toMatchObject({ Conflicts: "0", KeptChanges: "1" });
  expect(await readScript(stage.downstream, id, "Run image")).toBe("echo Run yours");
  expect(await readScript(stage.downstream, id, "Say hello")).toBe("echo Howdy");
});

test("a decision whose sides have moved since is told with what moved, and not carried out", async () => {
  const { stage, id, newer } = await startConflict();
  await publish(stage, newer);
  const line = findLine(await runManagementStep(stage, previewUpdates), "take the template's", script);
  await editScript(stage.downstream, id, "Say hello", "echo Hi there");

  const { outputs, ...run } = await stage.deploy(newer, decide(line));

  expect(outputs).toMatchObject({ Conflicts: "1" });
  expect(await readScript(stage.downstream, id, "Say hello")).toBe("echo Hi there");
  const [moved = ""] = warningsOf(run);
  expect(moved).toContain(`\`${line}\` was not carried out, since this space changed it in the meantime.`);
  const [, offered = ""] = /decide again: `(.*)`\.$/.exec(moved) ?? [];
  await stage.deploy(newer, decide(offered));
  expect(await readScript(stage.downstream, id, "Say hello")).toBe("echo Good morning");
});

test("a line that stays in the form decides nothing that comes later", async () => {
  const { stage, id, newer } = await startConflict();
  const line = `take the template's: ${script}`;
  await stage.deploy(newer, decide(line));
  await editScript(stage.downstream, id, "Say hello", "echo Hi there");
  await editScript(stage.upstream, stage.project.Id, "Say hello", "echo Good evening");

  const run = await stage.deploy(await stage.serialize("1.0.2"), decide(line));

  expect(run.outputs).toMatchObject({ Conflicts: "1" });
  expect(warningsOf(run)[0]).toContain("both the template and this space changed it");
  expect(await readScript(stage.downstream, id, "Say hello")).toBe("echo Hi there");
});

test("a decision about nothing, one that is none, and two that exclude each other get a sentence each", async () => {
  const { stage, newer } = await startConflict();

  const nothing = await stage.deploy(newer, decide(`keep this space's: ${script.replace("hello", "helo")}`));

  expect(warningsOf(nothing)[0]).toBe(
    `\`keep this space's: ${script.replace("hello", "helo")}\` names nothing that is in conflict. Did you mean \`${script}\`?`,
  );
  await expect(stage.deploy(newer, decide("yes please"))).rejects.toThrow(
    'Line 1 of "Decisions" is no decision: "yes please".',
  );
  await expect(
    stage.deploy(newer, decide(`keep this space's: ${script}`, `take the template's: ${script}`)),
  ).rejects.toThrow('"Decisions" has two lines that exclude each other');
  await expect(
    stage.deploy(newer, {
      parameters: { decisions: `keep this space's: ${script}`, overwriteDownstreamChanges: "True" },
    }),
  ).rejects.toThrow('"Overwrite Downstream Changes" decides all of them');
});

test("a decision holds across a rename in the template and an older package", async () => {
  const { stage, id, newer } = await startConflict();
  const older = await stage.serialize("1.0.0");
  await stage.deploy(newer, decide(`keep this space's: ${script}`));
  await editProject(stage.upstream, stage.project.Id, { Name: "Hello Universe" });
  const renamed = await stage.serialize("1.0.2", "Hello Universe");

  const runs = [
    await stage.deploy(older),
    await stage.deploy(newer),
    await stage.deploy({ ...renamed, id: newer.id }, { parameters: { projectName: "Hello World" } }),
  ];

  for (const run of runs) expect(run.outputs["Conflicts"]).toBe("0");
  expect(await readScript(stage.downstream, id, "Say hello")).toBe("echo Howdy");
});

test("what was kept by decision is taken from the template by another one", async () => {
  const { stage, id, newer } = await startConflict();
  await stage.deploy(newer, decide(`keep this space's: ${script}`));

  const { outputs } = await stage.deploy(newer, decide(`take the template's: ${script}`));

  expect(outputs).toMatchObject({ Changed: "True", Conflicts: "0", KeptChanges: "0" });
  expect(await readScript(stage.downstream, id, "Say hello")).toBe("echo Good morning");
});

test("variables with awkward names are decided by the lines of the page, and no secret is on it", async () => {
  const { stage, id } = await startConflict();
  const awkward = ['A/B › "C": [d]', "🚀 Ziel – 日本", "With #{Octopus.Space.Name}"];
  const setAll = (value: string) => (variables: JsonObject[]) => [
    ...variables.filter((variable) => !awkward.includes(textOf(variable, "Name"))),
    ...awkward.map((Name) => ({ Name, Value: `${value} of ${Name.slice(0, 1)}`, Type: "String" })),
    ...(value === "first" ? [{ Name: "Code", Value: "swordfish", Type: "Sensitive", IsSensitive: true }] : []),
  ];
  await editVariables(stage.upstream, stage.project.Id, setAll("first"));
  await stage.deploy(await stage.serialize("1.0.2"), { variables: { Code: "swordfish" } });
  await changeValues(stage.upstream, stage.project.Id, awkward, "theirs");
  await changeValues(stage.downstream, id, awkward, "ours");
  const newer = await stage.serialize("1.0.3");
  await publish(stage, newer);
  const preview = await runManagementStep(stage, previewUpdates);
  const lines = [...(preview.pages[0] ?? "").matchAll(/<noscript><pre>([\s\S]*?)<\/pre>/g)].flatMap(([, text = ""]) =>
    textOfPage(`<body>${text.replaceAll("\n", "<br>\u0000")}`).split("\u0000"),
  );

  const taken = lines.map((line) => line.trim()).filter((line) => /^take .*variables of/.test(line));
  const { outputs } = await stage.deploy(newer, { ...decide(...taken), variables: { Code: "swordfish" } });

  expect(taken).toHaveLength(3);
  expect(preview.pages[0]).not.toContain("swordfish");
  expect(outputs).toMatchObject({ Changed: "True", Conflicts: "1" });
  const values = (await readVariables(stage.downstream, id)).filter((one) => awkward.includes(textOf(one, "Name")));
  expect(values.map((one) => textOf(one, "Value"))).toEqual(expect.arrayContaining(["theirs", "theirs", "theirs"]));
});

test("a plan shows what a decision would do, and notes nothing", async () => {
  const { stage, newer } = await startConflict();
  stage.takeWrites();

  const planned = await stage.deploy(newer, {
    parameters: { decisions: `take the template's: ${script}`, onlyPlan: "True" },
  });

  expect(planned.outputs).toMatchObject({ Conflicts: "0" });
  expect(planned.outputs["Report"]).toContain("Would update the deployment process");
  expect(stage.takeWrites()).toEqual([]);
});

test("a decision that was given to a run that was killed holds in the next one, too", async () => {
  const decided = decide(`take the template's: ${script}`, `keep this space's: ${description}`);
  const start = async (): Promise<{ stage: DeploymentStage; id: string; newer: DeployedPackage }> => {
    const { stage, id } = await startConflict();
    await editProject(stage.downstream, id, { Description: "Greets Americans." });
    await editProject(stage.upstream, stage.project.Id, { Description: "Greets people." });
    return { stage, id, newer: await stage.serialize("1.0.2") };
  };
  const undisturbed = await start();
  undisturbed.stage.takeWrites();
  await undisturbed.stage.deploy(undisturbed.newer, decided);
  // From the second write on the receipt has it: before, nothing was begun.
  const writeCount = undisturbed.stage.takeWrites().length;

  await forEachNumber(writeCount - 1, async (number) => {
    const { stage, id, newer } = await start();
    stage.server.setFaults({ drop: { at: number + 1, when: "before", counting: "writes", andAllLater: true } });
    await stage.deploy(newer, decided).catch(() => undefined);
    stage.server.setFaults({});
    const { outputs } = await stage.deploy(newer);

    expect(outputs["Conflicts"], `killed before write ${number + 1}`).toBe("0");
    expect(await readScript(stage.downstream, id, "Say hello")).toBe("echo Good morning");
    expect((await stage.downstream.get(`/projects/${id}`))["Description"]).toBe("Greets Americans.");
  });
});

function changeValues(api: Api, projectId: string, names: readonly string[], value: string): Promise<void> {
  return editVariables(api, projectId, (variables) =>
    variables.map((one) => (names.includes(textOf(one, "Name")) ? { ...one, Value: value } : one)),
  );
}

function decide(...lines: string[]): { parameters: Record<string, string> } {
  return { parameters: { decisions: lines.join("\n") } };
}

/** The line that the page makes for one conflict. */
function findLine({ pages }: { pages: string[] }, beginning: string, name: string): string {
  const text = textOfPage(pages[0] ?? "");
  const line = new RegExp(`${beginning}: ${name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")} \\[[0-9a-f-]{20}\\]`).exec(
    text,
  )?.[0];
  if (line === undefined) throw new Error(`The page has no line for ${name}.`);
  return line;
}

/** A copy in which people changed a script that the template changes, too. */
async function startConflict(): Promise<{ stage: DeploymentStage; id: string; newer: DeployedPackage }> {
  const stage = await startDeployments();
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  await editScript(stage.downstream, id, "Say hello", "echo Howdy");
  await editScript(stage.upstream, stage.project.Id, "Say hello", "echo Good morning");
  return { stage, id, newer: await stage.serialize("1.0.1") };
}
