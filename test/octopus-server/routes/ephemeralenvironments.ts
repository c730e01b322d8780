import type { Resource } from "../model/collection.ts";
import { propertyOf, textOf, type Fields } from "../model/fields.ts";
import { requireBody } from "./binding.ts";
import { channelsOf } from "./channels.ts";
import { createCrud } from "./crud.ts";
import { projectOf } from "./projects.ts";
import { badRequest, since, type Call } from "./route.ts";

/** Made for a project and taken away again; listed by `environments/v2` only (go-octopusdeploy, ephemeral environments). */
export const ephemeralEnvironments = createCrud({
  kind: "ephemeralenvironments",
  path: "/api/{space}/environments/ephemeral",
  itemType: "Environment",
  noun: "ephemeral environment",
  fields: { Name: "", Description: "", SortOrder: 0, UseGuidedFailure: false, ParentEnvironmentId: "" },
  references: { ParentEnvironmentId: "parentenvironments" },
  permissions: { view: "EnvironmentView", create: "EnvironmentCreate", delete: "EnvironmentDelete" },
});

/** They can be made and deprovisioned; provisioning runbooks are not run, and nothing deploys to them here. Since when: Octopus's issue 9631. */
export const ephemeralEnvironmentsRoutes = since("2025.4", [
  {
    method: "POST",
    path: "/api/{space}/projects/{project}/environments/ephemeral",
    permission: "EnvironmentCreate",
    handle: (call) => ({ status: 201, body: { Id: create(call).Id } }),
  },
  {
    method: "POST",
    path: "/api/{space}/projects/{project}/environments/ephemeral/{id}/deprovision",
    permission: "EnvironmentDelete",
    handle: (call) => ({ body: deprovision(call, { DeprovisioningRun: null }) }),
  },
  {
    method: "POST",
    path: "/api/{space}/environments/ephemeral/{id}/deprovision",
    permission: "EnvironmentDelete",
    handle: (call) => ({ body: deprovision(call, { DeprovisioningRuns: [] }) }),
  },
]);

function create(call: Call): Resource {
  const name = propertyOf(requireBody(call.body), "EnvironmentName");
  return ephemeralEnvironments.create({ Name: name, ParentEnvironmentId: parentFor(call) }, call);
}

/** The parent that the project's ephemeral channel names; that a project without one is refused is assumed. */
function parentFor(call: Call): string {
  const channels = channelsOf(call, projectOf(call).Id);
  const parent = channels.map((channel) => textOf(channel, "ParentEnvironmentId")).find((id) => id !== "");
  if (parent === undefined) throw badRequest("The project has no channel for ephemeral environments.");
  return parent;
}

function deprovision(call: Call, answer: Fields): Fields {
  ephemeralEnvironments.remove(ephemeralEnvironments.find(call.params["id"] ?? "", call), call);
  return answer;
}
