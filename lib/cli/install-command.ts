import { readFileSync } from "node:fs";
import { engines, isEngineId } from "../engines/index.ts";
import { readGitHost } from "./git-options.ts";
import { install, type InstallOptions, type InstallOutcome } from "../install/install.ts";
import { parseBaseline } from "../baseline/parse-baseline.ts";
import { openSpace } from "../octopus/spaces.ts";
import { during, ParameterError } from "../step/errors.ts";
import type { CommandContext } from "./command-context.ts";
import { readKey, toConnection } from "./connection.ts";
import { connectionOptions, parseOptions } from "./parse-options.ts";
import { readBuiltSteps } from "./read-built-steps.ts";

const installOptions = {
  ...connectionOptions,
  plan: { type: "boolean" },
  project: { type: "string", multiple: true },
  "golden-space": { type: "string", multiple: true },
  fleet: { type: "boolean" },
  engine: { type: "string" },
  inline: { type: "boolean" },
  packaged: { type: "boolean" },
  publish: { type: "boolean" },
  companion: { type: "boolean" },
  "git-host": { type: "string" },
  "git-url": { type: "string" },
  "git-owner": { type: "string" },
  "service-account": { type: "string" },
  "oidc-account": { type: "string" },
  baseline: { type: "string" },
  "extend-baseline": { type: "boolean" },
  "instance-url": { type: "string" },
  "replace-key": { type: "boolean" },
  "steps-api-key-file": { type: "string" },
  "worker-pool": { type: "string" },
  "container-image": { type: "string" },
  "container-feed": { type: "string" },
  "terraform-backend": { type: "string", default: "" },
  "terraform-init-parameters": { type: "string", default: "" },
} as const;

type Given = ReturnType<typeof parseOptions<typeof installOptions>>;

/** `managed-spaces install`. @returns the exit code */
export async function runInstall(context: CommandContext): Promise<number> {
  const given = parseOptions(context.arguments, installOptions);
  const wanted = {
    engine: given.engine === undefined ? undefined : readEngine(given.engine),
    gitHost: toGitHost(given, context),
  };
  const { octopus, apiKey, space: name } = toConnection(given, context);
  const outcome = await during(`install into the space "${name}" at ${octopus.url}`, async () => {
    const space = await openSpace(octopus, name);
    return install(space, { ...toInstallOptions(given, context), ...wanted, apiKey });
  });
  context.write("stdout", describeOutcome(outcome, given.plan === true));
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
  return { host, url: given["git-url"], owner: given["git-owner"], token: environment["GIT_TOKEN"] || undefined };
}

function toInstallOptions(
  given: Given,
  context: CommandContext,
): Omit<InstallOptions, "engine" | "gitHost" | "apiKey"> {
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

const past = {
  create: "created",
  update: "updated",
  upload: "uploaded",
  publish: "published",
  delete: "deleted",
} as const;

function tellChange({ write }: CommandContext, onlyPlan: boolean): NonNullable<InstallOptions["onChange"]> {
  return ({ verb, what }) => write("stdout", `${onlyPlan ? `would ${verb}` : past[verb]} ${what}\n`);
}

function describeOutcome({ changes, remaining }: InstallOutcome, onlyPlan: boolean): string {
  const count = changes.length;
  const done =
    count === 0
      ? "Everything is in place; nothing to do.\n"
      : `${count} ${count === 1 ? "change" : "changes"}${onlyPlan ? " to make" : " made"}.\n`;
  if (remaining.length === 0) return done;
  return `${done}\nWhat remains for you:\n${remaining.map((sentence) => `  - ${sentence}\n`).join("")}`;
}
