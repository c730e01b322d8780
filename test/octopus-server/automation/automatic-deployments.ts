import type { Resource } from "../model/collection.ts";
import { textOf, type Fields } from "../model/fields.ts";
import type { OctopusModel } from "../model/model.ts";
import { lifecycleOf, progressionOf } from "../model/progression.ts";
import { isConnected, tenantEnvironments } from "../model/tenancy.ts";
import { deployClassic } from "../routes/deployments.ts";
import { attempt } from "./attempt.ts";
import { createServerCall } from "./server-call.ts";

/** A new release goes where the first phases of its lifecycle say that it goes by itself (docs, lifecycles: "Deploy automatically"). */
export function deployNewRelease(model: OctopusModel, release: Resource): void {
  const project = model.collection("projects").find(textOf(release, "ProjectId"));
  if (project === undefined) return;
  const mode = textOf(project, "TenantedDeploymentMode");
  if (mode !== "Tenanted") deployOnwards(model, { release, project, tenant: undefined });
  if (mode === "Untenanted") return;
  const tenants = model
    .collection("tenants")
    .listInSpace(textOf(project, "SpaceId"), (tenant) => isConnected(tenant, project.Id));
  for (const tenant of tenants) deployOnwards(model, { release, project, tenant });
}

/** A deployment that succeeded takes its release, for its tenant, to the environments of the phase that begins. */
export function deployFurther(model: OctopusModel, deployment: Resource): void {
  const release = model.collection("releases").find(textOf(deployment, "ReleaseId"));
  const project = model.collection("projects").find(textOf(deployment, "ProjectId"));
  const tenant = model.collection("tenants").find(textOf(deployment, "TenantId"));
  if (release !== undefined && project !== undefined) deployOnwards(model, { release, project, tenant });
}

interface Journey {
  release: Resource;
  project: Resource;
  tenant: Resource | undefined;
}

function deployOnwards(model: OctopusModel, journey: Journey): void {
  const space = model.collection("spaces").find(textOf(journey.project, "SpaceId"));
  if (space === undefined) return;
  for (const environmentId of automaticTargets(model, journey)) {
    const { release, tenant } = journey;
    const body: Fields = { ReleaseId: release.Id, EnvironmentId: environmentId, TenantId: tenant?.Id ?? null };
    void attempt(model, {
      space,
      what: `Automatic deployment of ${release.Id} to ${environmentId}`,
      related: [release.Id],
      work: () => deployClassic(createServerCall(model, { space, body })),
    });
  }
}

/** Environments of the current phases to which the release was not deployed before, successfully or not. */
function automaticTargets(model: OctopusModel, { release, project, tenant }: Journey): string[] {
  const channel = model.collection("channels").find(textOf(release, "ChannelId"));
  const lifecycle = lifecycleOf(model, { project, channel });
  if (lifecycle === undefined) return [];
  const { phases, nextEnvironmentIds } = progressionOf(model, { lifecycle, release, tenant });
  const connected = tenant === undefined ? undefined : tenantEnvironments(tenant, project.Id);
  return phases
    .filter((phase) => phase.Progress === "Current" && !phase.Blocked)
    .flatMap((phase) => {
      const tried = new Set(phase.deployments.map((deployment) => textOf(deployment, "EnvironmentId")));
      return phase.AutomaticDeploymentTargets.filter((id) => !tried.has(id));
    })
    .filter((id) => nextEnvironmentIds.includes(id) && (connected === undefined || connected.includes(id)));
}
