import type { Resource } from "../model/collection.ts";
import { isFields, numberOf, textOf, type Fields } from "../model/fields.ts";
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
  defaults: (fields, _call, stored) => ({ ...withDurations(fields), IsDefault: stored?.["IsDefault"] === true }),
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

/** Source: OctopusClients has durations as `TimeSpan`, which .NET answers in its constant format, however they were written. */
function withDurations(fields: Fields): Fields {
  const entries = Object.entries(fields).map(([name, value]) => [
    name,
    typeof value === "string" ? toConstantFormat(value) : isFields(value) ? withDurations(value) : value,
  ]);
  return Object.fromEntries(entries);
}

function toConstantFormat(text: string): string {
  const [, days = "0", time, fraction = "0"] = /^(?:(\d+)\.)?(\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?$/.exec(text) ?? [];
  if (time === undefined) return text;
  const start = Number(days) === 0 ? "" : `${Number(days)}.`;
  return `${start}${time}${Number(fraction) === 0 ? "" : `.${fraction.padEnd(7, "0")}`}`;
}
