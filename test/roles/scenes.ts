import { examine } from "../../lib/doctor/doctor.ts";
import { instancePrefix } from "../../lib/fleet/instance-access.ts";
import { createOctopusClient } from "../../lib/octopus/octopus-client.ts";
import type { JsonObject } from "../../lib/model/json.ts";
import type { StepDefinition } from "../../lib/step/define-step.ts";
import { StepError } from "../../lib/step/errors.ts";
import { step as createSpace } from "../../steps/create-space/step.ts";
import { step as deployProject } from "../../steps/deploy-project/step.ts";
import { step as findUpdates } from "../../steps/find-updates/step.ts";
import { step as forkRepository } from "../../steps/fork-repository/step.ts";
import { step as listDownstreamProjects } from "../../steps/list-downstream-projects/step.ts";
import { step as lookUpSpace } from "../../steps/look-up-space/step.ts";
import { step as mergeUpdates } from "../../steps/merge-updates/step.ts";
import { step as rehearse } from "../../steps/rehearse/step.ts";
import { step as populateSpace } from "../../steps/populate-space/step.ts";
import { step as previewUpdates } from "../../steps/preview-updates/step.ts";
import { step as deploySpace } from "../../steps/deploy-space/step.ts";
import { step as serializeRunbook } from "../../steps/serialize-runbook/step.ts";
import { step as serializeSpace } from "../../steps/serialize-space/step.ts";
import { step as serializeStepTemplates } from "../../steps/serialize-step-templates/step.ts";
import { step as serializeVariableSets } from "../../steps/serialize-variable-sets/step.ts";
import { step as serializeProject } from "../../steps/serialize-project/step.ts";
import { createApi } from "../api.ts";
import { createBuiltSteps } from "../lib/install/built-steps.ts";
import { runInstall } from "../lib/install/run-install.ts";
import type { StepContextOptions } from "../step/create-step-context.ts";
import { processFile, startCopies } from "../steps/copies-stage.ts";
import { startValidation } from "../steps/validation-stage.ts";
import {
  publish,
  secrets,
  startDeployments,
  type DeployedPackage,
  type DeploymentStage,
} from "../steps/deployment-stage.ts";
import { startRehearsals } from "../steps/rehearsal-stage.ts";
import { gitToken, startGitTemplate } from "../steps/git-template.ts";
import { startManagementSpace, startOctopus, type TestServer } from "../steps/managed-tenants.ts";
import { haveSpaceMade } from "./missing-space-scene.ts";
import { letManagersApprove } from "./let-managers-approve.ts";
import { changeSteps, changeVariables, edit, getNamed, processPath } from "../steps/project-edits.ts";
import { reportFleet } from "./fleet-scenes.ts";
import { runStep, tell } from "./run-scene.ts";
import {
  deployGolden,
  deployOneRunbook,
  moveToGit,
  prepareState,
  recordCopy,
  recordGitCopy,
  serializeGolden,
} from "./space-scenes.ts";
import type { RoleServer, Scene } from "./scenario.ts";

const home = "Spaces-1";

function toRoleServer(
  { server, url, apiKey }: Pick<TestServer, "server" | "url" | "apiKey">,
  spaceId: string | undefined,
): RoleServer {
  return { model: server.model, url, apiKey, spaceId };
}

/** Everything that `managed-spaces install` may do, and that `managed-spaces doctor` looks at. */
async function install(): Promise<Scene> {
  const octopus = await startOctopus();
  const [group] = await octopus.api.list("/projectgroups");
  const [lifecycle] = await octopus.api.list("/lifecycles");
  for (const Name of ["Hello World", "Second", "Carries Its Own"])
    await octopus.api.post("/projects", { Name, ProjectGroupId: group?.Id, LifecycleId: lifecycle?.Id });
  return {
    servers: { management: toRoleServer(octopus, home) },
    async run({ management: apiKey }) {
      const user = { ...octopus, apiKey };
      const options = {
        publish: true,
        fleet: true,
        gitHost: { host: "gitea", url: undefined, owner: "acme", token: "a token" },
      };
      const first = await runInstall(user, { ...options, projects: ["Hello World", "Second"], companion: true });
      const built = createBuiltSteps("1.0.1", "echo second");
      const second = await runInstall(user, {
        ...options,
        projects: ["Hello World", "Carries Its Own"],
        readBuilt: () => built,
      });
      const findings = await examine({
        octopus: createOctopusClient({ url: octopus.url, apiKey }),
        space: home,
        oldestNode: "20.19",
        askWorkers: false,
        patience: 0,
      });
      const found = findings.map(({ about, state, text }) => (about === "Permissions" ? "" : `${state} ${text}`));
      const done = [first, second].flatMap(({ changes, remaining }) => [
        ...changes.map(({ what }) => what),
        ...remaining,
      ]);
      return [...done, ...found];
    },
  };
}

async function tenants(step: StepDefinition): Promise<Scene> {
  const management = await startManagementSpace();
  const instance = await startOctopus({ apiKey: "API-EUROPE" });
  const spaceId = step === lookUpSpace ? home : undefined;
  const tenantId = await management.addTenant("Europe", {
    "ManagedTenant.Octopus.Url": instance.url,
    ...(spaceId === undefined ? {} : { "ManagedTenant.Octopus.SpaceId": spaceId }),
  });
  return {
    servers: { management: toRoleServer(management, home), managed: toRoleServer(instance, spaceId) },
    async run(keys) {
      const given = {
        serverUrl: instance.url,
        apiKey: keys.managed,
        managementServerUrl: management.url,
        managementApiKey: keys.management,
        managementSpaceId: home,
        tenantId,
      };
      // The second time everything is there.
      const parameters = step === createSpace ? { ...given, spaceName: "Europe", managerTeams: "" } : given;
      return runStep(step, { parameters }, { parameters });
    },
  };
}

const baseline = (description: string): string =>
  [
    "environments: [{ name: Development }, { name: Production }]",
    "lifecycles: [{ name: Simple, phases: [{ name: Development, optional: [Development] }] }]",
    "gitCredentials: [{ name: Git, username: robot, password: { variable: Git.Password } }]",
    "dockerFeeds: [{ name: Docker Hub, url: https://index.docker.io }]",
    `projectGroups: [{ name: Hello World, description: ${description} }]`,
    `libraryVariableSets: [{ name: This Space, description: ${description} }]`,
  ].join("\n");

async function populate(): Promise<Scene> {
  const octopus = await startOctopus();
  const space = await createApi(octopus, "/api").post("/spaces", {
    Name: "America",
    SpaceManagersTeamMembers: ["Users-1"],
  });
  return {
    servers: { managed: toRoleServer(octopus, space.Id) },
    run({ managed: apiKey }) {
      const parameters = { serverUrl: octopus.url, apiKey, spaceId: space.Id, receiptKey: "a key" };
      const toOptions = (description: string): Omit<StepContextOptions, "step"> => ({
        parameters: { ...parameters, baseline: baseline(description) },
        variables: { "Git.Password": "a token" },
      });
      return runStep(populateSpace, toOptions("first"), toOptions("second"));
    },
  };
}

/** With what installing sets: the package is kept, and the deploying runbook published with it. */
async function serialize(): Promise<Scene> {
  const stage = await startDeployments();
  await runInstall(stageServer(stage), { projects: ["Hello World"] });
  return {
    servers: { management: toRoleServer(stage, home) },
    run: ({ management: apiKey }) =>
      runStep(serializeProject, {
        parameters: {
          serverUrl: stage.url,
          apiKey,
          space: home,
          project: "Hello World",
          keepingRunbook: "__ Keep Packages",
          keepingRunbookProject: "Hello World",
          publishedRunbook: "__ 2. Deploy Project",
          publishedRunbookProject: "Hello World",
        },
      }),
  };
}

function stageServer(stage: DeploymentStage): Parameters<typeof runInstall>[0] {
  return { server: stage.server, url: stage.url, apiKey: stage.apiKey, api: stage.upstream };
}

/** Makes a copy, brings it a change of every kind, and takes out what the template has no more. */
async function deploy(): Promise<Scene> {
  const stage = await startDeployments();
  await letManagersApprove(stage, stage.downstream);
  await addWhatGoes(stage);
  const first = await stage.serialize("1.0.0");
  await changeTemplate(stage);
  const second = await stage.serialize("1.0.1");
  return {
    servers: { managed: toRoleServer(stage, stage.downstreamId) },
    run({ managed: apiKey }) {
      const parameters = { serverUrl: stage.url, apiKey, spaceId: stage.downstreamId, receiptKey: "a key" };
      const toOptions = (brought: DeployedPackage): Omit<StepContextOptions, "step"> => ({
        parameters,
        packages: { package: brought },
        variables: secrets,
      });
      return runStep(deployProject, toOptions(first), toOptions(second));
    },
  };
}

/** What the next version of the template has no more. */
async function addWhatGoes({ upstream, project, environments }: DeploymentStage): Promise<void> {
  const runbook = await upstream.post("/runbooks", { Name: "Gone", ProjectId: project.Id });
  await upstream.post("/channels", { Name: "Gone", ProjectId: project.Id });
  await upstream.post("/projecttriggers", {
    Name: "Gone",
    ProjectId: project.Id,
    IsDisabled: false,
    Filter: { FilterType: "CronExpressionSchedule", CronExpression: "0 0 6 * * Mon-Fri", Timezone: "UTC" },
    Action: { ActionType: "RunRunbook", RunbookId: runbook.Id, EnvironmentIds: [environments["Test"]] },
  });
}

async function changeTemplate({ upstream, project }: DeploymentStage): Promise<void> {
  await edit(upstream, "/projects", { name: "Hello World", changes: { Description: "Greets people." } });
  await edit(upstream, "/runbooks", { name: "Restart", changes: { Description: "Restarts." } });
  await edit(upstream, "/channels", { name: "Hotfix", changes: { Description: "Fast." } });
  await edit(upstream, "/projecttriggers", { name: "Nightly", changes: { Description: "At night." } });
  await edit(upstream, "/libraryvariablesets", { name: "Common", changes: { Description: "For all." } });
  await edit(upstream, "/actiontemplates", { name: "Notify", changes: { Description: "Tells." } });
  await changeSteps(upstream, processPath(project.Id), (steps) => steps.map(useNextVersion));
  for (const collection of ["/projecttriggers", "/channels", "/runbooks"]) {
    const gone = await getNamed(upstream, collection, "Gone");
    if (gone.Id !== "") await upstream.remove(`${collection}/${gone.Id}`);
  }
  await changeVariables(upstream, project.Id, (variables) => variables.slice(1));
  const settings = await upstream.get(`/projects/${project.Id}/deploymentsettings`);
  await upstream.put(`/projects/${project.Id}/deploymentsettings`, { ...settings, ReleaseNotesTemplate: "Notes" });
}

function useNextVersion(step: JsonObject): JsonObject {
  return JSON.parse(
    JSON.stringify(step).replace('"Octopus.Action.Template.Version":"0"', '"Octopus.Action.Template.Version":"1"'),
  );
}

/** The step as it goes by both sides, for a copy in Git that is behind. */
async function updateGit(step: StepDefinition): Promise<Scene> {
  const stage = await startCopies();
  await stage.addCopy("Hello");
  stage.edit(stage.upstream, { files: { "README.md": "# Hello, world\n" }, message: "Second" });
  const server = { server: stage.server, url: stage.managedSpace.server.url, apiKey: stage.server.apiKey };
  return {
    servers: {
      management: toRoleServer(server, home),
      managed: toRoleServer(server, stage.managedSpace.id),
    },
    run: async (keys) => tell(await stage.run(step, { managementApiKey: keys.management, apiKey: keys.managed })),
  };
}

/** The same for a copy in the database. */
async function updateDatabase(step: StepDefinition): Promise<Scene> {
  const stage = await startDeployments();
  await letManagersApprove(stage, stage.downstream);
  await stage.deploy(await publish(stage, "1.0.0"));
  await changeTemplate(stage);
  await publish(stage, "1.0.1");
  return {
    servers: { management: toRoleServer(stage, home), managed: toRoleServer(stage, stage.downstreamId) },
    run: (keys) =>
      runStep(step, {
        parameters: {
          managementServerUrl: stage.url,
          managementApiKey: keys.management,
          managementSpaceId: home,
          project: "Hello World",
          serverUrl: stage.url,
          apiKey: keys.managed,
          spaceId: stage.downstreamId,
        },
      }),
  };
}

async function fork(): Promise<Scene> {
  const template = await startGitTemplate();
  return {
    servers: { management: toRoleServer(template, home) },
    run: ({ management }) =>
      runStep(forkRepository, {
        parameters: {
          managementServerUrl: template.url,
          managementApiKey: management,
          managementSpaceId: home,
          project: "Hello World CaC",
          gitHost: template.hostId,
          gitHostUrl: template.host.server.url,
          gitToken,
          owner: "contoso",
          tenant: "America",
        },
      }),
  };
}

/** A package that was deployed to one space and not to another, twice: the result is left, and then written over. */
async function rehearseTwice(): Promise<Scene> {
  const stage = await startRehearsals();
  // The same server by another name, so that its spaces are looked at by a user of their own.
  const url = stage.url.replace("127.0.0.1", "localhost");
  const space = await stage.addSpace("Africa", { url });
  await letManagersApprove(stage, space.api);
  await stage.deployTo(space, await stage.serialize("1.0.0"));
  await changeTemplate(stage);
  const brought = await stage.serialize("1.0.1");
  return {
    servers: { management: toRoleServer(stage, home), managed: toRoleServer(stage, space.id) },
    run({ management, managed }) {
      const options = {
        parameters: {
          managementServerUrl: stage.url,
          managementApiKey: management,
          managementSpaceId: home,
          template: "Hello World",
          deployingProject: "Hello World",
        },
        variables: { [`${instancePrefix(url)}.ApiKey`]: managed },
        packages: { package: brought },
        workingDirectory: stage.workingDirectory,
      };
      return runStep(rehearse, options, options);
    },
  };
}

/** A pull request that names one thing of each kind, whether it is there or not: all kinds are looked up. */
async function validate(): Promise<Scene> {
  const instance = (url: string): string => url.replace("127.0.0.1", "localhost");
  const stage = await startValidation({ instance });
  await stage.addCopy("Hello");
  const process = stage.read(stage.upstream);
  const named = [
    'Octopus.Action.Azure.AccountId = "azure"',
    'Octopus.Action.DeployRelease.ProjectId = "other"',
    'Octopus.Action.Email.ToTeamIds = "team"',
    'Octopus.Action.Package.FeedId = "feed"',
    'Octopus.Action.Template.Id = "ActionTemplates-1"',
    'Octopus.Action.Template.Version = "1"',
    'Octopus.Action.Script.ScriptBody = "echo #{Unknown}"',
  ].join("\n            ");
  const inStep =
    'environments = ["test"]\n        tenant_tags = ["Region/Apac"]\n        worker_pool = "pool"\n        ';
  const pull = stage.propose(stage.upstream, "all-kinds", {
    [processFile]: process
      .replace('Octopus.Action.Script.ScriptBody = "echo Wave"', named)
      .replace(/(action [^{]*\{\n\s*)/, `$1${inStep}`),
    ".octopus/variables.ocl": [
      'variable "Target" {\n    value "web-1" {\n        machine = ["web-1"]\n    }\n}\n',
      'variable "Certificate" {\n    type = "Certificate"\n\n    value "tls" {}\n}\n',
    ].join("\n"),
  });
  const server = { server: stage.server, url: stage.octopus.url, apiKey: stage.server.apiKey };
  return {
    servers: { management: toRoleServer(server, home), managed: toRoleServer(server, stage.managedSpace.id) },
    async run({ management, managed }) {
      const told = await stage.validate(
        { pullRequest: String(pull.number), managementApiKey: management ?? "" },
        { [`${instancePrefix(instance(stage.octopus.url))}.ApiKey`]: managed ?? "" },
      );
      if (told.error !== "") throw new StepError(told.error);
      return tell(told);
    },
  };
}

/** By what needs the role: each step, and installing. */
export const scenes: Record<string, (() => Promise<Scene>)[]> = {
  install: [install],
  "create-space": [() => tenants(createSpace)],
  "populate-space": [populate],
  "look-up-space": [() => tenants(lookUpSpace), haveSpaceMade],
  "serialize-project": [serialize],
  "serialize-space": [() => serializeGolden(serializeSpace)],
  "serialize-step-templates": [() => serializeGolden(serializeStepTemplates)],
  "serialize-variable-sets": [() => serializeGolden(serializeVariableSets)],
  "serialize-runbook": [() => serializeGolden(serializeRunbook, { project: "Hello World", runbook: "Restart" })],
  "fork-repository": [fork],
  "deploy-project": [deploy],
  "deploy-space": [() => deployGolden(deploySpace)],
  "deploy-runbook": [deployOneRunbook],
  "prepare-terraform-state": [prepareState],
  "record-terraform-copy": [recordCopy, recordGitCopy],
  "list-downstream-projects": [() => updateDatabase(listDownstreamProjects)],
  "find-updates": [() => updateGit(findUpdates), () => updateDatabase(findUpdates)],
  "preview-updates": [() => updateDatabase(previewUpdates)],
  rehearse: [rehearseTwice],
  "merge-updates": [() => updateGit(mergeUpdates), () => updateDatabase(mergeUpdates)],
  "validate-branch": [validate],
  "move-copies-to-git": [moveToGit],
  "report-fleet": [reportFleet],
};
