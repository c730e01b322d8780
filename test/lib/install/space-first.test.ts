import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { projectRoot, readProjectVersion } from "../../../build/project.ts";
import type { InstallOptions, InstallOutcome } from "../../../lib/install/install.ts";
import { createApi } from "../../api.ts";
import { runCommand } from "../../run-command.ts";
import type { TestServer } from "../../steps/managed-tenants.ts";
import { createBuiltSteps } from "./built-steps.ts";
import { getNamed, runInstall, startWithProjects } from "./run-install.ts";

// What a deployment does first: a missing space is made, and the template's own baseline brought.

const Process = z.object({
  Steps: z.array(
    z.looseObject({
      Name: z.string(),
      Actions: z.array(
        z.looseObject({ Properties: z.record(z.string(), z.unknown()), Packages: z.array(z.unknown()) }),
      ),
    }),
  ),
});

const deploying = "__ 2. Deploy Project";
const serializing = "__ 1. Serialize Project";
const populating = "Populate for This Project";
const own = { text: "environments:\n  - name: Load Test\n", file: "own.yaml" };

const run = (octopus: TestServer, options: Partial<InstallOptions> = {}): Promise<InstallOutcome> =>
  runInstall(octopus, { projects: ["Hello World"], ...options });

async function readSteps(octopus: TestServer, runbook: string): Promise<z.infer<typeof Process>["Steps"]> {
  const { Id } = await getNamed(octopus.api, "/runbooks", runbook);
  return Process.parse(await octopus.api.get(`/runbookProcesses/RunbookProcess-${Id}`)).Steps;
}

async function readForm(octopus: TestServer, runbook: string, step: string): Promise<Record<string, unknown>> {
  const found = (await readSteps(octopus, runbook)).find(({ Name }) => Name === step);
  return found?.Actions[0]?.Properties ?? {};
}

async function edit(
  octopus: TestServer,
  runbook: string,
  change: (steps: z.infer<typeof Process>["Steps"]) => unknown,
): Promise<void> {
  const { Id } = await getNamed(octopus.api, "/runbooks", runbook);
  const process = await octopus.api.get(`/runbookProcesses/RunbookProcess-${Id}`);
  await octopus.api.put(`/runbookProcesses/${process.Id}`, { ...process, Steps: change(Process.parse(process).Steps) });
}

const whatOf = ({ changes }: InstallOutcome): string[] => changes.map(({ what }) => what);

test("--create-spaces has deployments make a missing space, in an installed space, too, and only of what is named", async () => {
  const octopus = await startWithProjects("Hello World", "Other");
  await run(octopus, { projects: ["Hello World", "Other"] });
  const before = await readForm(octopus, deploying, "Look Up Space");

  const planned = await run(octopus, { createSpaces: true, onlyPlan: true });
  const done = await run(octopus, { createSpaces: true });
  const again = await run(octopus, { createSpaces: true });
  await run(octopus);

  expect(whatOf(planned)).toEqual([
    `the process of the runbook "${deploying}" of "Hello World"`,
    expect.stringContaining("Managed Spaces Installation"),
  ]);
  expect(whatOf(done)).toEqual(whatOf(planned));
  expect(again.changes).toEqual([]);
  expect(before).not.toHaveProperty(["LookUpSpace.MakeMissing"]);
  const forms = await Promise.all(
    (await octopus.api.list("/runbooks"))
      .filter(({ Name }) => Name === deploying)
      .map(({ Id }) => octopus.api.get(`/runbookProcesses/RunbookProcess-${Id}`)),
  );
  const made = forms.map((form) => Process.parse(form).Steps[0]?.Actions[0]?.Properties["LookUpSpace.MakeMissing"]);
  expect(made.toSorted()).toEqual(["True", undefined]);
});

test("a golden space's deployments make a missing space, too", async () => {
  const octopus = await startWithProjects();
  const api = createApi(octopus, "/api");
  const me = await api.get("/users/me");
  await api.post("/spaces", { Name: "Golden", SpaceManagersTeamMembers: [me.Id] });

  await run(octopus, { projects: [], goldenSpaces: ["Golden"], createSpaces: true });

  expect(await readForm(octopus, "__ 2. Deploy Space", "Look Up Space")).toMatchObject({
    "LookUpSpace.MakeMissing": "True",
  });
});

test("whoever unticks it in the form keeps it so, until it is asked for again", async () => {
  const octopus = await startWithProjects("Hello World");
  await run(octopus, { createSpaces: true });
  await edit(octopus, deploying, (steps) =>
    steps.map((step, index) =>
      index > 0
        ? step
        : {
            ...step,
            Actions: step.Actions.map((action) => ({
              ...action,
              Properties: { ...action.Properties, "LookUpSpace.MakeMissing": "False" },
            })),
          },
    ),
  );

  await run(octopus, { readBuilt: () => createBuiltSteps("1.0.1", "echo second") });
  const kept = await readForm(octopus, deploying, "Look Up Space");
  await run(octopus, { createSpaces: true });

  expect(kept["LookUpSpace.MakeMissing"]).toBe("False");
  expect(await readForm(octopus, deploying, "Look Up Space")).toMatchObject({ "LookUpSpace.MakeMissing": "True" });
});

test("a template's own baseline is put into Serialize Project's form and brought before the project is deployed", async () => {
  const octopus = await startWithProjects("Hello World");

  const { remaining } = await run(octopus, { ownBaseline: own });

  expect(await readForm(octopus, serializing, "Serialize Project")).toMatchObject({
    "SerializeProject.OwnBaseline": own.text,
  });
  const steps = await readSteps(octopus, deploying);
  expect(steps.map(({ Name }) => Name)).toEqual(["Look Up Space", populating, "Deploy Project"]);
  expect(steps[1]?.Actions[0]?.Properties).toMatchObject({
    "PopulateSpace.SpaceId": "#{Octopus.Action[Look Up Space].Output.SpaceId}",
    "PopulateSpace.PackageWithoutBaseline": "doNothing",
    "PopulateSpace.ReceiptKey": "#{ManagedSpaces.Receipt.Key}",
  });
  expect(steps[1]?.Actions[0]?.Packages).toContainEqual(
    expect.objectContaining({ Name: "PopulateSpace.Package", PackageId: "hello_world" }),
  );
  expect(remaining).toContain(`Run "${serializing}" of "Hello World": its next package has the own baseline.`);
});

test("an installed template gets its own baseline later, keeps it without the option, and takes another one", async () => {
  const octopus = await startWithProjects("Hello World", "Other");
  await run(octopus, { projects: ["Hello World", "Other"] });

  const planned = await run(octopus, { ownBaseline: own, onlyPlan: true });
  const done = await run(octopus, { ownBaseline: own });
  const again = await run(octopus, { ownBaseline: own });
  const without = await run(octopus, { projects: ["Hello World", "Other"] });
  const upgraded = await run(octopus, { readBuilt: () => createBuiltSteps("1.0.1", "echo second") });
  const script = (await readForm(octopus, deploying, populating))["Octopus.Action.Script.ScriptBody"];
  const other = await run(octopus, { ownBaseline: { text: "environments: []\n", file: "other.yaml" } });

  expect(whatOf(planned)).toEqual([
    `the process of the runbook "${serializing}" of "Hello World"`,
    `the process of the runbook "${deploying}" of "Hello World"`,
    expect.stringContaining("Managed Spaces Installation"),
  ]);
  expect(whatOf(done)).toEqual(whatOf(planned));
  expect([again.changes, without.changes]).toEqual([[], []]);
  expect(whatOf(upgraded)).toContain(`the process of the runbook "${deploying}" of "Hello World"`);
  expect(script).toBe("echo second populate-space");
  expect(other.remaining.join("\n")).toContain(
    '"other.yaml" takes the place of the own baseline that the step "Serialize Project" of "Hello World" had',
  );
  const others = (await octopus.api.list("/runbooks")).filter(({ Name }) => Name === deploying);
  const processes = await Promise.all(
    others.map(({ Id }) => octopus.api.get(`/runbookProcesses/RunbookProcess-${Id}`)),
  );
  expect(processes.map((process) => Process.parse(process).Steps.length).toSorted()).toEqual([2, 3]);
});

test("whoever takes the step out has no own baseline brought, and asking for it again says that it has no place", async () => {
  const octopus = await startWithProjects("Hello World");
  await run(octopus, { ownBaseline: own });
  await edit(octopus, deploying, (steps) => steps.filter(({ Name }) => Name !== populating));

  const kept = await run(octopus);

  expect(kept.changes).toEqual([]);
  await expect(run(octopus, { ownBaseline: own })).rejects.toThrow(
    `What you gave for the step "${populating}" has no place: that step was taken out of the runbook "${deploying}"`,
  );
});

test("what the own baseline brings, the one of all spaces need not", async () => {
  const octopus = await startWithProjects("Hello World");
  const lifecycle = await octopus.api.post("/lifecycles", { Name: "Its Own" });
  const project = await getNamed(octopus.api, "/projects", "Hello World");
  await octopus.api.put(`/projects/${project.Id}`, { ...project, LifecycleId: lifecycle.Id });
  const brings = { text: "lifecycles:\n  - name: Its Own\n", file: "own.yaml" };

  const without = await run(octopus, { onlyPlan: true });
  const first = await run(octopus, { ownBaseline: brings });
  const second = await run(octopus);

  expect(without.remaining.join("\n")).toContain('"Its Own"');
  expect([...first.remaining, ...second.remaining].join("\n")).not.toContain('"Its Own"');
});

test.each([
  [{ projects: [], createSpaces: true }, /--create-spaces is for what deploys a template/],
  [{ projects: [], ownBaseline: own }, /--own-baseline is what one template needs: name that one by --project/],
  [{ projects: ["Hello World", "Other"], ownBaseline: own }, /--own-baseline is what one template needs/],
])("what cannot be followed in %j is refused", async (options, sentence) => {
  const octopus = await startWithProjects("Hello World", "Other");
  octopus.server.requests.length = 0;

  await expect(run(octopus, options)).rejects.toThrow(sentence);

  expect(octopus.server.requests).toEqual([]);
});

test("a template in a companion has the steps there, in their order, and so has one that Terraform deploys", async () => {
  const octopus = await startWithProjects("Hello World", "Other");

  await run(octopus, { companion: true, ownBaseline: own, createSpaces: true });
  const inCompanion = await readSteps(octopus, deploying);
  const again = await run(octopus, { companion: true });
  await run(octopus, {
    projects: ["Other"],
    engine: "terraform",
    terraformBackend: "http",
    terraformInitParameters: "-backend-config=address=https://state.example.com/{state}",
    terraformSecrets: {},
    ownBaseline: own,
  });

  expect(inCompanion.map(({ Name }) => Name)).toEqual(["Look Up Space", populating, "Deploy Project"]);
  expect(again.changes).toEqual([]);
  const byTerraform = await Promise.all(
    (await octopus.api.list("/runbooks"))
      .filter(({ Name }) => Name === deploying)
      .map(({ Id }) => octopus.api.get(`/runbookProcesses/RunbookProcess-${Id}`)),
  );
  const names = byTerraform.map((process) => Process.parse(process).Steps.map(({ Name }) => Name));
  expect(names).toContainEqual(expect.arrayContaining(["Record Copy"]));
  for (const list of names) expect(list.slice(0, 2)).toEqual(["Look Up Space", populating]);
});

function toFile(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), "baseline-")), "own.yaml");
  writeFileSync(file, text);
  return file;
}

test("the command takes both, and says what is wrong in the file before anything is written", async () => {
  const octopus = await startWithProjects("Hello World");
  const environment = { OCTOPUS_URL: octopus.url, OCTOPUS_API_KEY: octopus.apiKey, OCTOPUS_SPACE: "Default" };
  const built = {
    dist: join(projectRoot, "dist"),
    version: readProjectVersion(),
    defaultBaseline: "environments:\n  - name: Development\n",
  };
  const command = (...argv: string[]): ReturnType<typeof runCommand> =>
    runCommand(["install", "--project", "Hello World", ...argv], environment, built);

  octopus.server.requests.length = 0;
  const absent = await command("--own-baseline", "absent.yaml");
  const wrong = await command("--own-baseline", toFile("environments:\n  - nam: Test\n"));
  const written = octopus.server.requests.filter(({ method }) => method !== "GET");
  const done = await command("--own-baseline", toFile(own.text), "--create-spaces");

  expect(absent.stderr).toMatch(/the baseline "absent\.yaml" cannot be read\. Name a YAML file\./i);
  expect(wrong.stderr).toMatch(/line 2, column 5: .*nam/);
  expect(written).toEqual([]);
  expect(done.stdout).toContain("What remains for you:");
  expect(await readForm(octopus, deploying, "Look Up Space")).toMatchObject({ "LookUpSpace.MakeMissing": "True" });
  expect(await readForm(octopus, serializing, "Serialize Project")).toMatchObject({
    "SerializeProject.OwnBaseline": own.text,
  });
});
