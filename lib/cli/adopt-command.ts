import { readFileSync } from "node:fs";
import { adopt, type Adopted } from "../adoption/adopt.ts";
import type { NamedState } from "../adoption/choose-copy.ts";
import type { TenantSpace } from "../adoption/tenant-space.ts";
import { createGitAccess } from "../copies/git-access.ts";
import { openHostAccess } from "../git-hosts/index.ts";
import { createOctopusClient, type OctopusClient } from "../octopus/octopus-client.ts";
import { toServerUrl } from "../octopus/server-url.ts";
import { openSpace } from "../octopus/spaces.ts";
import { during, ParameterError } from "../step/errors.ts";
import { readTerraformState } from "../terraform/read-state.ts";
import { printJson, type CommandContext } from "./command-context.ts";
import { toConnection, type Connection } from "./connection.ts";
import { gitOptions, gitVariables, readGitAccess } from "./git-options.ts";
import { connectionOptions } from "./connection-options.ts";
import { defineCommand, type GivenOf, type OptionDeclarations } from "./declare-command.ts";
import { packageVersionOption } from "./package-version-option.ts";
import { UsageError } from "./usage-error.ts";

const adoptOptions = {
  state: {
    type: "string",
    value: "<file>",
    help: 'What Terraform\'s state file has, or "terraform state pull" or "terraform show -json" prints; - for standard input.',
    completes: "files",
  },
  tenant: {
    type: "string",
    value: "<name>",
    help: "The tenant whose space has the copy. Its key is the one of this server.",
  },
  plan: { type: "boolean", help: "Say what would be noted, and write nothing." },
  package: {
    type: "string",
    value: "<id or file>",
    help: "The package that it is a copy of.",
    otherwise: "the one of the template, as the project is called",
    completes: "files",
  },
  ...packageVersionOption,
  copy: { type: "string", value: "<name>", help: "Which of several in the state it is." },
  "as-applied": {
    type: "boolean",
    help: "What differs from the package is as Terraform made it, right behind an apply of that package; else it is kept and told as people's until both agree.",
  },
  "any-address": { type: "boolean", help: "The state and the tenant may call the server by two addresses." },
  json: { type: "boolean", help: "Print what is noted as JSON." },
  ...gitOptions,
  ...connectionOptions,
} as const satisfies OptionDeclarations;

type Given = GivenOf<typeof adoptOptions>;

/** `managed-spaces adopt`. */
export const adoptCommand = defineCommand({
  about: [
    "Find Updates, Preview Updates and Deploy Project know it from then on (docs/terraform.md). Changes neither the state nor anything else in the space.",
  ],
  options: adoptOptions,
  examples: [
    { title: "what would be noted", line: "managed-spaces adopt --state terraform.tfstate --tenant America --plan" },
    {
      title: "the state of a remote backend",
      line: "terraform state pull | managed-spaces adopt --state - --tenant America",
    },
  ],
  variables: {
    MANAGED_TENANT_API_KEY: "key for the server of the tenant's space, where it is another one",
    ...gitVariables,
  },
  run: ({ given }, context) => adoptCopy(given, context),
});

async function adoptCopy(given: Given, context: CommandContext): Promise<number> {
  const { tenant } = given;
  if (given.state === undefined || tenant === undefined)
    throw new UsageError(
      "A copy is adopted by the state of Terraform and the tenant whose space has it. Use managed-spaces adopt --state <file> --tenant <name>.",
    );
  if (given.state === "-" && given["api-key-file"] === "-")
    throw new UsageError(
      "Standard input holds the state or the API key, not both. Name a file for one of them, or set OCTOPUS_API_KEY.",
    );
  const access = readGitAccess(given, context);
  const connection = toConnection(given, context);
  const state = readState(given.state);
  const adopted = await during(`adopt the copy of the tenant "${tenant}"`, async () =>
    adopt({
      state,
      management: await openSpace(connection.octopus, connection.space),
      tenant,
      copy: given.copy,
      package: given.package,
      packageVersion: given["package-version"],
      anyAddress: given["any-address"] === true,
      asApplied: given["as-applied"] === true,
      connect: (where) => connectTo(where, connection, context),
      git: {
        createAccess: (templateUrl) =>
          createGitAccess({ ...access, templateUrl, openHost: openHostAccess, signal: context.signal }),
        workingDirectory: context.workingDirectory,
        signal: context.signal,
        log: { warn: (text) => context.write("stderr", `${text}\n`), verbose: () => undefined },
      },
      onlyPlan: given.plan === true,
    }),
  );
  if (given.json === true) printJson(context, toJson(adopted, given.plan === true));
  else context.write("stdout", describe(adopted, given));
  return 0;
}

function readState(file: string): NamedState {
  const source = file === "-" ? "standard input" : file;
  return { ...readTerraformState(toText(readBytes(file)), source), source };
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file === "-" ? 0 : file);
  } catch (error) {
    throw new ParameterError(
      `The Terraform state cannot be read from "${file}". Name a file that is there, or - for standard input.`,
      { cause: error },
    );
  }
}

/** What Windows PowerShell writes by `>` is UTF-16, with a mark at its start. */
function toText(bytes: Buffer): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf16le" : "utf8";
  return bytes.toString(encoding).replace(/^\uFEFF/, "");
}

/** Octopus shows a tenant's key to nobody, so it is the one of this command, or one that the environment has. */
function connectTo(
  { tenant, url }: TenantSpace,
  { octopus, apiKey }: Connection,
  { environment, signal }: CommandContext,
): OctopusClient {
  const own = environment["MANAGED_TENANT_API_KEY"]?.trim() || undefined;
  if (own === undefined && toServerUrl(url) !== octopus.url)
    throw new ParameterError(
      `The space of the tenant "${tenant}" is at ${toServerUrl(url)}, and Octopus shows its key to nobody. Set MANAGED_TENANT_API_KEY to a key for that server.`,
    );
  return createOctopusClient({
    url,
    apiKey: own ?? apiKey,
    signal,
    keyOrigin: {
      name: "the API key",
      place: `which came from ${own === undefined ? "OCTOPUS_API_KEY" : "MANAGED_TENANT_API_KEY"}`,
    },
  });
}

function toJson(adopted: Adopted, onlyPlan: boolean): object {
  const { copy, packageName, receiptName, secrets, known, missing, different, kept } = adopted;
  const isWritten = !onlyPlan && known === undefined;
  return { copy, package: packageName, receipt: receiptName, isWritten, known, missing, different, kept, secrets };
}

function describe(adopted: Adopted, { plan, "as-applied": asApplied }: Given): string {
  const { copy, packageName, receiptName, secrets, known } = adopted;
  if (known !== undefined)
    return `${copy} has a receipt, "${receiptName}", which says that ${known} was deployed. Nothing to do.\n`;
  const lines = asApplied === true ? listBrought(adopted) : listOpen(adopted);
  const verb = plan === true ? "would be noted" : "is noted";
  const list = lines.length === 0 ? ".\n" : `, but for:\n${lines.map((line) => `  - ${line}\n`).join("")}`;
  return `${copy} ${verb} as a copy of ${packageName} in the receipt "${receiptName}"${list}${describeSecrets(secrets)}`;
}

/** Of what differs, what becomes of it with the next deployment of the package. */
function listOpen({ missing, different, kept }: Adopted): string[] {
  return [
    ...missing.map((what) => `the next deployment makes ${what}`),
    ...different.map((what) => `the next deployment changes ${what}`),
    ...kept,
  ];
}

/** What Terraform could not bring is so, and no deployment of the package tells or changes it. */
function listBrought({ missing, different }: Adopted): string[] {
  return [
    ...missing.map((what) => `Terraform did not bring ${what}: the next deployment makes it`),
    ...different.map((what) => `Terraform made otherwise ${what}`),
  ];
}

function describeSecrets(count: number): string {
  if (count === 0) return "";
  const what = count === 1 ? "the value of its secret" : `the values of its ${count} secrets`;
  return `Nobody knows here ${what}: the next deployment sends all of them.\n`;
}
