import { addTenants, type NewTenant } from "../install/add-tenants.ts";
import { openSpace } from "../octopus/spaces.ts";
import { during } from "../step/errors.ts";
import { besideJson, printJson, type CommandContext } from "./command-context.ts";
import { readKey, toConnection } from "./connection.ts";
import { connectionOptions } from "./connection-options.ts";
import { defineCommand, type GivenOf, type OptionDeclarations } from "./declare-command.ts";
import { hideSecrets } from "./hide-secrets.ts";
import { readTenantsFile, tenantColumns } from "./read-tenants-file.ts";
import { describeOutcome, tellChange } from "./tell-changes.ts";
import { UsageError } from "./usage-error.ts";

const one = "One tenant";

const addTenantsOptions = {
  plan: { type: "boolean", help: "Say what would be made, and change nothing." },
  csv: {
    type: "string",
    value: "<file>",
    help: `Many tenants: a CSV file with the columns ${Object.keys(tenantColumns).join(", ")}; - for standard input.`,
    completes: "files",
  },
  template: {
    type: "string",
    multiple: true,
    value: "<project>",
    help: "Templates that the tenants get copies of.",
    otherwise: "all that are installed",
  },
  "replace-key": { type: "boolean", help: "Store the keys that are given over those that the tenants have." },
  json: { type: "boolean", help: "Print what was done, or would be, and what remains for you, as JSON." },
  name: { type: "string", value: "<name>", help: "The tenant's name.", group: one },
  url: { type: "string", value: "<url>", help: "Address of the instance with its space.", isAddress: true, group: one },
  "tenant-space": {
    type: "string",
    value: "<id or name>",
    help: "The space, where there is one already.",
    otherwise: "the one that Create Client Space makes",
    group: one,
  },
  tag: { type: "string", multiple: true, value: "<Set/Tag>", help: "A tag that the tenant gets.", group: one },
  "tenant-api-key-env": {
    type: "string",
    value: "<variable>",
    help: "Name of the environment variable that holds the key for that instance.",
    otherwise: "MANAGED_TENANT_API_KEY",
    group: one,
  },
  "tenant-api-key-file": {
    type: "string",
    value: "<file>",
    help: "A file that holds nothing but that key; - for standard input.",
    completes: "files",
    group: one,
  },
  "tenant-service-account": {
    type: "string",
    value: "<id>",
    help: "Service account to sign in as there, instead of the key (docs/openid-connect.md).",
    group: one,
  },
  ...connectionOptions,
} as const satisfies OptionDeclarations;

type Given = GivenOf<typeof addTenantsOptions>;

/** `managed-spaces tenants add`. */
export const addTenantsCommand = defineCommand({
  about: [
    "Each is connected to __ Client Space and to the templates in Sync, and filled with what says where its space is. All of them are looked at before one is written; run again, it changes nothing.",
  ],
  options: addTenantsOptions,
  examples: [
    {
      title: "one, with its key in MANAGED_TENANT_API_KEY",
      line: "managed-spaces tenants add --name America --url https://octopus.example.com --tag Region/North",
    },
    { title: "what would be made of a table", line: "managed-spaces tenants add --csv tenants.csv --plan" },
  ],
  variables: { MANAGED_TENANT_API_KEY: "the key for the tenant's instance" },
  run: ({ given }, context) => addAll(given, context),
});

async function addAll(given: Given, outer: CommandContext): Promise<number> {
  const onlyPlan = given.plan === true;
  const { tenants, keys } = readTenants(given, outer);
  const context = hiding(given.json === true ? besideJson(outer) : outer, keys);
  const { octopus, space: name } = toConnection(given, context);
  const outcome = await during(`add tenants to the space "${name}" at ${octopus.url}`, async () =>
    addTenants(await openSpace(octopus, name), {
      tenants,
      templates: given.template ?? [],
      replaceKeys: given["replace-key"] === true,
      onlyPlan,
      onChange: tellChange(context, onlyPlan),
      signal: context.signal,
    }),
  );
  if (given.json === true) printJson(outer, { isPlan: onlyPlan, ...outcome });
  else context.write("stdout", describeOutcome(outcome, onlyPlan));
  return 0;
}

/** A server may repeat what it was sent. */
function hiding(context: CommandContext, keys: readonly string[]): CommandContext {
  return {
    ...context,
    write: (stream, text) => context.write(stream, hideSecrets(text, context.environment, keys)),
  };
}

function readTenants(given: Given, { environment }: CommandContext): { tenants: NewTenant[]; keys: string[] } {
  const { csv, name, url } = given;
  refuseMixture(given);
  if (csv !== undefined) return readTenantsFile(csv, environment);
  const apiKey = readTenantKey(given, environment);
  const tenant = {
    name: name ?? "",
    url: url ?? "",
    space: given["tenant-space"],
    tags: given.tag ?? [],
    apiKey,
    serviceAccountId: given["tenant-service-account"],
  };
  return { tenants: [tenant], keys: apiKey === undefined ? [] : [apiKey] };
}

/** @throws {@link UsageError} for options of one tenant beside a table of many, and for one tenant that is not told */
function refuseMixture(given: Given): void {
  const { csv, name, url, tag } = given;
  const ofOne = [
    name,
    url,
    given["tenant-space"],
    tag,
    given["tenant-api-key-env"],
    given["tenant-api-key-file"],
    given["tenant-service-account"],
  ];
  if (csv !== undefined && ofOne.some((value) => value !== undefined))
    throw new UsageError("A CSV file says all of its tenants: leave out the options for one tenant, or --csv.");
  if (csv === undefined && (name === undefined || url === undefined))
    throw new UsageError("Which tenant? Give --name and --url, or --csv with a file of many.");
  if ([csv, given["tenant-api-key-file"], given["api-key-file"]].filter((file) => file === "-").length > 1)
    throw new UsageError("Standard input can be one thing: give the others as files or environment variables.");
}

function readTenantKey(given: Given, environment: CommandContext["environment"]): string | undefined {
  const file = given["tenant-api-key-file"];
  if (file !== undefined) return readKey(file).trim();
  const variable = given["tenant-api-key-env"];
  const key = environment[variable ?? "MANAGED_TENANT_API_KEY"]?.trim() || undefined;
  if (variable !== undefined && key === undefined)
    throw new UsageError(`The environment has no variable "${variable}", which is to hold the tenant's key. Set it.`);
  return key;
}
