import type { Resource } from "../model/collection.ts";
import { listOf, numberOf, propertyOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import { findProcess } from "../model/processes.ts";
import { findVariableSet, snapshotOf } from "../model/snapshots.ts";
import { requireBody } from "./binding.ts";
import { findNamed, projectOfDocument, textAt } from "./executions.ts";
import { previewOf } from "./previews.ts";
import { notFound, type Call, type Route } from "./route.ts";
import { snapshotOfPath } from "./runbookruns.ts";
import { runbookEnvironments, runbookOf, runbooks } from "./runbooks.ts";

/** What a run would do and ask for, and where it could go. */
export const runbookRunPreviewRoutes: Route[] = [
  {
    method: "GET",
    path: "/api/{space}/runbookSnapshots/{snapshot}/runbookRuns/preview/{environment}",
    handle: previewSnapshot,
  },
  { method: "GET", path: "/api/{space}/runbooks/{runbook}/runbookRuns/preview/{environment}", handle: previewRunbook },
  {
    method: "GET",
    path: "/api/{space}/runbooks/{runbook}/runbookRuns/preview/{environment}/{tenant}",
    handle: previewRunbook,
  },
  {
    method: "GET",
    path: "/api/{space}/projects/{project}/runbooks/{runbook}/runbookRuns/preview/{environment}",
    handle: previewRunbook,
  },
  {
    method: "GET",
    path: "/api/{space}/projects/{project}/runbooks/{runbook}/runbookRuns/preview/{environment}/{tenant}",
    handle: previewRunbook,
  },
  {
    method: "POST",
    path: "/api/{space}/projects/{project}/runbooks/{runbook}/runbookRuns/previews",
    handle: previewMany,
  },
  {
    method: "GET",
    path: "/api/{space}/runbooks/{runbook}/runbookRunTemplate",
    handle: (call) => ({ body: runTemplate(call, runbookOf(call)) }),
  },
  {
    method: "GET",
    path: "/api/{space}/runbookSnapshots/{snapshot}/runbookRuns/template",
    handle: (call) => ({ body: snapshotTemplate(call, snapshotOfPath(call)) }),
  },
];

function previewSnapshot(call: Call): { body: unknown } {
  const frozen = snapshotOf(snapshotOfPath(call));
  const process = call.model.collection("runbookprocesses").find(frozen.FrozenProcessId) ?? {};
  return {
    body: previewOf(call, {
      process,
      variableSetIds: frozen.FrozenVariableSetIds,
      environment: environmentOfPath(call),
    }),
  };
}

function previewRunbook(call: Call): { body: unknown } {
  const runbook = runbookOf(call);
  const name = call.params["tenant"];
  if (name !== undefined) findNamed(call, { kind: "tenants", what: "tenant", name });
  return { body: previewOf(call, { ...draftOf(call, runbook), environment: environmentOfPath(call) }) };
}

/** One preview for each environment and tenant that is asked for (go-octopusdeploy `DeploymentPreviewsBody`). */
function previewMany(call: Call): { body: unknown } {
  const runbook = runbookOf(call);
  const asked = listOf(
    {
      value:
        propertyOf(requireBody(call.body), "DeploymentPreviews") ??
        propertyOf(requireBody(call.body), "RunbookRunPreviews"),
    },
    "value",
  );
  const previews = asked.map((one) => {
    const environment = findNamed(call, {
      kind: "environments",
      what: "environment",
      name: textAt(one, "EnvironmentId"),
    });
    const tenantId = textAt(one, "TenantId");
    if (tenantId !== "") findNamed(call, { kind: "tenants", what: "tenant", name: tenantId });
    return previewOf(call, { ...draftOf(call, runbook), environment });
  });
  return { body: previews };
}

/** What would be frozen if the runbook ran now: process and variables as they are. */
function draftOf(call: Call, runbook: Resource): { process: Fields; variableSetIds: string[] } {
  const project = projectOfDocument(call, runbook);
  const owners = [project.Id, ...textsOf(project, "IncludedLibraryVariableSetIds")];
  return {
    process: findProcess(call.model, { kind: "runbookprocesses", ownerId: runbook.Id }) ?? {},
    variableSetIds: owners.flatMap((ownerId) => findVariableSet(call.model, ownerId)?.Id ?? []),
  };
}

/** What differs from when the snapshot was taken. Source: OctopusClients, `RunbookRunTemplateResource`; that the versions decide is assumed. */
function snapshotTemplate(call: Call, snapshot: Resource): Fields {
  const runbook = runbooks.find(textOf(snapshot, "RunbookId"), call);
  const { process, variableSetIds } = draftOf(call, runbook);
  const [own = "", ...libraries] = variableSetIds;
  const frozen = snapshotOf(snapshot);
  const [frozenOwn = "", ...frozenLibraries] = frozen.FrozenVariableSetIds;
  const versionOf = (id: string): string =>
    `${id}-s-${numberOf(call.model.collection("variablesets").find(id) ?? {}, "Version")}`;
  const withoutCode = (id: string): string => id.replace(/-[0-9A-Z]{5}$/, "");
  return {
    ...runTemplate(call, runbook),
    IsRunbookProcessModified:
      withoutCode(frozen.FrozenProcessId) !== `${textOf(process, "Id")}-s-${numberOf(process, "Version")}`,
    IsVariableSetModified: withoutCode(frozenOwn) !== versionOf(own),
    IsLibraryVariableSetModified: frozenLibraries.map(withoutCode).join() !== libraries.map(versionOf).join(),
  };
}

function runTemplate(call: Call, runbook: Resource): Fields {
  const environments = runbookEnvironments(call.model, runbook);
  return {
    Id: null,
    IsGitResourceModified: false,
    IsRunbookProcessModified: false,
    IsVariableSetModified: false,
    IsLibraryVariableSetModified: false,
    PromoteTo: environments.map((environment) => ({
      Id: environment.Id,
      Name: textOf(environment, "Name"),
      Links: {},
    })),
    TenantPromotions: [],
    Links: {},
  };
}

/** The environment that `{environment}` of a path names. */
export function environmentOfPath(call: Call): Resource {
  const environment = call.model.collection("environments").find(call.params["environment"] ?? "");
  if (environment === undefined || environment["SpaceId"] !== call.space.Id) throw notFound();
  return environment;
}
