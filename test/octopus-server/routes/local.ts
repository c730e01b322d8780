import * as z from "zod";
import { fireTrigger, listDueTriggers } from "../automation/scheduled-triggers.ts";
import type { Clock } from "../clock.ts";
import { faultPlanSchema, retentionSchema } from "../faults/fault-plan.ts";
import type { Faults } from "../faults/faults.ts";
import { cleanAudit } from "../model/events.ts";
import type { OctopusModel } from "../model/model.ts";
import { removeOldPackages } from "../model/package-retention.ts";
import type { RecordedRequest } from "../responder.ts";
import { badRequest, type Answer, type Route } from "./route.ts";

export interface LocalRoutesOptions {
  model: OctopusModel;
  clock: Clock;
  faults: Faults;
  requests: RecordedRequest[];
}

/** What no real server has: telling this one to misbehave, and asking what it was asked. Outside `/api`, open to everyone on this machine. */
export function createLocalRoutes({ model, clock, faults, requests }: LocalRoutesOptions): Route[] {
  const routes: Omit<Route, "anonymous">[] = [
    { method: "POST", path: "/__local/faults", handle: ({ body }) => setFaults(faults, body) },
    { method: "DELETE", path: "/__local/faults", handle: () => setFaults(faults, {}) },
    { method: "POST", path: "/__local/retention", handle: ({ body }) => runRetention(model, body) },
    { method: "POST", path: "/__local/audit", handle: ({ body }) => changeAudit(model, body) },
    { method: "POST", path: "/__local/clock", handle: ({ body }) => moveClock(model, clock, body) },
    { method: "GET", path: "/__local/requests", handle: () => ({ body: requests }) },
    { method: "DELETE", path: "/__local/requests", handle: () => ({ body: { Removed: requests.splice(0).length } }) },
  ];
  return routes.map((route) => ({ ...route, anonymous: true }));
}

function setFaults(faults: Faults, body: unknown): Answer {
  const plan = read(faultPlanSchema, body);
  faults.set(plan);
  return { body: plan };
}

function runRetention(model: OctopusModel, body: unknown): Answer {
  const removed = removeOldPackages(model, read(retentionSchema, body));
  return { body: { Removed: removed.map(({ PackageId, Version, SpaceId }) => ({ PackageId, Version, SpaceId })) } };
}

const auditSchema = z.strictObject({
  removeBefore: z.iso.datetime({ offset: true }).optional(),
  isOn: z.boolean().optional(),
});

/** Cleans the audit trail up to a time, or switches it off and on. */
function changeAudit(model: OctopusModel, body: unknown): Answer {
  const { removeBefore, isOn = model.instance.isAuditOn } = read(auditSchema, body);
  model.instance.isAuditOn = isOn;
  const removed = removeBefore === undefined ? 0 : cleanAudit(model, new Date(removeBefore));
  return { body: { Removed: removed, IsOn: isOn } };
}

const clockSchema = z.union([
  z.strictObject({ advanceSeconds: z.number().nonnegative() }),
  z.strictObject({ to: z.iso.datetime({ offset: true }) }),
]);

/** The clock stops at each scheduled trigger on the way, so that what it queues has the right time. */
async function moveClock(model: OctopusModel, clock: Clock, body: unknown): Promise<Answer> {
  const from = clock.now();
  const wish = read(clockSchema, body);
  const to = "to" in wish ? new Date(wish.to) : new Date(from.getTime() + wish.advanceSeconds * 1000);
  if (to < from) throw badRequest("The clock only goes forward.");
  const fired = [];
  for (const { trigger, time } of listDueTriggers(model, { from, to })) {
    clock.advance(Math.max(0, time.getTime() - clock.now().getTime()));
    const succeeded = await fireTrigger(model, trigger);
    fired.push({ TriggerId: trigger.Id, Time: time.toISOString(), Succeeded: succeeded });
  }
  clock.advance(Math.max(0, to.getTime() - clock.now().getTime()));
  return { body: { Time: clock.now().toISOString(), Fired: fired } };
}

/** @throws a 400 that names what is wrong, typing errors included */
function read<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const result = schema.safeParse(body ?? {});
  if (result.success) return result.data;
  throw badRequest(...result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`));
}
