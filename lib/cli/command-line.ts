import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { gitHosts } from "../git-hosts/index.ts";
import { checkValues, readValues } from "../doctor/check-values.ts";
import { examine, type Finding } from "../doctor/doctor.ts";
import { install } from "../install/install.ts";
import { findNearNames } from "../near-names.ts";
import { openSpace } from "../octopus/spaces.ts";
import type { StepDefinition } from "../step/define-step.ts";
import { listMaskedForms } from "../step/masked-forms.ts";
import { during, ParameterError, StepError } from "../step/errors.ts";
import { runFromCommandLine } from "../step/run-from-command-line.ts";
import { toConnection } from "./connection.ts";
import { readBuiltSteps } from "./read-built-steps.ts";

/** What the command may touch. */
export interface CommandLine {
  arguments: readonly string[];
  environment: Readonly<Record<string, string | undefined>>;
  workingDirectory: string;
  /** The build's output, where templates and package lie. */
  dist: string;
  version: string;
  steps: Readonly<Record<string, StepDefinition>>;
  /** The baseline of new installations. */
  defaultBaseline: string;
  write: (stream: "stdout" | "stderr", text: string) => void;
  signal: AbortSignal;
}

const commands = { install: runInstall, doctor: runDoctor, run: runStepCommand };

/** Runs `managed-spaces …`. @returns the exit code: 0, or 1 after one sentence on standard error */
export async function runCommandLine(line: CommandLine): Promise<number> {
  const [name = "--help"] = line.arguments;
  if (["--help", "-h", "help"].includes(name)) return print(line, usage(line));
  if (["--version", "-v", "version"].includes(name)) return print(line, `${line.version}\n`);
  try {
    if (!isCommand(name))
      throw new ParameterError(
        `There is no command "${name}".${findNearNames(name, Object.keys(commands))} See managed-spaces --help.`,
      );
    return await commands[name]({ ...line, arguments: line.arguments.slice(1) });
  } catch (error) {
    line.write("stderr", `${explain(error, line)}\n`);
    return 1;
  }
}

function explain(error: unknown, { signal, environment }: CommandLine): string {
  if (error instanceof StepError) return hideSecrets(error.message, environment);
  if (signal.aborted) return "The command was canceled. It is safe to run it again.";
  return `Unexpected error, please report it: ${error instanceof Error ? error.message : String(error)}`;
}

function isCommand(name: string): name is keyof typeof commands {
  return Object.hasOwn(commands, name);
}

const connectionOptions = {
  server: { type: "string" },
  space: { type: "string" },
  "api-key-file": { type: "string" },
} as const;

const installOptions = {
  ...connectionOptions,
  plan: { type: "boolean" },
  project: { type: "string", multiple: true },
  engine: { type: "string", default: "apply" },
  inline: { type: "boolean" },
  publish: { type: "boolean" },
  companion: { type: "boolean" },
  "git-host": { type: "string" },
  "git-url": { type: "string" },
  "git-owner": { type: "string" },
  baseline: { type: "string" },
  "instance-url": { type: "string" },
  "replace-key": { type: "boolean" },
  "worker-pool": { type: "string" },
  "container-image": { type: "string" },
  "container-feed": { type: "string" },
  "terraform-backend": { type: "string", default: "" },
  "terraform-init-parameters": { type: "string", default: "" },
} as const;

async function runInstall(line: CommandLine): Promise<number> {
  const given = parse(
    line,
    () => parseArgs({ args: [...line.arguments], options: installOptions, strict: true }).values,
  );
  const { engine } = given;
  if (engine !== "apply" && engine !== "terraform")
    throw new ParameterError(`There is no engine "${engine}". Use --engine apply or --engine terraform.`);
  const gitHost = given["git-host"];
  if (gitHost !== undefined && !Object.hasOwn(gitHosts, gitHost))
    throw new ParameterError(
      `There is no Git host "${gitHost}". Use --git-host ${Object.keys(gitHosts).join(" or --git-host ")}.`,
    );
  const {
    octopus,
    apiKey,
    space: spaceName,
  } = toConnection({ server: given.server, space: given.space, apiKeyFile: given["api-key-file"] }, line);
  const onlyPlan = given.plan === true;
  const outcome = await during(`install into the space "${spaceName}" at ${octopus.url}`, async () =>
    install(await openSpace(octopus, spaceName), {
      instanceUrl: given["instance-url"] ?? octopus.url,
      apiKey,
      replaceKey: given["replace-key"] === true,
      projects: given.project ?? [],
      engine,
      terraformBackend: given["terraform-backend"],
      terraformInitParameters: given["terraform-init-parameters"],
      workerPool: given["worker-pool"],
      containerImage: given["container-image"],
      containerFeed: given["container-feed"],
      baseline: given.baseline === undefined ? line.defaultBaseline : readBaseline(given.baseline),
      publish: given.publish === true,
      companion: given.companion === true,
      gitHost: {
        host: gitHost,
        url: given["git-url"],
        owner: given["git-owner"],
        token: line.environment["GIT_TOKEN"] || undefined,
      },
      onlyPlan,
      onChange: ({ verb, what }) => line.write("stdout", `${onlyPlan ? `would ${verb}` : past[verb]} ${what}\n`),
      built: readBuiltSteps({
        dist: line.dist,
        version: line.version,
        flavor: given.inline === true ? "inline" : "packaged",
      }),
    }),
  );
  const count = outcome.changes.length;
  line.write(
    "stdout",
    count === 0
      ? "Everything is in place; nothing to do.\n"
      : `${count} ${count === 1 ? "change" : "changes"}${onlyPlan ? " to make" : " made"}.\n`,
  );
  if (outcome.remaining.length > 0)
    line.write(
      "stdout",
      `\nWhat remains for you:\n${outcome.remaining.map((sentence) => `  - ${sentence}\n`).join("")}`,
    );
  return 0;
}

const past = { create: "created", update: "updated", upload: "uploaded", publish: "published" } as const;

async function runDoctor(line: CommandLine): Promise<number> {
  const given = parse(
    line,
    () =>
      parseArgs({
        args: [...line.arguments],
        options: { ...connectionOptions, workers: { type: "boolean" }, values: { type: "string" } },
        strict: true,
      }).values,
  );
  if (given.values !== undefined) return printFindings(line, checkValues(readValues(given.values)));
  const { octopus, space } = toConnection(
    { server: given.server, space: given.space, apiKeyFile: given["api-key-file"] },
    line,
  );
  const findings = await examine({
    octopus,
    space,
    oldestNode: "20.19",
    askWorkers: given.workers === true,
    patience: 60_000,
  });
  return printFindings(line, findings);
}

function printFindings(line: CommandLine, findings: readonly Finding[]): number {
  const marks = { good: "ok", bad: "BAD", unknown: "?" } as const;
  for (const { about, state, text } of findings)
    line.write("stdout", `${marks[state].padEnd(4)}${about.padEnd(12)} ${text}\n`);
  return findings.some(({ state }) => state === "bad") ? 1 : 0;
}

function runStepCommand(line: CommandLine): Promise<number> {
  return runFromCommandLine(line.steps, line.arguments, line);
}

function parse<T>(line: CommandLine, read: () => T): T {
  if (line.arguments.some((argument) => /^--api-key(=|$)/.test(argument))) {
    throw new ParameterError(
      "An API key does not belong on a command line, where every user of the machine can read it. Set OCTOPUS_API_KEY, or use --api-key-file.",
    );
  }
  try {
    return read();
  } catch (error) {
    const reason =
      error instanceof Error
        ? error.message.replace(/\s*\n\s*/g, " ").replace(/\.*$/, "")
        : "the options make no sense";
    throw new ParameterError(`${reason}. See managed-spaces --help.`, { cause: error });
  }
}

function readBaseline(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new ParameterError(`The baseline "${path}" cannot be read. Name a YAML file.`, { cause: error });
  }
}

/** A server may repeat in a refusal what it was sent. */
function hideSecrets(text: string, environment: CommandLine["environment"]): string {
  const secrets = ["OCTOPUS_API_KEY", "GIT_TOKEN"].flatMap((name) => listMaskedForms(environment[name] ?? ""));
  return secrets.reduce((shown, secret) => shown.replaceAll(secret, "*****"), text);
}

function print(line: CommandLine, text: string): number {
  line.write("stdout", text);
  return 0;
}

function usage({ steps }: CommandLine): string {
  return `managed-spaces: one Octopus space that looks after many

  managed-spaces install   Set up a management space, or bring one up to this version.
    --plan                           Say what would be done, and change nothing.
    --project <name>                 Make this project a template: attach its management runbooks. May be repeated.
    --engine apply|terraform         What deploys packages downstream (apply).
    --inline                         Step templates that carry their code instead of running it out of a package.
    --publish                        Publish the runbooks; else runs take the newest package.
    --companion                      Let projects of their own carry the runbooks, as they do for templates in Git.
    --git-host github|gitea          Where copies of templates in Git have their repositories, at --git-url <url>,
                                     belonging to --git-owner <owner>; GIT_TOKEN is the token to store.
    --baseline <file>                What new spaces are filled with.
    --worker-pool <name>             Where the steps run.
    --container-image <image>        Image in which the steps run, from --container-feed <name> (Docker Hub).
    --instance-url <url>             This server's address as its own steps reach it (the one of --server).
    --replace-key                    Store the API key anew in the variable set This Instance.
    --terraform-backend <type>       Backend of the Terraform modules, such as s3 or pg.
    --terraform-init-parameters <t>  What terraform init gets besides.

  managed-spaces doctor    Look at server, key, permissions and, with --workers, at the workers' Node.js.
    --values <file>                  Instead, which values of secrets Octopus would evaluate before a step sees them:
                                     a JSON object of names and values, or - for standard input. Shows no value.
  managed-spaces run <step>          Run a step here: ${Object.keys(steps).join(", ")}.

  --server <url> (OCTOPUS_URL)   --space <name or id> (OCTOPUS_SPACE)   --api-key-file <file> (OCTOPUS_API_KEY)
`;
}
