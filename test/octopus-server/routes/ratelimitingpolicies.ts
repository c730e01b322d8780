import type { Resource } from "../model/collection.ts";
import type { Fields } from "../model/fields.ts";
import { createCrud } from "./crud.ts";
import { badRequest, since, type Call } from "./route.ts";

/** The three policies that every server has (docs, rate limiting). `rate-limiter.ts` goes by them. */
const policies = createCrud({
  kind: "ratelimitingpolicies",
  path: "/api/ratelimitingpolicies",
  itemType: "RateLimitingPolicy",
  noun: "rate limiting policy",
  fields: {
    Name: "",
    IsEnabled: false,
    ScopeType: "AuthenticatedHuman",
    RequestsPerMinute: 200,
    BurstLimit: 200,
    AuditMode: false,
  },
  naming: { slugs: false },
  defaults: () => ({ IsBuiltIn: true }),
  validate: checkPolicy,
  sortBy: "oldest",
  permissions: { view: "ConfigureServer", edit: "ConfigureServer" },
  without: ["all", "create", "delete"],
});

// Since when: docs, rate limiting.
export const rateLimitingPoliciesRoutes = since("2026.3", policies.routes);

/** Source: go-octopusdeploy's test of the sentence. */
function checkPolicy(fields: Fields, _call: Call, stored: Resource | undefined): void {
  if (stored === undefined || stored["Name"] === fields["Name"]) return;
  throw badRequest("The name of a built-in rate limiting policy cannot be changed.");
}
