import type { Resource } from "../model/collection.ts";
import { textOf, type Fields } from "../model/fields.ts";
import { lifecycleEnvironmentIds, lifecycleOf } from "../model/progression.ts";
import { snapshotOf } from "../model/snapshots.ts";
import { requirePermission } from "./access.ts";
import { requireBody } from "./binding.ts";
import { createCrud } from "./crud.ts";
import {
  executionFields,
  executionFilters,
  queueExecution,
  scopeOfPlace,
  shownExecution,
  type ExecutionPlace,
} from "./execution-documents.ts";
import {
  checkProjectIsEnabled,
  flagAt,
  pairsOf,
  projectOfDocument,
  readClassicExecution,
  readExecution,
  textAt,
  textsAt,
  type ExecutionRequest,
  type TenancyRules,
} from "./executions.ts";
import { checkFreezes, overriddenFreezes } from "./freeze-rules.ts";
import { findProjectByName } from "./projects.ts";
import { findRelease, progressOf, refreshVariables, releaseOf, releases } from "./releases.ts";
import { badRequest, type Call, type Route } from "./route.ts";

export const deployments = createCrud({
  kind: "deployments",
  path: "/api/{space}/deployments",
  itemType: "Deployment",
  noun: "deployment",
  fields: {},
  links: deploymentLinks,
  view: (shown) => shownExecution(shown),
  filters: {
    ...executionFilters,
    channels: (deployment, value) => value.split(",").includes(textOf(deployment, "ChannelId")),
  },
  sortBy: "newest",
  permissions: { view: "DeploymentView", delete: "DeploymentDelete" },
  without: ["all", "create", "replace"],
});

export const deploymentRoutes: Route[] = [
  { method: "POST", path: "/api/{space}/deployments/create/untenanted/v1", handle: deployByName },
  { method: "POST", path: "/api/{space}/deployments/create/tenanted/v1", handle: deployByName },
  { method: "POST", path: "/api/{space}/deployments", handle: deployClassic },
  ...deployments.routes,
  {
    method: "GET",
    path: "/api/{space}/releases/{release}/deployments",
    handle: (call) => ({ body: pageWhere(call, "ReleaseId", releaseOf(call).Id) }),
  },
];

export async function deployByName(call: Call): Promise<{ status: number; body: unknown }> {
  const sent = requireBody(call.body);
  const project = findProjectByName(call, textAt(sent, "ProjectName") || textAt(sent, "ProjectIdOrName"));
  const version = textAt(sent, "ReleaseVersion");
  const release = findRelease(call, project, version);
  // Assumed: 400, as for the other names of the executions API.
  if (release === undefined)
    throw badRequest(`The release '${version}' of the project '${textOf(project, "Name")}' does not exist.`);
  const started = isForNobody(call) ? [] : await deployTo(call, { release, project, sent });
  // Docs, deployments: the executions API answers 200.
  return {
    status: 200,
    body: {
      DeploymentServerTasks: started.map((one) => ({ DeploymentId: one.Id, ServerTaskId: textOf(one, "TaskId") })),
    },
  };
}

async function deployTo(
  call: Call,
  { release, project, sent }: { release: Resource; project: Resource; sent: Fields },
): Promise<Resource[]> {
  const request = readExecution(call, rulesOf(project));
  return deploy(call, { release, request, updateVariables: flagAt(sent, "UpdateVariableSnapshot") === true });
}

/** Docs, deployments: a tenanted one "with both empty", tenants and tags, deploys nothing and raises no error. */
function isForNobody(call: Call): boolean {
  const sent = requireBody(call.body);
  const isTenanted = new URL(call.request.url).pathname.toLowerCase().includes("/create/tenanted/");
  return isTenanted && textsAt(sent, "Tenants").length === 0 && textsAt(sent, "TenantTags").length === 0;
}

export async function deployClassic(call: Call): Promise<{ status: number; body: unknown }> {
  const release = releases.find(textAt(requireBody(call.body), "ReleaseId"), call);
  const request = readClassicExecution(call, rulesOf(projectOfDocument(call, release)));
  const started = await deploy(call, { release, request, updateVariables: false });
  const shown = started.map((one) => deployments.show(one, call));
  return { status: 201, body: shown.length === 1 ? shown[0] : shown };
}

function rulesOf(project: Resource): TenancyRules {
  return {
    project,
    mode: textOf(project, "TenantedDeploymentMode"),
    subject: `the project '${textOf(project, "Name")}'`,
  };
}

interface DeployOptions {
  release: Resource;
  request: ExecutionRequest;
  updateVariables: boolean;
}

/** One deployment for each environment and tenant; nothing is started when one of them is refused. */
async function deploy(call: Call, { release, request, updateVariables }: DeployOptions): Promise<Resource[]> {
  const project = projectOfDocument(call, release);
  checkProjectIsEnabled(project);
  const pairs = pairsOf(request, project);
  for (const { environment, tenant } of pairs) {
    const scope = scopeOfPlace(call, { project, environment, tenant });
    requirePermission(call, "DeploymentCreate", { kind: "deployments", resource: scope });
    checkProgress(call, { release, project, environment, tenant });
    checkFreezes(call, { project, environment, tenant, startTime: request.queueTime });
  }
  if (updateVariables) await refreshVariables(call, release);
  const process = call.model.collection("deploymentprocesses").find(snapshotOf(release).FrozenProcessId) ?? {};
  const documents = pairs.map(({ environment, tenant }) => ({
    environment,
    tenant,
    fields: {
      ...executionFields(call, request, { frozen: release, process, environment, tenant }),
      OverriddenFreezes: overriddenFreezes(call),
    },
  }));
  return documents.map(({ environment, tenant, fields }) =>
    startDeployment(call, { release, project, environment, tenant, fields }),
  );
}

interface Target extends ExecutionPlace {
  release: Resource;
}

/** Source: docs, lifecycles: phases are deployed to in order, and what was deployed can be deployed again; the sentences are assumed. */
function checkProgress(call: Call, { release, project, environment, tenant }: Target): void {
  const channel = call.model.collection("channels").find(textOf(release, "ChannelId"));
  const lifecycle = lifecycleOf(call.model, { project, channel });
  const [version, name] = [textOf(release, "Version"), textOf(environment, "Name")];
  if (lifecycle !== undefined && !lifecycleEnvironmentIds(call.model, lifecycle).includes(environment.Id)) {
    throw badRequest(
      `The release '${version}' cannot be deployed to the environment '${name}' because it is not in the lifecycle '${textOf(lifecycle, "Name")}'.`,
    );
  }
  if (progressOf(call, release, tenant).reachableEnvironmentIds.includes(environment.Id)) return;
  throw badRequest(
    `The release '${version}' cannot be deployed to the environment '${name}' yet because it has not completed the phases of the lifecycle before it, or has an unresolved defect.`,
  );
}

function startDeployment(
  call: Call,
  { release, project, environment, tenant, fields }: Target & { fields: Fields },
): Resource {
  const deployment = call.model.collection("deployments").add({
    ...fields,
    Name: `Deploy to ${textOf(environment, "Name")}`,
    ProjectId: project.Id,
    ReleaseId: release.Id,
    ChannelId: textOf(release, "ChannelId"),
    DeploymentProcessId: fields["FrozenProcessId"],
    ForcePackageRedeployment: false,
    Changes: [],
    ChangesMarkdown: "",
  });
  queueExecution(call, deployment, {
    place: { project, environment, tenant },
    task: { name: "Deploy", argument: "DeploymentId" },
    description: `Deploy ${textOf(project, "Name")} release ${textOf(release, "Version")} to`,
  });
  return deployment;
}

function pageWhere(call: Call, field: string, id: string): Fields {
  return deployments.page(
    deployments.list(call).filter((deployment) => deployment[field] === id),
    call,
  );
}

function deploymentLinks(self: string, deployment: Resource): Record<string, string> {
  const space = self.slice(0, self.indexOf("/deployments/"));
  return {
    Project: `${space}/projects/${textOf(deployment, "ProjectId")}`,
    Release: `${space}/releases/${textOf(deployment, "ReleaseId")}`,
    Environment: `${space}/environments/${textOf(deployment, "EnvironmentId")}`,
    Task: `/api/tasks/${textOf(deployment, "TaskId")}`,
    Artifacts: `${space}/artifacts?regarding=${deployment.Id}`,
    Interruptions: `${space}/interruptions?regarding=${deployment.Id}`,
  };
}
