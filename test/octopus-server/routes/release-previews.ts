import { listOf, propertyOf, textOf, type Fields } from "../model/fields.ts";
import { findProcess } from "../model/processes.ts";
import { snapshotOf } from "../model/snapshots.ts";
import { requireBody } from "./binding.ts";
import { findNamed, projectOfDocument, textAt } from "./executions.ts";
import { previewOf } from "./previews.ts";
import { progressOf, releaseOf } from "./releases.ts";
import type { Call, Route } from "./route.ts";

/** What a deployment of a release would do and ask for, and where the release could go. */
export const releasePreviewRoutes: Route[] = [
  {
    method: "GET",
    path: "/api/{space}/releases/{release}/deployments/template",
    handle: (call) => ({ body: deploymentTemplate(call) }),
  },
  { method: "GET", path: "/api/{space}/releases/{release}/deployments/preview/{environment}", handle: previewOne },
  {
    method: "GET",
    path: "/api/{space}/releases/{release}/deployments/preview/{environment}/{tenant}",
    handle: previewOne,
  },
  { method: "POST", path: "/api/{space}/releases/{release}/deployments/previews", handle: previewMany },
];

function deploymentTemplate(call: Call): Fields {
  const release = releaseOf(call);
  const project = projectOfDocument(call, release);
  const progression = progressOf(call, release);
  const tenants = call.model.collection("tenants").listInSpace(call.space.Id);
  const current = findProcess(call.model, { kind: "deploymentprocesses", ownerId: project.Id });
  return {
    Id: null,
    // A process in Git has no current state: it is never said to be modified (assumed).
    IsDeploymentProcessModified:
      current !== undefined && current["LastSnapshotId"] !== release["ProjectDeploymentProcessSnapshotId"],
    IsGitResourceModified: false,
    IsVariableSetModified: false,
    IsLibraryVariableSetModified: false,
    DeploymentNotes: null,
    PromoteTo: progression.reachableEnvironmentIds.map((id) => target(call, { kind: "environments", id })),
    TenantPromotions: tenants
      .map((tenant) => ({ tenant, reachable: progressOf(call, release, tenant).reachableEnvironmentIds }))
      .filter(({ reachable }) => reachable.length > 0)
      .map(({ tenant, reachable }) => ({
        ...target(call, { kind: "tenants", id: tenant.Id }),
        PromoteTo: reachable.map((id) => target(call, { kind: "environments", id })),
      })),
    Links: {},
  };
}

function target(call: Call, { kind, id }: { kind: "environments" | "tenants"; id: string }): Fields {
  const preview =
    kind === "environments"
      ? {
          Preview: `/api/${call.space.Id}/releases/${call.params["release"]}/deployments/preview/${id}{?includeDisabledSteps}`,
        }
      : {};
  return { Id: id, Name: textOf(call.model.collection(kind).find(id) ?? {}, "Name"), Links: preview };
}

function previewOne(call: Call): { body: unknown } {
  const tenantId = call.params["tenant"] ?? call.query.get("tenantId");
  return { body: previewFor(call, { environmentId: call.params["environment"] ?? "", tenantId: tenantId ?? "" }) };
}

function previewMany(call: Call): { body: unknown } {
  const asked = listOf({ value: propertyOf(requireBody(call.body), "DeploymentPreviews") }, "value");
  return {
    body: asked.map((one) =>
      previewFor(call, { environmentId: textAt(one, "EnvironmentId"), tenantId: textAt(one, "TenantId") }),
    ),
  };
}

function previewFor(call: Call, { environmentId, tenantId }: { environmentId: string; tenantId: string }): Fields {
  const frozen = snapshotOf(releaseOf(call));
  const process = call.model.collection("deploymentprocesses").find(frozen.FrozenProcessId) ?? {};
  const environment = findNamed(call, { kind: "environments", what: "environment", name: environmentId });
  if (tenantId !== "") findNamed(call, { kind: "tenants", what: "tenant", name: tenantId });
  const preview = previewOf(call, { process, variableSetIds: frozen.FrozenVariableSetIds, environment });
  return { ...preview, Changes: [], ChangesMarkdown: "" };
}
