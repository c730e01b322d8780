import type { Resource } from "../model/collection.ts";
import { fieldsOf, propertyOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import { teamsOf } from "../model/permissions.ts";
import { setPendingInterruption } from "../model/tasks.ts";
import { requirePermission } from "./access.ts";
import { requireBody } from "./binding.ts";
import { createCrud } from "./crud.ts";
import { badRequest, notFound, Refusal, type Call, type Route } from "./route.ts";
import { users } from "./users.ts";

/** Made by the worker (see worker/manual-intervention.ts), answered here. */
export const interruptions = createCrud({
  kind: "interruptions",
  path: "/api/{space}/interruptions",
  itemType: "Interruption",
  noun: "interruption",
  fields: {},
  filters: {
    regarding: (interruption, value) =>
      value
        .split(",")
        .some(
          (id) => textOf(interruption, "TaskId") === id || textsOf(interruption, "RelatedDocumentIds").includes(id),
        ),
    pendingOnly: (interruption, value) => value.toLowerCase() !== "true" || interruption["IsPending"] === true,
  },
  links: (self) => ({ Submit: `${self}/submit`, Responsible: `${self}/responsible` }),
  view: (shown, interruption, call) => ({
    ...shown,
    PullRequests: [],
    HasResponsibility: call.user.Id !== "" && interruption["ResponsibleUserId"] === call.user.Id,
    CanTakeResponsibility: canTakeResponsibility(interruption, call),
  }),
  sortBy: "newest",
  permissions: { view: "InterruptionView" },
  without: ["all", "create", "replace", "delete"],
});

export const interruptionRoutes: Route[] = [
  ...interruptions.routes,
  { method: "POST", path: "/api/{space}/interruptions/{id}/submit", handle: submit },
  {
    method: "GET",
    path: "/api/{space}/interruptions/{id}/responsible",
    handle: (call) => ({ body: responsibleUser(find(call), call) }),
  },
  { method: "PUT", path: "/api/{space}/interruptions/{id}/responsible", handle: takeResponsibility },
];

function find(call: Call): Resource {
  return interruptions.find(call.params["id"] ?? "", call);
}

/** Source: docs, manual intervention: somebody takes responsibility first, then proceeds or aborts; status and sentences are assumed. */
function submit(call: Call): { body: unknown } {
  const interruption = find(call);
  requirePermission(call, "InterruptionSubmit", { kind: "interruptions", resource: interruption });
  if (interruption["IsPending"] !== true) throw badRequest("The interruption has already been submitted.");
  if (interruption["ResponsibleUserId"] !== call.user.Id)
    throw badRequest("Please take responsibility for the interruption before submitting it.");
  const sent = requireBody(call.body);
  const result = propertyOf(sent, "Result");
  if (typeof result !== "string" || result === "") throw badRequest("Please provide a value for Result.");
  const form = fieldsOf(interruption, "Form");
  const values: Fields = {
    ...fieldsOf(form, "Values"),
    Instructions: propertyOf(sent, "Instructions") ?? null,
    Notes: propertyOf(sent, "Notes") ?? "",
    Result: result,
  };
  Object.assign(interruption, { IsPending: false, Form: { ...form, Values: values } });
  tellTask(interruption, call);
  return { body: interruptions.show(interruption, call) };
}

function takeResponsibility(call: Call): { body: unknown } {
  const interruption = find(call);
  requirePermission(call, "InterruptionSubmit", { kind: "interruptions", resource: interruption });
  // Source: docs, manual intervention: only members of the responsible teams may; the sentence is assumed.
  if (!canTakeResponsibility(interruption, call))
    throw new Refusal(403, "You are not a member of a team that is responsible for this interruption.");
  interruption["ResponsibleUserId"] = call.user.Id;
  return { body: responsibleUser(interruption, call) };
}

function responsibleUser(interruption: Resource, call: Call): Fields {
  const user = call.model.collection("users").find(textOf(interruption, "ResponsibleUserId"));
  if (user === undefined) throw notFound();
  return users.show(user, call);
}

function canTakeResponsibility(interruption: Resource, call: Call): boolean {
  const teams = textsOf(interruption, "ResponsibleTeamIds");
  return teams.length === 0 || teamsOf(call.model, call.user).some((team) => teams.includes(team.Id));
}

function tellTask(interruption: Resource, call: Call): void {
  const taskId = textOf(interruption, "TaskId");
  if (call.model.collection("tasks").find(taskId) === undefined) return;
  const others = call.model
    .collection("interruptions")
    .list((other) => other["TaskId"] === taskId && other["IsPending"] === true);
  setPendingInterruption(call.model, taskId, others.length > 0);
}
