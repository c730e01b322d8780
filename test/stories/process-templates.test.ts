import { expect, test } from "vitest";
import { step as serializeProject } from "../../steps/serialize-project/step.ts";
import { createApi } from "../api.ts";
import { createStepContext } from "../step/create-step-context.ts";
import { deploy, fork, serialize } from "../steps/git-copies.ts";
import { startGitTemplate } from "../steps/git-template.ts";
import { startDeployments, type DeploymentStage } from "../steps/deployment-stage.ts";
import { changeSteps, processPath, readSteps, refusalOf, takeWritesBesideReceipt } from "../steps/project-edits.ts";

/** A template whose process has a step that stands for a process template, with parameters of every awkward kind. */
async function startStage(): Promise<DeploymentStage> {
  const stage = await startDeployments();
  const { upstream, downstream } = stage;
  const pool = await upstream.post("/workerpools", { Name: "Linux", WorkerPoolType: "StaticWorkerPool" });
  await downstream.post("/workerpools", { Name: "Other", WorkerPoolType: "StaticWorkerPool" });
  await downstream.post("/workerpools", { Name: "Linux", WorkerPoolType: "StaticWorkerPool" });
  const account = { Name: "Cloud", AccountType: "GenericOidcAccount", Audience: "api://default" };
  const { Id: accountId } = await upstream.post("/accounts", account);
  await downstream.post("/accounts", { ...account, Name: "Other" });
  await downstream.post("/accounts", account);
  const feed = (await upstream.list("/feeds")).find(({ Name }) => Name === "Docker Hub");
  const chosen = { PackageId: "web", FeedId: feed?.Id };
  await changeSteps(upstream, processPath(stage.project.Id), (steps) => [
    ...steps,
    {
      Name: "Web app",
      Actions: [
        {
          Name: "Web app",
          ActionType: "Octopus.ProcessTemplate",
          Properties: {
            "Octopus.Action.ProcessTemplate.Reference.Slug": "deploy-web-app",
            "Octopus.Action.ProcessTemplate.Reference.VersionMask": "1.X",
            "Worker pool": pool.Id,
            Account: accountId,
            Package: JSON.stringify(chosen),
            Greeting: "Hello",
          },
          Packages: [
            {
              Name: "Package",
              ...chosen,
              AcquisitionLocation: "Server",
              Properties: { SelectionMode: "deferred", PackageParameterName: "Package" },
            },
          ],
        },
      ],
    },
  ]);
  return stage;
}

const hub = "/platformhub/main/processtemplates";

/** What somebody does in the Platform Hub of the server. */
async function publish(stage: { url: string; apiKey: string }, version: string, spaceIds: string[]): Promise<void> {
  const system = createApi(stage, "/api");
  const shared = await system.post(hub, { GitRef: "main", Name: "Deploy web app" });
  const path = `${hub}/${String(shared["Slug"])}`;
  await system.post(`${path}/versions`, {
    GitRef: "main",
    Slug: "deploy-web-app",
    Version: version,
    IsPreRelease: false,
  });
  await system.act(`${path}/share`, {
    GitRef: "main",
    Slug: "deploy-web-app",
    ShareToAllSpaces: false,
    IndividuallySharedSpaceIds: spaceIds,
  });
}

test.each([
  ["nobody made it there", undefined],
  ["it is shared with other spaces only", { version: "1.4.0", shared: false }],
  ["no version of it fits", { version: "2.0.0", shared: true }],
] as const)("a process template is looked up before anything is written: %s", async (_what, there) => {
  const stage = await startStage();
  if (there !== undefined) await publish(stage, there.version, there.shared ? [stage.downstreamId] : ["Spaces-1"]);
  const brought = await stage.serialize("1.0.0");
  stage.takeWrites();

  const refusal = await refusalOf(stage.deploy(brought));

  expect(refusal).toContain(
    `the step "Web app" uses the process template "deploy-web-app" in version 1.X, which the Platform Hub of ${stage.url} does not share with the space "America", or of which it has no such version: publish it there and share it. Nothing was written.`,
  );
  expect(stage.takeWrites()).toEqual([]);
});

test("where it is shared, the step arrives with the ids that the space has", async () => {
  const stage = await startStage();
  await publish(stage, "1.4.0", [stage.downstreamId]);

  const { outputs } = await stage.deploy(await stage.serialize("1.0.0"));

  const idOf = async (path: string, name: string): Promise<unknown> =>
    (await stage.downstream.list(path)).find(({ Name }) => Name === name)?.Id;
  const steps = await readSteps(stage.downstream, processPath(outputs["ProjectId"] ?? ""));
  const chosen = { PackageId: "web", FeedId: await idOf("/feeds", "Docker Hub") };
  expect(steps.find(({ Name }) => Name === "Web app")).toMatchObject({
    Actions: [
      {
        ActionType: "Octopus.ProcessTemplate",
        Properties: {
          "Octopus.Action.ProcessTemplate.Reference.Slug": "deploy-web-app",
          "Octopus.Action.ProcessTemplate.Reference.VersionMask": "1.X",
          "Worker pool": await idOf("/workerpools", "Linux"),
          Account: await idOf("/accounts", "Cloud"),
          Package: JSON.stringify(chosen),
          Greeting: "Hello",
        },
        Packages: [expect.objectContaining(chosen)],
      },
    ],
  });
  stage.takeWrites();
  await stage.deploy(await stage.serialize("1.0.1"));
  expect(takeWritesBesideReceipt(stage)).toEqual([]);
});

test("a secret parameter of it is treated as one that a step holds itself", async () => {
  const stage = await startStage();
  await changeSteps(stage.upstream, processPath(stage.project.Id), (steps) =>
    JSON.parse(
      JSON.stringify(steps).replace(
        '"Greeting":"Hello"',
        '"Greeting":{"HasValue":true,"NewValue":"a secret greeting"}',
      ),
    ),
  );
  const { url, apiKey } = stage;
  const run = createStepContext({
    step: serializeProject,
    parameters: { serverUrl: url, apiKey, space: "Spaces-1", project: "Hello World" },
  });

  await run.run();

  expect(JSON.stringify([run.log, run.outputs])).not.toContain("a secret greeting");
  expect(run.outputs["UnresolvedSecrets"]).toContain("Web app");
});

const usage = `
process_template "web-app" {
    name = "Web app"
    process_template_slug = "deploy-web-app"
    version_mask = "1.X"

    parameter "Greeting" {
        value = "Hello"
    }
}
`;

const gitFile = ".octopus/hello/deployment_process.ocl";

test("the files of a project in Git say it, too, and the id in a package's value would mean something else elsewhere", async () => {
  const template = await startGitTemplate();
  const before = template.read("acme/hello_world_cac", gitFile);
  const fromFeed = usage
    .replace("Greeting", "Package")
    .replace("Hello", String.raw`{\"PackageId\":\"web-1\",\"FeedId\":\"Feeds-1001\"}`)
    .replaceAll("web-app", "other-app");
  template.edit({ files: { [gitFile]: `${before}${usage}${fromFeed}` }, message: "Use process templates" });
  const brought = await serialize(template);
  const gitUrl = await fork(template);
  template.takeWrites();

  const refusal = await refusalOf(deploy(template, brought, { gitUrl }));

  expect(refusal).toContain(
    'the step "web-app" in deployment_process.ocl uses the process template "deploy-web-app" in version 1.X, which',
  );
  expect(refusal).toContain(
    'the step "other-app" in deployment_process.ocl gives the parameter "Package" the id Feeds-1001, which means something in one space only: let a variable name it',
  );
  expect(template.takeWrites()).toEqual([]);
});

test("a copy in Git gets them where they are shared, and the id that a parameter has is the one of its own space", async () => {
  const template = await startGitTemplate();
  const before = template.read("acme/hello_world_cac", gitFile);
  const pool = `    parameter "Worker pool" {\n        value = "WorkerPools-1"\n    }\n}\n`;
  const files = { [gitFile]: `${before}${usage.replace(/}\n$/, pool)}` };
  template.edit({ files, message: "Use a process template" });
  const [ownPool] = await template.downstream.list("/workerpools");
  await publish(template, "1.0.0", [template.downstreamId]);
  const gitUrl = await fork(template);

  const { outputs } = await deploy(template, await serialize(template), { gitUrl });

  const path = `/projects/${outputs["ProjectId"]}/refs%2Fheads%2Fmain/deploymentprocesses`;
  expect((await readSteps(template.downstream, path)).at(-1)).toMatchObject({
    Name: "Web app",
    Actions: [
      { ActionType: "Octopus.ProcessTemplate", Properties: { Greeting: "Hello", "Worker pool": ownPool?.Id ?? "" } },
    ],
  });
  expect(ownPool?.Id).not.toBe("WorkerPools-1");
});
