import { randomUUID } from "node:crypto";
import { scopingEnvironments } from "../model/environment-kinds.ts";
import type { Resource } from "../model/collection.ts";
import { fieldsOf, isFields, listOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import type { Kind } from "../model/model.ts";
import { isSensitive } from "../model/sensitive.ts";
import { has } from "../model/server-version.ts";
import { cronProblem, isScheduleTime, isTimeZone, toScheduleTime } from "../model/schedules.ts";
import { actionsIn, findProcess } from "../model/processes.ts";
import { checkReference } from "./crud-checks.ts";
import { createCrud } from "./crud.ts";
import { projectOf } from "./projects.ts";
import { badRequest, notFound, type Call, type Route } from "./route.ts";
import { isVersionControlled } from "./version-control-settings.ts";

const filterTypes = [
  "MachineFilter",
  "DailySchedule",
  "DaysPerWeekSchedule",
  "DaysPerMonthSchedule",
  "CronExpressionSchedule",
  "OnceDailySchedule",
  "ContinuousDailySchedule",
  "FeedFilter",
  "ArcFeedFilter",
  "GitFilter",
  "WebhookFilter",
];
const actionTypes = [
  "AutoDeploy",
  "DeployLatestRelease",
  "DeployNewRelease",
  "DeployLatestReleaseToEnvironment",
  "RunRunbook",
  "CreateRelease",
];
const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** Ids in a trigger's action, with the kind that each names. */
const actionReferences: Readonly<Record<string, Kind | readonly Kind[]>> = {
  RunbookId: "runbooks",
  EnvironmentIds: scopingEnvironments,
  EnvironmentId: scopingEnvironments,
  SourceEnvironmentIds: scopingEnvironments,
  DestinationEnvironmentId: scopingEnvironments,
  ChannelId: "channels",
  TenantIds: "tenants",
};

export const projectTriggers = createCrud({
  kind: "projecttriggers",
  path: "/api/{space}/projecttriggers",
  itemType: "ProjectTrigger",
  noun: "trigger",
  // Docs: a PUT may leave name, filter and action out.
  fields: (_sent, _call, stored) => ({
    Name: stored?.["Name"] ?? "",
    Description: null,
    ProjectId: "",
    IsDisabled: false,
    Filter: fieldsOf(stored ?? {}, "Filter"),
    Action: fieldsOf(stored ?? {}, "Action"),
  }),
  sortBy: "oldest",
  naming: { uniqueWithin: ["ProjectId"], slugs: false },
  references: { ProjectId: "projects" },
  kept: ["ProjectId"],
  // Source: go-octopusdeploy, pkg/filters/webhook_trigger_filter.go.
  sensitiveFields: (fields) => (isWebhook(fieldsOf(fields, "Filter")) ? ["Filter.Secret"] : []),
  defaults: (fields, _call, stored) => ({
    Filter: completeFilter(fieldsOf(fields, "Filter"), fieldsOf(stored ?? {}, "Filter")),
    Action: completeAction(fieldsOf(fields, "Action")),
  }),
  validate: validateTrigger,
  filters: {
    runbooks: (trigger, value) => value.split(",").includes(textOf(fieldsOf(trigger, "Action"), "RunbookId")),
    triggerActionCategory: (trigger, value) => categoryOf(trigger).toLowerCase() === value.toLowerCase(),
    triggerActionType: (trigger, value) =>
      textOf(fieldsOf(trigger, "Action"), "ActionType").toLowerCase() === value.toLowerCase(),
  },
  links: (self, trigger) => ({
    Project: `${self.slice(0, self.indexOf("/projecttriggers/"))}/projects/${textOf(trigger, "ProjectId")}`,
  }),
  permissions: { view: "TriggerView", create: "TriggerCreate", edit: "TriggerEdit", delete: "TriggerDelete" },
  without: ["all"],
});

/** The same triggers at two addresses: go-octopusdeploy creates at the flat one and updates and deletes at that of the project. */
export const projectTriggerRoutes: Route[] = [
  ...projectTriggers.routes,
  {
    method: "GET",
    path: "/api/{space}/projects/{project}/triggers",
    permission: "TriggerView",
    handle: (call) => ({ body: pageOfProject(call) }),
  },
  {
    method: "POST",
    path: "/api/{space}/projects/{project}/triggers",
    handle: (call) => ({
      status: 201,
      body: projectTriggers.show(projectTriggers.create(withProject(call), call), call),
    }),
  },
  {
    method: "GET",
    path: "/api/{space}/projects/{project}/triggers/{id}",
    handle: (call) => ({ body: projectTriggers.show(ownTrigger(call), call) }),
  },
  {
    method: "PUT",
    path: "/api/{space}/projects/{project}/triggers/{id}",
    handle: (call) => ({
      body: projectTriggers.show(projectTriggers.replace(ownTrigger(call), withProject(call), call), call),
    }),
  },
  {
    method: "DELETE",
    path: "/api/{space}/projects/{project}/triggers/{id}",
    handle: (call) => {
      projectTriggers.remove(ownTrigger(call), call);
      return { body: {} };
    },
  },
];

function pageOfProject(call: Call): Fields {
  const project = projectOf(call);
  const own = projectTriggers.list(call).filter((trigger) => trigger["ProjectId"] === project.Id);
  return projectTriggers.page(own, call, `/api/${call.space.Id}/projects/${project.Id}/triggers`);
}

function ownTrigger(call: Call): Resource {
  const trigger = projectTriggers.find(call.params["id"] ?? "", call);
  if (trigger["ProjectId"] !== projectOf(call).Id) throw notFound();
  return trigger;
}

function withProject(call: Call): unknown {
  return isFields(call.body) ? { ...call.body, ProjectId: projectOf(call).Id } : call.body;
}

function categoryOf(trigger: Resource): string {
  return textOf(fieldsOf(trigger, "Action"), "ActionType") === "RunRunbook" ? "Runbook" : "Deployment";
}

function isWebhook(filter: Fields): boolean {
  return textOf(filter, "FilterType") === "WebhookFilter";
}

function completeFilter(filter: Fields, stored: Fields): Fields {
  const type = textOf(filter, "FilterType");
  // The server makes the id, and keeps it whatever a PUT says (assumed).
  if (isWebhook(filter)) {
    const id = textOf(stored, "WebhookId") || randomUUID();
    return { Id: null, Secret: null, ...filter, RequireApiKey: filter["RequireApiKey"] === true, WebhookId: id };
  }
  const zone = type.endsWith("Schedule") ? { Timezone: textOf(filter, "Timezone") || "UTC" } : {};
  // Source: Terraform provider, project_scheduled_trigger: the API answers Sunday where no weekday was given.
  const day =
    type === "DaysPerMonthSchedule" && filter["MonthlyScheduleType"] === "DateOfMonth"
      ? { DayOfWeek: filter["DayOfWeek"] ?? "Sunday" }
      : {};
  const times = ["StartTime", "RunAfter", "RunUntil"]
    .filter((name) => textOf(filter, name) !== "")
    .map((name) => [name, toScheduleTime(textOf(filter, name))]);
  return { Id: null, ...filter, ...zone, ...day, ...Object.fromEntries(times) };
}

/** Lists of a runbook action are never null: the Go client's types have no room for it. */
function completeAction(action: Fields): Fields {
  const lists = action["ActionType"] === "RunRunbook" ? ["EnvironmentIds", "TenantIds", "TenantTags"] : [];
  return { Id: null, ...action, ...Object.fromEntries(lists.map((name) => [name, textsOf(action, name)])) };
}

/** Source of the types: docs, project triggers; where a sentence follows, it is assumed. */
function validateTrigger(fields: Fields, call: Call): void {
  if (textOf(fields, "ProjectId") === "") throw badRequest("Please provide a value for ProjectId.");
  const [filter, action] = [fieldsOf(fields, "Filter"), fieldsOf(fields, "Action")];
  if (!filterTypes.includes(textOf(filter, "FilterType")))
    throw badRequest(`The filter type '${textOf(filter, "FilterType")}' is not valid.`);
  if (!actionTypes.includes(textOf(action, "ActionType")))
    throw badRequest(`The action type '${textOf(action, "ActionType")}' is not valid.`);
  checkSchedule(filter);
  checkWebhook(filter, call);
  checkSlugs(filter, { call, projectId: textOf(fields, "ProjectId") });
  for (const id of textsOf(filter, "EnvironmentIds"))
    checkReference(id, { call, kind: scopingEnvironments, path: "Filter.EnvironmentIds" });
  checkAction(action, { call, projectId: textOf(fields, "ProjectId") });
}

/** Assumed: a schedule that nobody could follow is refused; the sentences are assumed, too. */
function checkSchedule(filter: Fields): void {
  const type = textOf(filter, "FilterType");
  if (!type.endsWith("Schedule")) return;
  if (textOf(filter, "Timezone") !== "" && !isTimeZone(textOf(filter, "Timezone")))
    throw badRequest(`The time zone '${textOf(filter, "Timezone")}' is not valid.`);
  if (type === "CronExpressionSchedule") checkCron(textOf(filter, "CronExpression"));
  for (const name of ["StartTime", "RunAfter", "RunUntil"]) {
    const time = textOf(filter, name);
    if (time !== "" && !isScheduleTime(time)) throw badRequest(`The value '${time}' is not a valid time for ${name}.`);
  }
  if (type === "OnceDailySchedule" && textOf(filter, "StartTime") === "")
    throw badRequest("Please provide a value for StartTime.");
  for (const day of textsOf(filter, "DaysOfWeek"))
    if (!weekdays.includes(day)) throw badRequest(`'${day}' is not a day of the week.`);
  if (type === "DaysPerMonthSchedule" && !["DateOfMonth", "DayOfMonth"].includes(textOf(filter, "MonthlyScheduleType")))
    throw badRequest("Please provide a value for MonthlyScheduleType.");
}

/** Docs, webhook runbook triggers: since 2026.3, with a secret or an API key; that a secret must be there then is go-octopusdeploy's, the sentences are assumed. */
function checkWebhook(filter: Fields, call: Call): void {
  if (!isWebhook(filter)) return;
  if (!has(call.model.version, { since: "2026.3" })) throw badRequest("The filter type 'WebhookFilter' is not valid.");
  const isGiven = isSensitive(filter["Secret"]);
  if (filter["RequireApiKey"] !== true && !isGiven) throw badRequest("Please provide a secret for the webhook.");
  if (filter["RequireApiKey"] === true && isGiven)
    throw badRequest("A webhook that requires an API key must not have a secret.");
}

/** Assumed: status and sentence. The notation is that of the docs, scheduled triggers. */
function checkCron(expression: string): void {
  const problem = cronProblem(expression);
  if (problem !== undefined) throw badRequest(`The cron expression '${expression}' is not valid: ${problem}.`);
}

/** Feed and Git filters name actions by slug; the action must be in the process. One in Git is not looked into (assumed). */
function checkSlugs(filter: Fields, { call, projectId }: { call: Call; projectId: string }): void {
  const process = findProcess(call.model, { kind: "deploymentprocesses", ownerId: projectId });
  if (process === undefined) return;
  const known = new Set(actionsIn(process).map((action) => textOf(action, "Slug")));
  const named = [...listOf(filter, "Packages"), ...listOf(filter, "Sources")].map((one) =>
    textOf(one, "DeploymentActionSlug"),
  );
  const unknown = named.find((slug) => slug !== "" && !known.has(slug));
  if (unknown !== undefined)
    throw badRequest(`The trigger refers to the action '${unknown}', which the deployment process does not have.`);
}

/** Source of the field: Octopus.Client's DeployLatestReleaseToEnvironmentActionResource; that it must be there is assumed. */
function checkEnvironment(action: Fields): void {
  if (action["ActionType"] === "DeployLatestReleaseToEnvironment" && textOf(action, "EnvironmentId") === "")
    throw badRequest("Please provide a value for Action.EnvironmentId.");
}

function checkAction(action: Fields, { call, projectId }: { call: Call; projectId: string }): void {
  // Assumed: a runbook in Git is named by its slug and not looked for, because the trigger does not say on which branch.
  const isInGit = isVersionControlled(call.model.collection("projects").find(projectId) ?? {});
  for (const [field, kind] of Object.entries(actionReferences)) {
    if (isInGit && kind === "runbooks") continue;
    const ids = [textOf(action, field), ...textsOf(action, field)].filter((id) => id !== "");
    for (const id of ids) checkReference(id, { call, kind, path: `Action.${field}` });
  }
  checkEnvironment(action);
  if (action["ActionType"] !== "RunRunbook" || isInGit) return;
  const runbook = call.model.collection("runbooks").find(textOf(action, "RunbookId"));
  if (runbook === undefined && textsOf(action, "RunbookTags").length === 0)
    throw badRequest("Please provide a value for Action.RunbookId.");
  if (runbook !== undefined && runbook["ProjectId"] !== projectId)
    throw badRequest(`The runbook '${runbook.Id}' belongs to another project.`);
}
