import { expect, test } from "vitest";
import type { StepDefinition } from "../../lib/step/define-step.ts";
import { step as findUpdates } from "../../steps/find-updates/step.ts";
import { step as mergeUpdates } from "../../steps/merge-updates/step.ts";
import { createStepContext } from "../step/create-step-context.ts";
import { copyName, deploy, fork, serialize, toGitParameters } from "./git-copies.ts";
import { startGitTemplate, type GitTemplate } from "./git-template.ts";

const processFile = ".octopus/hello/deployment_process.ocl";

test.each(["azure-repos", "bitbucket-cloud", "bitbucket-data-center", "gitea", "github", "gitlab"] as const)(
  "a copy on %s is forked, deployed, found behind, offered the changes, and up to date when they are merged",
  async (host) => {
    const template = await startGitTemplate({ host });
    await addOtherStepTemplate(template);
    const brought = await serialize(template);
    const gitUrl = await fork(template);
    await deploy(template, brought, { gitUrl });
    const born = await run(template, findUpdates);
    template.edit({
      message: "Say more",
      files: {
        [processFile]: template.read("acme/hello_world_cac", processFile).replace("echo Say hello", "echo Say more"),
      },
    });

    const behind = await run(template, findUpdates);
    const offered = await run(template, mergeUpdates);
    const again = await run(template, mergeUpdates);
    template.host.merge(template.find(copyName), 1);
    const merged = await run(template, mergeUpdates);
    const after = await run(template, findUpdates);
    const deployed = await deploy(template, brought, { gitUrl });

    expect(born).toMatchObject({ Status: "Up to date", Behind: "0" });
    expect(behind).toMatchObject({ Status: "Can be merged", Behind: "1", Conflicts: "[]" });
    expect([offered["Changed"], again["Changed"], merged["PullRequests"]]).toEqual(["True", "False", "[]"]);
    expect(after).toMatchObject({ Status: "Up to date", Behind: "0" });
    expect(deployed.outputs["Changed"]).toBe("False");
    expect(template.read(copyName, processFile)).toContain("echo Say more");
  },
);

test.each(["merge", "squash"] as const)(
  "on a Git server without an API, a copy is filled where a person made an empty repository, and offered a branch that people merge: %s",
  async (how) => {
    const template = await startGitTemplate({ host: "generic" });
    await addOtherStepTemplate(template);
    const brought = await serialize(template);
    await expect(fork(template)).rejects.toThrow(
      `on the Git server: there is no repository at ${template.host.server.url}/contoso/america_hello_world_cac.git, or the credentials may not see it. Make an empty one there`,
    );
    const repository = template.host.add(...split(copyName));
    const gitUrl = await fork(template);
    expect(await fork(template)).toBe(gitUrl);
    await deploy(template, brought, { gitUrl });
    const sayMore = template.read("acme/hello_world_cac", processFile).replace("echo Say hello", "echo Say more");
    template.edit({ message: "Say more", files: { [processFile]: sayMore } });

    const planned = await run(template, mergeUpdates, { onlyPlan: "True" });
    const offered = await run(template, mergeUpdates);
    const again = await run(template, mergeUpdates);

    expect(gitUrl).toBe(`${template.host.server.url}/${copyName}.git`);
    expect([planned["Changed"], offered["Changed"], again["Changed"]]).toEqual(["False", "True", "False"]);
    expect(JSON.parse(planned["Copies"] ?? "")).toMatchObject([
      { outcome: "branch", text: expect.stringMatching(/would bring 1 commit/) },
    ]);
    expect(JSON.parse(offered["Copies"] ?? "")).toMatchObject([
      {
        outcome: "branch",
        text: 'The branch "managed-spaces/updates" brings 1 commit of the template. Merge it into "main" by Git: the host has no pull requests.',
      },
    ]);
    expect(offered["PullRequests"]).toBe("[]");
    expect(template.read(copyName, processFile, "managed-spaces/updates")).toContain("echo Say more");
    expect(template.read(copyName, processFile)).not.toContain("echo Say more");

    const pull = { number: 1, title: "By hand", body: "", state: "open", comments: [] } as const;
    repository.pulls.push({ ...pull, comments: [], head: "managed-spaces/updates", base: "main" });
    template.host.merge(repository, 1, how);
    const merged = await run(template, mergeUpdates);
    const after = await run(template, findUpdates);

    expect(JSON.parse(merged["Copies"] ?? "")).toMatchObject([{ outcome: "up-to-date" }]);
    expect(template.head(copyName, "managed-spaces/updates")).toBe("");
    expect(after).toMatchObject({ Status: "Up to date", Behind: "0" });
    // Its API was never asked.
    expect(template.host.server.requests.filter(({ path }) => path.startsWith("/api/"))).toEqual([]);
  },
);

test.each(["merge first", "deploy first"])(
  "a copy keeps its folder when the template's moves, and what the template says there arrives: %s",
  async (order) => {
    const template = await startGitTemplate();
    await addOtherStepTemplate(template);
    const gitUrl = await fork(template);
    await deploy(template, await serialize(template), { gitUrl });
    await moveFolder(template, ".octopus/moved");
    const brought = await serialize(template, "2.0.0");
    const merge = async (number: number): Promise<void> => {
      await run(template, mergeUpdates);
      template.host.merge(template.find(copyName), number, "squash");
    };
    const behind = await run(template, findUpdates);

    if (order === "merge first") await merge(1);
    else await deploy(template, brought);
    const halfway = await listSteps(template);
    if (order === "merge first") await deploy(template, brought);
    else await merge(1);
    const moved = await run(template, findUpdates);
    changeProcess(template, ".octopus/moved", ["echo Say more", "echo Say most"]);
    await merge(2);
    const after = await run(template, findUpdates);
    const { outputs } = await deploy(template, brought);

    expect(behind).toMatchObject({ Status: "Can be merged", Behind: "2" });
    expect(halfway).toEqual(["Approve", "Say hello", "Notify"]);
    expect([moved, after]).toMatchObject([{ Status: "Up to date" }, { Status: "Up to date" }]);
    expect(outputs["Changed"]).toBe("False");
    expect(await listSteps(template)).toEqual(halfway);
    expect(template.read(copyName, processFile)).toContain("echo Say most");
    expect(() => template.read(copyName, ".octopus/moved/deployment_process.ocl")).toThrow("does not exist");
  },
);

/** So that the two spaces have different ids for the template's. */
async function addOtherStepTemplate({ downstream }: GitTemplate): Promise<void> {
  await downstream.post("/actiontemplates", {
    Name: "Other",
    ActionType: "Octopus.Script",
    Properties: {},
    Parameters: [],
  });
}

/** In the files and, as an operator does next, in the project's settings; the process says something else there. */
async function moveFolder(template: GitTemplate, basePath: string): Promise<void> {
  const names = ["deployment_process.ocl", "deployment_settings.ocl", "variables.ocl", "schema_version.ocl"];
  const files = names.flatMap((name) => [
    [`.octopus/hello/${name}`, undefined] as const,
    [`${basePath}/${name}`, template.read("acme/hello_world_cac", `.octopus/hello/${name}`)] as const,
  ]);
  template.edit({ message: "Move the files", files: Object.fromEntries(files) });
  changeProcess(template, basePath, ["echo Say hello", "echo Say more"], "Say more");
  const project = await template.upstream.get(`/projects/${template.project.Id}`);
  const settings = { ...Object(project["PersistenceSettings"]), BasePath: basePath };
  await template.upstream.put(`/projects/${template.project.Id}`, { ...project, PersistenceSettings: settings });
}

function changeProcess(template: GitTemplate, folder: string, [from, to]: [string, string], message = "More"): void {
  const path = `${folder}/deployment_process.ocl`;
  const text = template.read("acme/hello_world_cac", path).replace(from, to);
  template.edit({ message, files: { [path]: text } });
}

/** As Octopus loads the copy's process from its files. */
async function listSteps(template: GitTemplate): Promise<unknown[]> {
  const [project] = (await template.downstream.list("/projects")).filter(
    ({ Name: name }) => name === "Hello World CaC",
  );
  const process = await template.downstream.get(`/projects/${project?.Id}/main/deploymentprocesses`);
  return Object.values(Object(process["Steps"])).map((step) => Object(step)["Name"]);
}

async function run(
  template: GitTemplate,
  step: StepDefinition,
  parameters: Record<string, string> = {},
): Promise<Record<string, string>> {
  const { url, apiKey, downstreamId } = template;
  const recording = createStepContext({
    step,
    parameters: {
      managementServerUrl: url,
      managementApiKey: apiKey,
      managementSpaceId: "Spaces-1",
      project: "Hello World CaC",
      serverUrl: url,
      apiKey,
      spaceId: downstreamId,
      ...toGitParameters(template),
      ...parameters,
    },
  });
  await recording.run();
  return recording.outputs;
}

function split(path: string): [string, string] {
  const [owner = "", name = ""] = path.split("/");
  return [owner, name];
}
