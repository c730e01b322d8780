import { faultPlanSchema, type Faults } from "../faults.ts";
import type { RecordedRequest } from "../responder.ts";
import { badRequest, type Route } from "./route.ts";

export interface LocalRoutesOptions {
  faults: Faults;
  requests: RecordedRequest[];
}

/** What no real server has: telling this one to misbehave, and asking what it was asked. Outside `/api`, open to everyone on this machine. */
export function createLocalRoutes({ faults, requests }: LocalRoutesOptions): Route[] {
  return [
    {
      method: "POST",
      path: "/__local/faults",
      anonymous: true,
      handle({ body }) {
        const plan = faultPlanSchema.safeParse(body ?? {});
        if (!plan.success)
          throw badRequest(...plan.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`));
        faults.set(plan.data);
        return { body: plan.data };
      },
    },
    { method: "DELETE", path: "/__local/faults", anonymous: true, handle: () => clear(faults) },
    { method: "GET", path: "/__local/requests", anonymous: true, handle: () => ({ body: requests }) },
    {
      method: "DELETE",
      path: "/__local/requests",
      anonymous: true,
      handle: () => ({ body: { Removed: requests.splice(0).length } }),
    },
  ];
}

function clear(faults: Faults): { body: unknown } {
  faults.set({});
  return { body: {} };
}
