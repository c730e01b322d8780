import type { Resource } from "../model/collection.ts";
import { fieldsOf, listOf, numberOf, propertyOf, textOf, type Fields } from "../model/fields.ts";
import type { OctopusModel } from "../model/model.ts";
import { normalizeParameters, repeatedNames } from "../model/parameters.ts";
import { normalizePackageReferences, normalizeProperties } from "../model/processes.ts";
import { isFrozen } from "../model/snapshots.ts";
import { requirePermission } from "./access.ts";
import { requireBody } from "./binding.ts";
import { createCrud } from "./crud.ts";
import { badRequest, notFound, type Answer, type Call, type Route } from "./route.ts";
import { keepImage, showImage } from "./uploaded-image.ts";
import { checkVersion, outOfDate } from "./stale-version.ts";

export const actionTemplates = createCrud({
  kind: "actiontemplates",
  path: "/api/{space}/actiontemplates",
  itemType: "ActionTemplate",
  noun: "step template",
  fields: {
    Name: "",
    Description: null,
    ActionType: "",
    Properties: {},
    Parameters: [],
    Packages: [],
    GitDependencies: [],
    CommunityActionTemplateId: null,
  },
  naming: { slugs: false },
  references: { CommunityActionTemplateId: "communityactiontemplates" },
  // Source: the reference's PUT does not have it.
  kept: ["CommunityActionTemplateId"],
  defaults: (fields, { model }, stored) => ({
    // Source: Octopus's issues 2979 and 9185: a new template is version 0.
    Version: stored === undefined ? Number(!model.strictness.versionZero) : numberOf(stored, "Version") + 1,
    Properties: normalizeProperties(fields["Properties"], fieldsOf(stored ?? {}, "Properties")),
    Parameters: normalizeParameters(fields["Parameters"], listOf(stored ?? {}, "Parameters")),
    Packages: normalizePackageReferences(fields["Packages"]),
  }),
  validate: validateTemplate,
  saved: (template, call) => keepVersion(call.model, template),
  inUse: (template, call) => whyTemplateStays(template, call),
  removed: (template, call) => {
    for (const version of versionsOf(call.model, template))
      call.model.collection("actiontemplateversions").remove(version.Id);
  },
  links: (self) => ({
    Usage: `${self}/usage{?skip,take}`,
    Versions: `${self}/versions`,
    ActionsUpdate: `${self}/actionsUpdate`,
    Logo: `${self}/logo`,
  }),
  filters: {
    isCommunityActionTemplate: (template, value) =>
      (textOf(template, "CommunityActionTemplateId") !== "") === (value.toLowerCase() === "true"),
  },
  permissions: {
    view: "ActionTemplateView",
    create: "ActionTemplateCreate",
    edit: "ActionTemplateEdit",
    delete: "ActionTemplateDelete",
  },
});

export const actionTemplateRoutes: Route[] = [
  {
    method: "GET",
    path: "/api/{space}/actiontemplates/categories",
    handle: () => ({ body: [{ Id: "Script", Name: "Script", DisplayOrder: 10, Links: {} }] }),
  },
  {
    method: "GET",
    path: "/api/{space}/actiontemplates/search",
    permission: "ActionTemplateView",
    handle: (call) => ({ body: search(call) }),
  },
  ...actionTemplates.routes,
  { method: "DELETE", path: "/api/{space}/actiontemplates/{id}/v1", handle: removeV1 },
  {
    method: "GET",
    path: "/api/{space}/actiontemplates/{id}/versions",
    handle: (call) => ({ body: versionsOf(call.model, find(call)).map((version) => showVersion(version, call)) }),
  },
  {
    method: "GET",
    path: "/api/{space}/actiontemplates/{id}/versions/{version}",
    handle: (call) => ({ body: showVersion(versionOf(call), call) }),
  },
  {
    method: "GET",
    path: "/api/{space}/actiontemplates/{id}/usage",
    handle: (call) => ({ body: usagesOf(find(call), call).map(showUsage) }),
  },
  { method: "POST", path: "/api/{space}/actiontemplates/{id}/actionsUpdate", handle: updateActions },
  { method: "GET", path: "/api/{space}/actiontemplates/{id}/logo", handle: logoOf },
  { method: "POST", path: "/api/{space}/actiontemplates/{id}/logo", rawBody: true, handle: setLogo },
  { method: "PUT", path: "/api/{space}/actiontemplates/{id}/logo", rawBody: true, handle: setLogo },
  { method: "GET", path: "/api/{space}/actiontemplates/{id}/versions/{version}/logo", handle: logoOf },
];

function find(call: Call): Resource {
  return actionTemplates.find(call.params["id"] ?? "", call);
}

/** Source: go-octopusdeploy marks ActionType as required; a PUT carries the version that was read (Terraform provider); sentences are assumed. */
function validateTemplate(fields: Fields, call: Call, stored: Resource | undefined): void {
  if (textOf(fields, "ActionType") === "") throw badRequest("Please provide a value for ActionType.");
  if (stored !== undefined) checkVersion(stored, requireBody(call.body), outOfDate("ActionTemplate", stored.Id));
  const parameters = normalizeParameters(fields["Parameters"], []);
  if (parameters.some((parameter) => textOf(parameter, "Name").trim() === ""))
    throw badRequest("Please provide a name for each parameter.");
  const repeated = repeatedNames(parameters);
  if (repeated.length > 0) throw badRequest(`The parameter name '${repeated[0]}' is used more than once.`);
}

/** Every version stays readable: steps go on using the one that they were made with. */
function keepVersion(model: OctopusModel, template: Resource): void {
  const { Id, ...content } = structuredClone(template);
  model
    .collection("actiontemplateversions")
    .add({ ...content, Id: `${Id}-v${numberOf(template, "Version")}`, LatestActionTemplateId: Id });
}

function versionsOf(model: OctopusModel, template: Resource): Resource[] {
  return model
    .collection("actiontemplateversions")
    .listInSpace(textOf(template, "SpaceId"), (version) => version["LatestActionTemplateId"] === template.Id);
}

function versionOf(call: Call): Resource {
  const template = find(call);
  const wanted = call.params["version"] ?? "";
  const found = versionsOf(call.model, template).find((version) => String(version["Version"]) === wanted);
  if (found === undefined) throw notFound();
  return found;
}

/** A version is shown under the template's own id, as clients ask for it. */
function showVersion(version: Resource, call: Call): Fields {
  const { LatestActionTemplateId, ...shown } = version;
  return actionTemplates.show({ ...shown, Id: String(LatestActionTemplateId) }, call);
}

interface Usage {
  process: Resource;
  step: Fields;
  action: Fields;
}

function usagesOf(template: Resource, call: Call): Usage[] {
  const processes = [
    ...call.model.collection("deploymentprocesses").listInSpace(call.space.Id),
    ...call.model.collection("runbookprocesses").listInSpace(call.space.Id),
  ];
  return processes
    .filter((process) => !isFrozen(process))
    .flatMap((process) =>
      listOf(process, "Steps").flatMap((step) => listOf(step, "Actions").map((action) => ({ process, step, action }))),
    )
    .filter(({ action }) => textOf(fieldsOf(action, "Properties"), "Octopus.Action.Template.Id") === template.Id)
    .map((usage) => ({ ...usage, process: withNames(usage.process, call) }));
}

function withNames(process: Resource, call: Call): Resource {
  const project = call.model.collection("projects").find(textOf(process, "ProjectId"));
  const runbook = call.model.collection("runbooks").find(textOf(process, "RunbookId"));
  return {
    ...process,
    ProjectName: textOf(project ?? {}, "Name"),
    ProjectSlug: textOf(project ?? {}, "Slug"),
    RunbookName: runbook === undefined ? null : textOf(runbook, "Name"),
  };
}

function showUsage({ process, step, action }: Usage): Fields {
  const isRunbook = textOf(process, "RunbookId") !== "";
  return {
    Id: null,
    ActionId: textOf(action, "Id"),
    ActionName: textOf(action, "Name"),
    StepId: textOf(step, "Id"),
    StepName: textOf(step, "Name"),
    ProjectId: textOf(process, "ProjectId"),
    ProjectName: process["ProjectName"],
    ProjectSlug: process["ProjectSlug"],
    RunbookId: isRunbook ? process["RunbookId"] : null,
    RunbookName: process["RunbookName"],
    ProcessId: process.Id,
    DeploymentProcessId: process.Id,
    ProcessType: isRunbook ? "Runbook" : "Deployment",
    ActionTemplateId: textOf(fieldsOf(action, "Properties"), "Octopus.Action.Template.Id"),
    Version: textOf(fieldsOf(action, "Properties"), "Octopus.Action.Template.Version"),
    Branch: null,
    Release: null,
    Links: {},
  };
}

/** Docs, custom step templates: a template that steps use cannot be deleted; the sentence is assumed. */
function whyTemplateStays(template: Resource, call: Call): string | undefined {
  const [first] = usagesOf(template, call);
  if (first === undefined) return undefined;
  return `The step template '${textOf(template, "Name")}' cannot be deleted because the step '${textOf(first.step, "Name")}' of the project '${textOf(first.process, "ProjectName")}' uses it.`;
}

/**
 * Brings steps to another version of their template: `{ ActionIdsByProcessId, Version, DefaultPropertyValues, Overrides }`, as the portal's
 * "Update" does; parameters that the step has keep their values, new ones take the default.
 */
function updateActions(call: Call): { body: unknown } {
  const template = find(call);
  const sent = requireBody(call.body);
  const wanted = Number(propertyOf(sent, "Version") ?? numberOf(template, "Version"));
  const version = versionsOf(call.model, template).find((candidate) => candidate["Version"] === wanted);
  // Assumed: status and sentence.
  if (version === undefined) throw badRequest(`The step template '${template.Id}' has no version '${wanted}'.`);
  const byProcess = fieldsOf({ value: propertyOf(sent, "ActionIdsByProcessId") }, "value");
  const outcomes = Object.entries(byProcess).flatMap(([processId, ids]) =>
    updateProcess(call, { processId, ids: new Set(Array.isArray(ids) ? ids : []), version, template }),
  );
  return { body: outcomes };
}

function updateProcess(
  call: Call,
  {
    processId,
    ids,
    version,
    template,
  }: { processId: string; ids: ReadonlySet<unknown>; version: Resource; template: Resource },
): Fields[] {
  const process =
    call.model.collection("deploymentprocesses").find(processId) ??
    call.model.collection("runbookprocesses").find(processId);
  // Assumed: status and sentence.
  if (process === undefined || process["SpaceId"] !== call.space.Id)
    throw badRequest(`The process '${processId}' does not exist in this space.`);
  const isRunbook = textOf(process, "RunbookId") !== "";
  requirePermission(call, isRunbook ? "RunbookEdit" : "ProcessEdit", {
    kind: isRunbook ? "runbookprocesses" : "deploymentprocesses",
    resource: process,
  });
  const actions = listOf(process, "Steps")
    .flatMap((step) => listOf(step, "Actions"))
    .filter((action) => ids.has(action["Id"]));
  for (const action of actions)
    action["Properties"] = updatedProperties(fieldsOf(action, "Properties"), { version, template });
  if (actions.length > 0) process["Version"] = numberOf(process, "Version") + 1;
  return actions.map((action) => ({ ActionId: action["Id"], ProcessId: process.Id, Outcome: "Success", Errors: [] }));
}

function updatedProperties(current: Fields, { version, template }: { version: Resource; template: Resource }): Fields {
  const parameters = listOf(version, "Parameters").map((parameter) => [
    textOf(parameter, "Name"),
    current[textOf(parameter, "Name")] ?? parameter["DefaultValue"] ?? "",
  ]);
  return {
    ...structuredClone(fieldsOf(version, "Properties")),
    ...Object.fromEntries(parameters),
    "Octopus.Action.Template.Id": template.Id,
    "Octopus.Action.Template.Version": String(version["Version"]),
  };
}

function removeV1(call: Call): { body: unknown } {
  actionTemplates.remove(find(call), call);
  return { body: {} };
}

/** Step types that every server has, as far as clients name them (Terraform provider, process step resources). */
const builtInTypes: Readonly<Record<string, string>> = {
  "Octopus.Script": "Run a Script",
  "Octopus.Manual": "Manual Intervention Required",
  "Octopus.TentaclePackage": "Deploy a Package",
  "Octopus.DeployRelease": "Deploy a Release",
  "Octopus.TerraformApply": "Apply a Terraform template",
  "Octopus.TerraformPlan": "Plan to apply a Terraform template",
  "Octopus.TerraformDestroy": "Destroy Terraform resources",
  "Octopus.TerraformPlanDestroy": "Plan a Terraform destroy",
};

function builtInRows(): Fields[] {
  return Object.entries(builtInTypes).map(([type, name]) => ({
    Id: null,
    Name: name,
    Description: "",
    SpaceId: null,
    Version: null,
    Type: type,
    Category: "BuiltIn",
    Categories: ["BuiltInStep"],
    Keywords: "",
    IsBuiltIn: true,
    IsInstalled: true,
    HasUpdate: false,
    CommunityActionTemplateId: null,
    Author: null,
    Website: null,
    Features: [],
    Prerelease: null,
    Links: {},
  }));
}

function search(call: Call): Fields[] {
  const type = call.query.get("type")?.toLowerCase();
  const isWanted = (rowType: unknown): boolean => !type || String(rowType).toLowerCase() === type;
  const installed = actionTemplates.list(call).map((template) => ({
    Id: template.Id,
    Name: template["Name"],
    Description: template["Description"],
    SpaceId: template["SpaceId"],
    Version: String(template["Version"]),
    Type: template["ActionType"],
    Category: null,
    Categories: [],
    Keywords: "",
    IsBuiltIn: false,
    IsInstalled: true,
    HasUpdate: false,
    CommunityActionTemplateId: template["CommunityActionTemplateId"],
    Author: null,
    Website: null,
    Features: [],
    Prerelease: null,
    Links: { Self: `/api/${call.space.Id}/actiontemplates/${template.Id}` },
  }));
  return [...builtInRows(), ...installed].filter((row) => isWanted(row["Type"]));
}

/** An id here may be the type of a step, too. */
function logoOf(call: Call): Answer {
  return showImage(call, { Id: call.params["id"] ?? "" });
}

async function setLogo(call: Call): Promise<Answer> {
  const template = find(call);
  requirePermission(call, "ActionTemplateEdit", { kind: "actiontemplates", resource: template });
  return keepImage(call, template);
}
