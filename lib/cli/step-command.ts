import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { StepDefinition } from "../step/define-step.ts";
import { runStep } from "../step/run-step.ts";
import { besideJson, printJson, type CommandContext } from "./command-context.ts";
import { connectionOptions } from "./connection-options.ts";
import {
  defineCommand,
  type Command,
  type CommandExample,
  type GivenOptions,
  type OptionDeclaration,
  type OptionDeclarations,
} from "./declare-command.ts";
import { createOutFolder } from "./out-folder.ts";
import { isDocument, listStepOptions, namesManagedServer, type StepOption } from "./step-options.ts";
import { readStepVariables } from "./step-values.ts";
import { createTerminalJournal } from "./terminal-journal.ts";

/** A step as a command: what it is told in a form of Octopus are its options, and what it attaches goes to a folder. */
export function toStepCommand(slug: string, step: StepDefinition): Command {
  const options = listStepOptions(step);
  const secrets = options.filter(({ form }) => form.control === "Sensitive");
  return defineCommand({
    about: [inOneLine(step.description)],
    options: { ...declareOptions(options), ...commonOptions },
    examples: step.examples.map((example) => toExample(slug, options, example)),
    variables: Object.fromEntries([
      ...secrets.map(({ variable, form }) => [variable, `${form.label}. ${inOneLine(form.help)}`]),
      ...standIns(step, secrets),
    ]),
    secrets: Object.fromEntries(
      secrets.flatMap(({ name, formerName, variable }) => [name, formerName].map((spelled) => [spelled, variable])),
    ),
    outputs: step.outputs,
    run: ({ given }, context) => runHere({ slug, step }, given, context),
  });
}

/** What every step has besides its parameters. Their names are no parameter's. */
const commonOptions = {
  out: {
    type: "string",
    value: "<folder>",
    help: "Files that the step leaves go there, and never over older ones.",
    otherwise: "this folder",
    completes: "folders",
    group: "What becomes of it",
  },
  json: {
    type: "boolean",
    help: "Print outputs, files, warnings and how it ended as JSON; what the step tells goes to standard error.",
    group: "What becomes of it",
  },
  verbose: { type: "boolean", help: "Show all that the step does.", group: "What becomes of it" },
  variables: {
    type: "string",
    value: "<file>",
    help: "A JSON object of Octopus variables that the step may ask for; - for standard input.",
    completes: "files",
    group: "What becomes of it",
  },
  "api-key-file": connectionOptions["api-key-file"],
} as const satisfies OptionDeclarations;

function declareOptions(options: readonly StepOption[]): OptionDeclarations {
  const names = new Set(options.map(({ name }) => name));
  return Object.fromEntries(
    options
      .filter(({ form }) => form.control !== "Sensitive")
      .map((option) => {
        const { name, formerName } = option;
        const formerly = formerName === name || names.has(formerName) ? [] : [formerName];
        return [name, { ...declareOption(option), formerly }];
      }),
  );
}

/** What stands in for the options of the management space's connection, as everywhere. */
const sharedVariables: Readonly<Record<string, string>> = { server: "OCTOPUS_URL", space: "OCTOPUS_SPACE" };

function declareOption(option: StepOption): OptionDeclaration {
  const { name, variable, form } = option;
  const shared = sharedVariables[name];
  const common = {
    help: `${form.label}. ${inOneLine(form.help)}`,
    environment: shared === undefined ? variable : `${shared}, ${variable}`,
    ...(shared !== undefined && { group: "Which server" }),
  };
  const otherwise = toDefault(form.default);
  switch (form.control) {
    case "Checkbox":
      return { type: "boolean", negatable: form.default === "True" ? "on" : "off", ...common };
    case "Select":
      return {
        type: "string",
        choices: Object.keys(form.options),
        meanings: Object.values(form.options),
        value: "<choice>",
        ...common,
        ...otherwise,
      };
    case "Package":
      return { type: "string", value: "<folder or zip>", completes: "files", ...common };
    case "MultiLineText":
      if (isDocument(option)) return { type: "string", value: "<file>", completes: "files", ...common };
      return { type: "string", multiple: true, ...common, ...otherwise };
    default:
      return { type: "string", ...common, ...otherwise, ...(name.endsWith("server") && { isAddress: true }) };
  }
}

/** As far as a form fills it in and not a variable of Octopus. */
function toDefault(preset: string): { otherwise?: string } {
  return preset === "" || preset.includes(["#", "{"].join("")) ? {} : { otherwise: preset.replaceAll("\n", ", ") };
}

/** Variables that the other commands have, too, and what they are here. */
function standIns({ parameters }: StepDefinition, secrets: readonly StepOption[]): [string, string][] {
  const has = (key: string): boolean => secrets.some((secret) => secret.key === key);
  return [
    ...(has("managementApiKey") || has("apiKey")
      ? [["OCTOPUS_API_KEY", "the same for the server of the management space, as in the other commands"] as const]
      : []),
    ...(namesManagedServer(parameters)
      ? [["MANAGED_TENANT_API_KEY", "the same for the managed space, where it is on another server"] as const]
      : []),
    ...(has("gitToken") ? [["GIT_TOKEN", "the same for the Git host"] as const] : []),
  ].map(([name, text]) => [name, text]);
}

/** As the form of the step would be filled in. */
function toExample(
  slug: string,
  options: readonly StepOption[],
  { title, parameters }: StepDefinition["examples"][number],
): CommandExample {
  const words = Object.entries(parameters).flatMap(([key, value = ""]) => {
    const option = options.find((one) => one.key === key);
    if (option === undefined || option.form.control === "Sensitive" || value.includes(["#", "{"].join(""))) return [];
    const { name, form } = option;
    if (form.control === "Checkbox") return [value === "True" ? `--${name}` : `--no-${name}`];
    if (isDocument(option)) return [`--${name} ${name}.yaml`];
    const values = form.control === "MultiLineText" ? value.split("\n").filter((line) => line !== "") : [value];
    return values.map((one) => `--${name} ${inQuotes(one)}`);
  });
  const needed = options.filter(
    ({ key, form }) => form.control === "Package" && !form.optional && !(key in parameters),
  );
  words.unshift(...needed.map(({ name }) => `--${name} hello_world.1.0.0.zip`));
  return { title: title.replace(/\.$/, ""), line: ["managed-spaces run", slug, ...words].join(" ") };
}

function inQuotes(value: string): string {
  return /^[\w./:@+-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}

function inOneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ").trim();
}

async function runHere(
  { slug, step }: { slug: string; step: StepDefinition },
  given: GivenOptions,
  outer: CommandContext,
): Promise<number> {
  const asJson = given["json"] === true;
  const context = asJson ? besideJson(outer) : outer;
  const variables = readStepVariables(step, given, context);
  const folder = typeof given["out"] === "string" ? given["out"] : ".";
  const out = createOutFolder(resolve(context.workingDirectory, folder));
  const journal = createTerminalJournal(context, { isVerbose: given["verbose"] === true, out });
  // What a step makes on its way is nobody's; what it hands out is copied.
  const workingDirectory = mkdtempSync(join(tmpdir(), "managed-spaces-run-"));
  try {
    const code = await runStep(step, {
      journal,
      readVariable: (name) => variables.get(name),
      workingDirectory,
      signal: context.signal,
      now: () => new Date(),
    });
    out.end();
    if (asJson) printJson(outer, journal.describe(slug, code === 0));
    return code;
  } finally {
    rmSync(workingDirectory, { recursive: true, force: true });
  }
}
