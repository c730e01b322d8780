import type { Resource } from "../model/collection.ts";
import { numberOf, textOf, type Fields } from "../model/fields.ts";
import { machinePolicyDefaults } from "../model/machine-policy.ts";
import { createCrud } from "./crud.ts";
import { badRequest, type Call, type Route } from "./route.ts";
import { whyUsed } from "./usage.ts";

const machinePolicies = createCrud({
  kind: "machinepolicies",
  path: "/api/{space}/machinepolicies",
  itemType: "MachinePolicy",
  noun: "machine policy",
  fields: machinePolicyDefaults,
  naming: { slugs: false },
  defaults: (_fields, _call, stored) => ({ IsDefault: stored?.["IsDefault"] === true }),
  validate: checkPolicy,
  // Source: docs, machine policies: the default one stays.
  inUse: (policy, call) =>
    policy["IsDefault"] === true
      ? "The default machine policy cannot be deleted."
      : whyUsed(policy, call, ["machines", "workers"]),
  permissions: {
    view: "MachinePolicyView",
    create: "MachinePolicyCreate",
    edit: "MachinePolicyEdit",
    delete: "MachinePolicyDelete",
  },
});

export const machinePoliciesRoutes: Route[] = [
  {
    method: "GET",
    path: "/api/{space}/machinepolicies/template",
    handle: ({ space }) => ({ body: { Id: null, SpaceId: space.Id, ...machinePolicyDefaults } }),
  },
  ...machinePolicies.routes,
];

/** Source: go-octopusdeploy's validation of machine policies; the sentences are assumed. */
function checkPolicy(fields: Fields, _call: Call, _stored: Resource | undefined): void {
  const durations = [
    "ConnectionConnectTimeout",
    "ConnectionRetrySleepInterval",
    "ConnectionRetryTimeLimit",
    "PollingRequestQueueTimeout",
  ];
  for (const field of durations)
    if (!/^(\d+\.)?\d\d:\d\d:\d\d(\.\d+)?$/.test(textOf(fields, field)))
      throw badRequest(`The value of ${field} is not a duration.`);
  if (numberOf(fields, "ConnectionRetryCountLimit") < 2)
    throw badRequest("ConnectionRetryCountLimit must be at least 2.");
}
