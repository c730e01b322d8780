import { expect, test } from "vitest";
import { script, startDeployments, type DeployedPackage, type DeploymentStage } from "./deployment-stage.ts";
import { createLimitedKey } from "./limited-key.ts";
import { changeSteps, processPath, readSteps, refusalOf } from "./project-edits.ts";

test("claims nothing when the key may not make projects: the project that a person makes then is the person's", async () => {
  const stage = await startDeployments();
  await withoutTeams(stage);
  const brought = await stage.serialize("1.0.0");
  const apiKey = await createLimitedKey(stage, withoutProjectCreate);

  const refusal = await refusalOf(stage.deploy(brought, { apiKey }));
  const modules = await listReceiptModules(stage);
  const own = await makeProject(stage);
  const second = await refusalOf(stage.deploy(brought));

  expect(refusal).toContain('Give the user of "Octopus API Key" the permission ProjectCreate');
  expect(modules).toEqual([]);
  expect(second).toContain(`has a project "Hello World" (${own.Id}) that this step did not make`);
  expect(await readSteps(stage.downstream, processPath(own.Id))).toEqual([]);
});

test("claims nothing when Octopus refuses the project's name", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  const projectName = "x".repeat(300);

  const refusal = await refusalOf(stage.deploy(brought, { parameters: { projectName } }));

  expect(refusal).toMatch(/Octopus at \S+ refused POST/);
  expect(await listReceiptModules(stage)).toEqual([]);
});

test("does not take a person's project for its own when it was killed before it made one", async () => {
  const made = await countRequestsUntilMade();
  const run = async (at: number): Promise<void> => {
    const stage = await startDeployments();
    const brought = await stage.serialize("1.0.0");
    await kill(stage, brought, at);
    const own = await makeProject(stage);
    const steps = [script("Ours")];
    await changeSteps(stage.downstream, processPath(own.Id), () => steps);

    const refusal = await refusalOf(stage.deploy(brought));

    expect(refusal, `killed before request ${at}`).toContain(`has a project "Hello World" (${own.Id})`);
    const now = await stage.downstream.get(`/projects/${own.Id}`);
    expect(now["Description"], `killed before request ${at}`).toBe("A person's");
    expect(await readSteps(stage.downstream, processPath(own.Id))).toHaveLength(1);
  };

  await inParallel(
    Array.from({ length: made }, (_, index) => index + 1),
    run,
  );
});

test("goes on with its own project when it was killed right after it made it", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  await kill(stage, brought, (await countRequestsUntilMade()) + 1);

  const { outputs } = await stage.deploy(brought);

  expect(outputs["KeptChanges"]).toBe("0");
  expect(await stage.downstream.list("/projects")).toHaveLength(1);
  expect(await listReceiptModules(stage)).toHaveLength(1);
});

/** How many requests a first deployment sends up to the one that makes the project. */
async function countRequestsUntilMade(): Promise<number> {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  const before = stage.server.requests.length;
  await stage.deploy(brought);
  const own = stage.server.requests.slice(before);
  return own.findIndex(({ method, path }) => method === "POST" && path.endsWith("/projects")) + 1;
}

async function kill(stage: DeploymentStage, brought: DeployedPackage, at: number): Promise<void> {
  stage.server.setFaults({ drop: { at, when: "before", andAllLater: true } });
  await refusalOf(stage.deploy(brought));
  stage.server.setFaults({});
}

/** A client that loses its connections tries again for a while: the runs wait at the same time. */
async function inParallel(numbers: number[], work: (number: number) => Promise<void>): Promise<void> {
  const open = [...numbers];
  const workers = Array.from({ length: 8 }, async () => {
    for (let next = open.shift(); next !== undefined; next = open.shift()) await work(next);
  });
  await Promise.all(workers);
}

async function makeProject({ downstream }: DeploymentStage): Promise<{ Id: string }> {
  return downstream.post("/projects", {
    Name: "Hello World",
    Description: "A person's",
    ProjectGroupId: (await downstream.list("/projectgroups"))[0]?.Id,
    LifecycleId: (await downstream.list("/lifecycles"))[0]?.Id,
  });
}

async function listReceiptModules({ downstream }: DeploymentStage): Promise<unknown[]> {
  const sets = await downstream.list("/libraryvariablesets");
  return sets.map(({ Name }) => Name).filter((name) => String(name).includes("hello_world"));
}

/** Teams of the whole server are hidden from those who may only see teams of a space. */
async function withoutTeams({ upstream, project }: DeploymentStage): Promise<void> {
  await changeSteps(upstream, processPath(project.Id), (steps) => steps.filter(({ Name }) => Name !== "Approve"));
}

const withoutProjectCreate = [
  "ProjectView",
  "LibraryVariableSetView",
  "LibraryVariableSetEdit",
  "LibraryVariableSetCreate",
  "LibraryVariableSetDelete",
  "EnvironmentView",
  "FeedView",
  "LifecycleView",
  "ActionTemplateView",
  "ActionTemplateCreate",
  "ProjectGroupView",
  "TeamView",
  "VariableView",
];
