import { onTestFinished, expect, test } from "vitest";
import { connectTenants } from "../../examples/demo/tenants.ts";
import { signIn } from "../../examples/demo/octopus-user.ts";
import { runInstall } from "../../examples/demo/run-install.ts";
import { runCommand } from "../run-command.ts";
import { createOctopusServer } from "../octopus-server/octopus-server.ts";

const project = "__ Space Golden";

test("a golden space reaches a managed one by the runbooks that installing made, and what people changed there is told", async () => {
  const environment = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", LANG: "C.UTF-8" };
  const server = createOctopusServer({ worker: { environment } });
  onTestFinished(() => server.close());
  const [url, apiKey] = [await server.listen(), server.apiKey];
  const barry = await signIn({ url, apiKey, spaceName: "Default" });
  // Octopus's client keeps the id of a space by its name, whatever the server (api-client 3.11): other stories have spaces of other names.
  for (const name of ["Golden", "Antarctica"]) await barry.createSpace(name);
  const [golden, lisa] = await Promise.all(
    ["Golden", "Antarctica"].map((spaceName) => signIn({ url, apiKey, spaceName })),
  );
  await golden?.create("/environments", { Name: "Production", Description: "Where it counts." });

  await runInstall(["--golden-space", "Golden"], {
    OCTOPUS_URL: url,
    OCTOPUS_API_KEY: apiKey,
    OCTOPUS_SPACE: "Default",
  });
  const values = { "ManagedTenant.Octopus.SpaceId": "Antarctica" };
  await connectTenants(barry, [{ name: "Antarctica", url, apiKey, values }], [project]);
  const packed = await barry.runRunbook(project, "__ 1. Serialize Space");
  const early = await barry.runRunbook(project, "__ 3. Find Updates", "Antarctica");
  const deployed = await barry.runRunbook(project, "__ 2. Deploy Space", "Antarctica");
  const production = await lisa?.find("/environments", "Production");
  await lisa?.update(`/environments/${production?.Id}`, { ...production, Description: "Ours." });
  const looked = await barry.runRunbook(project, "__ 3. Find Updates", "Antarctica");

  await golden?.update(`/environments/${(await golden.find("/environments", "Production"))?.Id}`, {
    ...(await golden.find("/environments", "Production")),
    Description: "Theirs.",
  });
  await barry.runRunbook(project, "__ 1. Serialize Space");
  const undecided = await barry.runRunbook(project, "__ 2. Deploy Space", "Antarctica");
  // What "Copy as a command" on the page gives.
  const line = 'keep this space\'s: "Description" in the environment "Production"';
  const decided = await runCommand(
    ["deploy", "--tenants", "Antarctica", "--project", "Golden", "--variable", `ManagedSpaces.Decisions=${line}`],
    { OCTOPUS_URL: url, OCTOPUS_API_KEY: apiKey, OCTOPUS_SPACE: "Default" },
  );
  const silent = await barry.runRunbook(project, "__ 2. Deploy Space", "Antarctica");

  const isWarned = (id: string): Promise<unknown> =>
    barry.list("/tasks").then((tasks) => tasks.find((task) => task.Id === id)?.["HasWarningsOrErrors"]);
  expect(early.log).toContain('The space "Antarctica" has no copy, so there is nothing to find updates of.');
  expect([await isWarned(early.id), await isWarned(deployed.id)]).toEqual([true, false]);
  expect(decided).toMatchObject({ code: 0, stdout: expect.stringContaining("1 of 1 succeeded.") });
  expect([await isWarned(undecided.id), await isWarned(silent.id)]).toEqual([true, false]);
  expect(silent.log).toContain("stays as this space has it, as was decided");
  expect(await lisa?.find("/environments", "Production")).toMatchObject({ Description: "Ours." });
  expect(packed.highlights.join()).toMatch(/Pushed \[golden [\d.]+\]\(.*#\/Spaces-1\/library/);
  expect(deployed.highlights.join()).toMatch(/Deployed golden [\d.]+ to the space \[Antarctica\]/);
  expect(production).toMatchObject({ Description: "Where it counts." });
  expect(looked.log).toMatch(/golden +space package "golden" +Up to date +1 change/);
});
