import type * as z from "zod";
import { faultPlanSchema, retentionSchema } from "../faults/fault-plan.ts";
import type { Faults } from "../faults/faults.ts";
import type { OctopusModel } from "../model/model.ts";
import { removeOldPackages } from "../model/package-retention.ts";
import type { RecordedRequest } from "../responder.ts";
import { badRequest, type Answer, type Route } from "./route.ts";

export interface LocalRoutesOptions {
  model: OctopusModel;
  faults: Faults;
  requests: RecordedRequest[];
}

/** What no real server has: telling this one to misbehave, and asking what it was asked. Outside `/api`, open to everyone on this machine. */
export function createLocalRoutes({ model, faults, requests }: LocalRoutesOptions): Route[] {
  const routes: Omit<Route, "anonymous">[] = [
    { method: "POST", path: "/__local/faults", handle: ({ body }) => setFaults(faults, body) },
    { method: "DELETE", path: "/__local/faults", handle: () => setFaults(faults, {}) },
    { method: "POST", path: "/__local/retention", handle: ({ body }) => runRetention(model, body) },
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

/** @throws a 400 that names what is wrong, typing errors included */
function read<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const result = schema.safeParse(body ?? {});
  if (result.success) return result.data;
  throw badRequest(...result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`));
}
