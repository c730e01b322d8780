import { readFileSync } from "node:fs";
import { engines, isEngineId } from "../engines/index.ts";
import { gitHostChoices, gitHostUrlOption, gitVariables, readApplication, readGitHost } from "./git-options.ts";
import { openHookHost } from "./open-hook-host.ts";
import { install, type InstallOptions } from "../install/install.ts";
import { parseBaseline } from "../baseline/parse-baseline.ts";
import { terraformBackends } from "../terraform/backends.ts";
import { openSpace } from "../octopus/spaces.ts";
import { during, ParameterError } from "../step/errors.ts";
import { besideJson, printJson, type CommandContext } from "./command-context.ts";
import { readKey, toConnection } from "./connection.ts";
import { connectionOptions } from "./connection-options.ts";
import { defineCommand, type GivenOf, type OptionDeclarations } from "./declare-command.ts";
import { readBuiltSteps } from "./read-built-steps.ts";
import { describeOutcome, tellChange } from "./tell-changes.ts";

const git = "Templates in Git";
const terraform = "Terraform";
const steps = "Where and how the steps run";

const installOptions = {
  plan: { type: "boolean", help: "Say what would be done, and change nothing." },
  project: {
    type: "string",
    multiple: true,
    value: "<name>",
    help: "Make this project a template: attach its management runbooks.",
  },
  "golden-space": {
    type: "string",
    multiple: true,
    value: "<name>",
    help: "Make a project whose runbooks bring what this space of the instance has to the managed ones (docs/spaces.md).",
  },
  fleet: {
    type: "boolean",
    help: 'Make the project "__ Fleet", which looks at all spaces every hour (docs/fleet.md).',
  },
  engine: {
    type: "string",
    choices: Object.keys(engines),
    help: "What deploys packages downstream.",
    otherwise: "the one that is installed, or apply",
  },
  inline: {
    type: "boolean",
    help: "Step templates that carry their code instead of running it out of a package.",
  },
  packaged: { type: "boolean", help: "Step templates that run out of a package, where inline ones are installed." },
  publish: { type: "boolean", help: "Publish the runbooks; else runs take the newest package." },
  companion: {
    type: "boolean",
    help: "Let projects of their own carry the runbooks, as they do for templates in Git.",
  },
  baseline: {
    type: "string",
    value: "<file>",
    help: "What new spaces are filled with; it takes the place of the baseline that is installed.",
    completes: "files",
  },
  "extend-baseline": {
    type: "boolean",
    help: "Put what a template needs in a new space into the baseline that is installed, too.",
  },
  "own-baseline": {
    type: "string",
    value: "<file>",
    help: "What only the one --project needs in a space: its package carries it, and deploying brings it first (docs/baseline.md).",
    completes: "files",
  },
  "create-spaces": {
    type: "boolean",
    help: "Deploying for a tenant without a space has it made and filled first (docs/spaces.md).",
  },
  "instance-url": {
    type: "string",
    value: "<url>",
    help: "This server's address as its own steps reach it.",
    otherwise: "the one that is stored, or of --server",
    isAddress: true,
  },
  "service-account": {
    type: "string",
    value: "<id>",
    help: "Service account that the steps sign in as on this server, instead of by a key (docs/openid-connect.md).",
  },
  "oidc-account": { type: "string", value: "<name>", help: "The account that brings the service account's tokens." },
  "replace-key": { type: "boolean", help: "Store the keys and tokens that are given over those that are stored." },
  "steps-api-key-file": {
    type: "string",
    value: "<file>",
    help: "A file that holds nothing but the key that the steps will use; - for standard input.",
    otherwise: "the one that is stored, or the key that installs",
    completes: "files",
  },
  json: { type: "boolean", help: "Print what was done, or would be, and what remains for you, as JSON." },
  "git-host": {
    type: "string",
    choices: gitHostChoices,
    help: "Where copies of templates in Git have their repositories.",
    group: git,
  },
  "git-host-url": { ...gitHostUrlOption, group: git },
  "git-owner": {
    type: "string",
    value: "<name>",
    help: "The organization or user that the copies' repositories belong to.",
    group: git,
  },
  "git-hooks": {
    type: "boolean",
    help: "Make the runbook that validates pull requests, with its triggers, and the host's webhooks where they can bring a secret (docs/pull-requests.md).",
    group: git,
  },
  "merge-on-push": {
    type: "boolean",
    help: "With --git-hooks: a push to the template starts Merge Updates, not Find Updates.",
    group: git,
  },
  "worker-pool": { type: "string", value: "<name>", help: "Where the steps run.", group: steps },
  "container-image": { type: "string", value: "<image>", help: "Image in which the steps run.", group: steps },
  "container-feed": {
    type: "string",
    value: "<name>",
    help: "Feed of the image.",
    otherwise: "Docker Hub",
    group: steps,
  },
  "terraform-backend": {
    type: "string",
    default: "",
    value: "<type>",
    help: `Backend that keeps the states of --engine terraform: ${Object.keys(terraformBackends).join(", ")} (docs/terraform.md).`,
    group: terraform,
  },
  "terraform-init-parameters": {
    type: "string",
    default: "",
    value: "<text>",
    help: "What terraform init gets besides: -backend-config=name=value for each setting; {state} in it is the name of a copy's state. No secrets.",
    group: terraform,
  },
  ...connectionOptions,
} as const satisfies OptionDeclarations;

type Given = GivenOf<typeof installOptions>;

/** `managed-spaces install`. */
export const installCommand = defineCommand({
  about: [
    "Run again, it changes nothing, or brings everything to this version; what you set in the steps' forms stays.",
  ],
  options: installOptions,
  examples: [
    { title: "what would be done", line: 'managed-spaces install --project "Hello World" --plan' },
    { title: "a template in the database", line: 'managed-spaces install --project "Hello World"' },
    {
      title: "a template in Git, with the token in GIT_TOKEN",
      line: 'managed-spaces install --project "Hello World CaC" --git-host github --git-owner acme',
    },
  ],
  variables: {
    OCTOPUS_STEPS_API_KEY: "the key that the steps will use, instead of the one that installs",
    ...gitVariables,
    GIT_TOKEN: "token for the Git host; it and the other GIT_ ones are stored in the variable set Git Host",
    GIT_HOOK_SECRET: "with --git-hooks: what callers of the webhooks bring, for hosts whose CI calls them",
    TERRAFORM_STATE_PG_CONN_STR:
      "connection string of the backend pg, to be stored in the variable set Terraform State; those of other backends are called alike (docs/terraform.md)",
  },
  run: ({ given }, context) => installAll(given, context),
});

async function installAll(given: Given, outer: CommandContext): Promise<number> {
  const asJson = given.json === true;
  const context = asJson ? besideJson(outer) : outer;
  const wanted = {
    engine: given.engine === undefined ? undefined : readEngine(given.engine),
    gitHost: toGitHost(given, context),
    gitHooks: toGitHooks(given, context),
  };
  const { octopus, apiKey, space: name } = toConnection(given, context);
  const outcome = await during(`install into the space "${name}" at ${octopus.url}`, async () => {
    const space = await openSpace(octopus, name);
    return install(space, { ...toInstallOptions(given, context), ...wanted, apiKey });
  });
  const { changes, remaining } = outcome;
  if (asJson) printJson(outer, { isPlan: given.plan === true, changes, remaining });
  else context.write("stdout", describeOutcome(outcome, given.plan === true));
  return 0;
}

function readEngine(engine: string): InstallOptions["engine"] {
  if (isEngineId(engine)) return engine;
  throw new ParameterError(
    `There is no engine "${engine}". Use --engine ${Object.keys(engines).join(" or --engine ")}.`,
  );
}

function toGitHost(given: Given, { environment }: CommandContext): InstallOptions["gitHost"] {
  const host = given["git-host"] === undefined ? undefined : readGitHost(given["git-host"]);
  return {
    host,
    url: given["git-host-url"],
    owner: given["git-owner"],
    username: environment["GIT_USERNAME"] || undefined,
    token: environment["GIT_TOKEN"] || undefined,
    application: readApplication({ environment }),
  };
}

function toGitHooks(given: Given, { environment }: CommandContext): InstallOptions["gitHooks"] {
  if (given["git-hooks"] !== true) {
    if (given["merge-on-push"] === true)
      throw new ParameterError("--merge-on-push says what a hook starts. Add --git-hooks, or leave it out.");
    return undefined;
  }
  return {
    mergesOnPush: given["merge-on-push"] === true,
    secret: environment["GIT_HOOK_SECRET"] || undefined,
    openHost: (stored) => openHookHost({ given, stored, environment }),
  };
}

function toInstallOptions(
  given: Given,
  context: CommandContext,
): Omit<InstallOptions, "engine" | "gitHost" | "gitHooks" | "apiKey"> {
  const { dist, version, defaultBaseline } = context;
  return {
    instanceUrl: given["instance-url"],
    stepsKey: readStepsKey(given["steps-api-key-file"], context),
    replaceKey: given["replace-key"] === true,
    projects: given.project ?? [],
    goldenSpaces: given["golden-space"] ?? [],
    fleet: given.fleet === true,
    serviceAccountId: given["service-account"],
    oidcAccount: given["oidc-account"],
    terraformBackend: given["terraform-backend"],
    terraformInitParameters: given["terraform-init-parameters"],
    terraformSecrets: readTerraformSecrets(context),
    workerPool: given["worker-pool"],
    containerImage: given["container-image"],
    containerFeed: given["container-feed"],
    baseline:
      given.baseline === undefined
        ? { text: defaultBaseline }
        : { text: readBaseline(given.baseline), file: given.baseline },
    publish: given.publish === true,
    companion: given.companion === true,
    onlyPlan: given.plan === true,
    onChange: tellChange(context, given.plan === true),
    createSpaces: given["create-spaces"] === true,
    ownBaseline:
      given["own-baseline"] === undefined
        ? undefined
        : { text: readBaseline(given["own-baseline"]), file: given["own-baseline"] },
    extendBaseline: given["extend-baseline"] === true,
    flavor: readFlavor(given),
    readBuilt: (flavor) => readBuiltSteps({ dist, version, flavor }),
  };
}

function readFlavor({ inline = false, packaged = false }: Given): InstallOptions["flavor"] {
  if (inline && packaged)
    throw new ParameterError(
      "Step templates carry their code (--inline) or run it out of a package (--packaged): leave one of the two out.",
    );
  if (inline) return "inline";
  return packaged ? "packaged" : undefined;
}

/** A key of their own for the steps: like the installer's, it is no option. */
function readStepsKey(file: string | undefined, { environment }: CommandContext): string | undefined {
  const key = file === undefined ? environment["OCTOPUS_STEPS_API_KEY"] : readKey(file);
  return key?.trim() || undefined;
}

/** Under names of their own: the same variables may be those of whoever installs, for something else. */
function readTerraformSecrets({ environment }: CommandContext): Record<string, string> {
  const prefix = "TERRAFORM_STATE_";
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      name.startsWith(prefix) && value !== undefined && value !== ""
        ? [[name.slice(prefix.length), value] as const]
        : [],
    ),
  );
}

function readBaseline(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new ParameterError(`The baseline "${path}" cannot be read. Name a YAML file.`, { cause: error });
  }
  parseBaseline(text, path);
  return text;
}
