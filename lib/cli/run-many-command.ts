import { setTimeout as sleep } from "node:timers/promises";
import { defaultRingSet } from "../fleet/ring-set.ts";
import type { RunbookWish } from "../fleet/run-many/choose-runbook.ts";
import { linkTo } from "../octopus/task-failure.ts";
import { finalWords } from "../fleet/run-many/final-words.ts";
import { planWords } from "../fleet/run-many/plan-words.ts";
import { prepareWork, type ManyWish, type PreparedWork } from "../fleet/run-many/prepare-work.ts";
import { createProgress, type Progress } from "../fleet/run-many/progress.ts";
import type { GivenValues } from "../fleet/run-many/prompted-values.ts";
import { runAll } from "../fleet/run-many/run-all.ts";
import { countSharedFailures } from "../fleet/run-many/shared-failure.ts";
import { badStates, createRound, type Round, type TenantRun } from "../fleet/run-many/tenant-run.ts";
import type { RunHost } from "../fleet/run-many/work.ts";
import { clientSpaceNames } from "../install/client-space.ts";
import {
  goldenSpaceNames,
  nameCompanion,
  nameGoldenSpaceProject,
  templateProjectNames,
} from "../install/runbook-names.ts";
import { textOf } from "../model/json.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { openSpace } from "../octopus/spaces.ts";
import { during, StepError } from "../step/errors.ts";
import { readVariablesFile } from "./read-variables-file.ts";
import { besideJson, printJson, type CommandContext } from "./command-context.ts";
import { toConnection } from "./connection.ts";
import { explainError } from "./explain-error.ts";
import { hideSecrets } from "./hide-secrets.ts";
import { connectionOptions } from "./connection-options.ts";
import {
  defineCommand,
  type Command,
  type CommandInput,
  type GivenOf,
  type OptionDeclarations,
} from "./declare-command.ts";
import { tenantOptions } from "./tenant-options.ts";
import { UsageError } from "./usage-error.ts";

/** What each command starts, and whether a success lasts until the snapshot is another one: of what looks at other things it does not. */
const runbooks = {
  deploy: {
    names: [templateProjectNames.deploy, templateProjectNames.forkAndDeploy, goldenSpaceNames.deploy],
    part: "__ 2.",
    isLasting: true,
  },
  populate: { names: [clientSpaceNames.runbook], part: clientSpaceNames.runbook, isLasting: true },
  find: {
    names: [templateProjectNames.findUpdates, goldenSpaceNames.findUpdates],
    part: "Find Updates",
    isLasting: false,
  },
  merge: { names: [templateProjectNames.mergeUpdates], part: templateProjectNames.mergeUpdates, isLasting: false },
} as const;

type Input = CommandInput<typeof manyOptions>;

type ManyCommand = keyof typeof runbooks | "run";

const valuesGroup = "Values that the runbook asks for";

const manyOptions = {
  ...tenantOptions,
  project: { type: "string", value: "<template>", help: "Whose runbook, where several projects have one." },
  environment: { type: "string", value: "<name>", help: "Where it runs.", otherwise: "Sync, or the only one" },
  "at-once": {
    type: "string",
    value: "<number>",
    help: "So many at once at most; less where that would leave no slots for others.",
    otherwise: "10",
  },
  again: { type: "boolean", help: "What succeeded before, too." },
  "keep-going": {
    type: "boolean",
    help: "Start the others, too, where the first three all fail for the same reason; else nothing more is started then.",
  },
  plan: { type: "boolean", help: "Say what would be started, and start nothing." },
  json: { type: "boolean", help: "Print what became of each tenant as JSON, when all is over." },
  variable: {
    type: "string",
    multiple: true,
    value: '"<name>=<value>"',
    help: "A value that the runbook asks for.",
    group: valuesGroup,
  },
  "variable-env": {
    type: "string",
    multiple: true,
    value: '"<name>=<env>"',
    help: "The same out of an environment variable, as secrets are given.",
    group: valuesGroup,
  },
  variables: {
    type: "string",
    value: "<file>",
    help: "The same out of a JSON object of names and values; - for standard input.",
    completes: "files",
    group: valuesGroup,
  },
  ...connectionOptions,
} as const satisfies OptionDeclarations;

type Given = GivenOf<typeof manyOptions>;

/** What the command ends with. */
const exitCodes = { well: 0, bad: 1, nothingStarted: 2, notOver: 3, ended: 130 } as const;

/** How somebody goes on. What `--again` starts anew it would start anew once more. */
function describeGoingOn(again: boolean): string {
  const joined = "Run the same command again to go on: what runs is joined, and ";
  return again
    ? `${joined}by --again what succeeded is started anew, that of this time, too.`
    : `${joined}what succeeded with the same snapshot is not started again.`;
}

const about = [
  "Starts the runbook for each tenant on Octopus's own queue, and watches the runs to their end. Started again it goes on: what runs is joined, what succeeded with the same snapshot is not started again. More is in docs/fleet.md.",
];

function defineMany(command: ManyCommand, example: string): Command {
  const line = (more: string): string => `managed-spaces ${example}${more}`;
  return defineCommand({
    about,
    // Names are refused in a sentence of its own, since they are tenants most of the time.
    names:
      command === "run"
        ? { usage: "<runbook>", help: "The runbook; a name with spaces in quotes." }
        : { usage: "", help: "" },
    options: manyOptions,
    examples: [
      { title: "what would be started", line: line(' --tenants ".*" --plan') },
      { title: "for a ring, five at once", line: line(" --ring Canary --at-once 5") },
      { title: "for the tenants with a tag", line: line(' --tag "Region/Europe"') },
    ],
    exitCodes: {
      0: "all succeeded",
      1: "some did not",
      2: "nothing was started, since something is wrong in what was asked for",
      3: "it was stopped, lost the server, or saw that all fail alike, before all were over",
      64: "",
      130: "it was ended at once by a second Ctrl-C",
    },
    usageExitCode: exitCodes.nothingStarted,
    run: (input, context) => runMany(command, input, context),
  });
}

/** `managed-spaces deploy`, `populate`, `find`, `merge`, and `run` with a runbook. */
export const deployCommand = defineMany("deploy", 'deploy --project "Hello World"');
export const populateCommand = defineMany("populate", "populate");
export const findCommand = defineMany("find", 'find --project "Hello World"');
export const mergeCommand = defineMany("merge", 'merge --project "Hello World CaC"');
export const runRunbookCommand = defineMany("run", 'run "Rotate Keys"');

/** @returns the exit code */
async function runMany(command: ManyCommand, input: Input, context: CommandContext): Promise<number> {
  try {
    return await runWished(command, input, context);
  } catch (error) {
    context.write("stderr", `${explainError(error, context)}\n`);
    if (context.signal.aborted) return exitCodes.ended;
    return error instanceof StepError ? exitCodes.nothingStarted : exitCodes.bad;
  }
}

async function runWished(command: ManyCommand, { given, names }: Input, outer: CommandContext): Promise<number> {
  const asJson = given.json === true;
  const context = asJson ? besideJson(outer) : outer;
  const values = readGivenValues(given, context);
  const wish = { ...toWish(command, { given, names }), given: values };
  const atOnce = readAtOnce(given["at-once"]);
  const safe = hidden(context, [...values.hidden.values()]);
  const notices = { tell: (sentence: string): void => safe.write("stderr", `${sentence}\n`) };
  const { octopus, space: name } = toConnection(given, { ...context, onWait: (sentence) => notices.tell(sentence) });
  const [title = ""] = wish.runbook.names;
  const [space, work] = await during(`start the runbook "${title}" for many tenants`, async () => {
    const opened = await openSpace(octopus, name);
    return [opened, await prepareWork(opened, wish)] as const;
  });
  for (const remark of work.remarks) safe.write("stderr", `${remark}\n`);
  const tell = (runs: readonly TenantRun[]): void => {
    if (asJson) printJson(hidden(outer, [...values.hidden.values()]), toJson(work, runs, space));
  };
  if (given.plan === true) {
    if (asJson) tell(work.runs);
    else safe.write("stdout", planWords(work, space));
    return exitCodes.well;
  }
  const keepsGoing = given["keep-going"] === true;
  return carryOut({ space, work, atOnce, keepsGoing, notices, goOn: describeGoingOn(wish.again), tell }, safe);
}

/** What a script reads: of a plan, what would be started; else what became of each. */
function toJson({ chosen, snapshot }: PreparedWork, runs: readonly TenantRun[], space: OctopusSpace): object {
  return {
    runbook: textOf(chosen.runbook, "Name"),
    project: textOf(chosen.project, "Name"),
    environment: textOf(chosen.environment, "Name"),
    snapshot: snapshot.text,
    tenants: runs.map(({ tenantId, name, state, isJoined, taskId, took, reason }) => ({
      id: tenantId,
      name,
      state,
      isJoined,
      taskId,
      ...(taskId !== undefined && { taskUrl: linkTo(space, taskId) }),
      took,
      reason,
    })),
  };
}

/** Nothing that is printed shows a secret. */
function hidden(context: CommandContext, secrets: readonly string[]): CommandContext {
  const { write, environment } = context;
  return { ...context, write: (stream, text) => write(stream, hideSecrets(text, environment, secrets)) };
}

interface Preparation {
  space: OctopusSpace;
  work: PreparedWork;
  atOnce: number | undefined;
  keepsGoing: boolean;
  /** How somebody goes on who stops it. */
  goOn: string;
  /** Who is told what is no part of the work; nothing but the progress writes while a table is shown. */
  notices: { tell(sentence: string): void };
  /** Prints the runs as JSON, where somebody asked for it. */
  tell(runs: readonly TenantRun[]): void;
}

async function carryOut(
  { space, work, atOnce, keepsGoing, notices, goOn, tell }: Preparation,
  context: CommandContext,
): Promise<number> {
  const { chosen, snapshot: choice, values, runs, newest } = work;
  const progress = createProgress({
    title: `${textOf(chosen.runbook, "Name")} of "${textOf(chosen.project, "Name")}"`,
    write: (text) => context.write("stdout", text),
    terminal: context.terminal,
    now: () => performance.now(),
  });
  notices.tell = (sentence) => progress.tell(sentence);
  const round = createRound(runs, (run) => progress.changed(run));
  progress.tell(`Runs ${choice.text} of ${textOf(chosen.runbook, "Name")} for ${describeTenants(round)}.`);
  const snapshot = await choice.pin();
  progress.show(round);
  const host = createHost(progress, goOn, context);
  const same = { snapshotId: snapshot.id, values };
  try {
    await runAll({ space, chosen, snapshot, same, atOnce, keepsGoing, round, newest }, host);
  } catch (error) {
    progress.end();
    tell(round.list());
    return tellEnd(error, { round, space, goOn }, context);
  }
  progress.end();
  tell(round.list());
  context.write("stdout", finalWords(round, space));
  if (round.list("toStart").length > 0) {
    const shared = keepsGoing ? undefined : countSharedFailures(round);
    context.write(
      "stderr",
      shared === undefined
        ? `Stopped before all were started. ${goOn}\n`
        : `Stopped, since the first ${shared} all failed for the same reason and none succeeded: the others would most likely fail, too. Mend it and run the same command again, or start them all the same by --keep-going.\n`,
    );
    return exitCodes.notOver;
  }
  return round.list(...badStates).length > 0 ? exitCodes.bad : exitCodes.well;
}

/** `40 tenants, 3 of which have succeeded before`. */
function describeTenants(round: Round): string {
  const [all, before] = [round.list().length, round.list("doneBefore").length];
  const tenants = `${all} ${all === 1 ? "tenant" : "tenants"}`;
  if (before === 0) return tenants;
  return `${tenants}, ${before === all ? "all" : before} of which succeeded before`;
}

function createHost(progress: Progress, goOn: string, context: CommandContext): RunHost {
  let isStopping = false;
  const { signal } = context;
  context.takeFirstInterrupt?.(() => {
    isStopping = true;
    progress.tell(
      `Starts no more. What runs goes on, and is watched to its end; Ctrl-C once more ends this at once. ${goOn}`,
    );
  });
  return {
    pause: context.pause ?? ((milliseconds) => sleep(milliseconds, undefined, { signal })),
    now: () => performance.now(),
    isStopping: () => isStopping,
    isEnded: () => signal.aborted,
    tell: (sentence) => progress.tell(sentence),
    show: (round) => progress.show(round),
  };
}

/** The second Ctrl-C, a server that is gone, a key that is not good any more, a server that takes nothing. */
function tellEnd(
  error: unknown,
  { round, space, goOn }: { round: Round; space: OctopusSpace; goOn: string },
  context: CommandContext,
): number {
  const { write, signal } = context;
  if (!signal.aborted && !(error instanceof StepError)) throw error;
  write("stdout", finalWords(round, space));
  if (signal.aborted) {
    write("stderr", `Ended at once: what was started goes on in Octopus. ${goOn}\n`);
    return exitCodes.ended;
  }
  const hasStarted = round.list().some(({ taskId }) => taskId !== undefined);
  write(
    "stderr",
    `${explainError(error, context)}${hasStarted ? ` What was started goes on in Octopus. ${goOn}` : ""}\n`,
  );
  return hasStarted ? exitCodes.notOver : exitCodes.nothingStarted;
}

function toWish(
  command: ManyCommand,
  { given, names }: { given: Given; names: readonly string[] },
): Omit<ManyWish, "given"> {
  const { tenants = [], tag = [], ring } = given;
  const { isLasting, ...runbook } = toRunbook(command, names);
  if (tenants.length + tag.length === 0 && ring === undefined)
    throw new UsageError(
      `Say for whom: --tenants <name or pattern>, --tag <Set/Tag> or --ring <name>. All tenants are --tenants ".*".`,
    );
  const { project } = given;
  return {
    runbook: {
      ...runbook,
      projects: project === undefined ? [] : [project, nameCompanion(project), nameGoldenSpaceProject(project)],
      environment: given.environment,
    },
    tenants: { names: tenants, tags: tag, ring, ringSet: given["ring-set"] ?? defaultRingSet },
    again: given.again === true,
    isLasting,
    now: Date.now(),
  };
}

function toRunbook(
  command: ManyCommand,
  names: readonly string[],
): Pick<RunbookWish, "names" | "part"> & { isLasting: boolean } {
  const [name, ...others] = names;
  if (command !== "run") {
    if (name === undefined) return runbooks[command];
    throw new UsageError(
      `managed-spaces ${command} takes options alone, and "${name}" is none. Is it a tenant's name? Then use --tenants "${name}".`,
    );
  }
  if (name !== undefined && others.length === 0) return { names: [name], part: name, isLasting: false };
  throw new UsageError(
    name === undefined
      ? `Name the runbook: managed-spaces run "<runbook>" --tenants <name or pattern>.`
      : `One runbook at a time, not ${names.map((one) => `"${one}"`).join(" and ")}. Put a name with spaces in quotes.`,
  );
}

function readAtOnce(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new UsageError(`--at-once is "${text}". Give a whole number of 1 or more, such as --at-once 5.`);
}

function readGivenValues(given: Given, { environment }: CommandContext): GivenValues {
  if (given.variables === "-" && given["api-key-file"] === "-")
    throw new UsageError(
      "Standard input holds the variables or the API key, not both. Name a file for one of them, or set OCTOPUS_API_KEY.",
    );
  const plain = new Map((given.variable ?? []).map((text) => splitPair(text, "--variable")));
  const fromEnvironment = (given["variable-env"] ?? []).map((text) => {
    const [name, variable] = splitPair(text, "--variable-env");
    const value = environment[variable];
    if (value === undefined)
      throw new UsageError(
        `--variable-env names the environment variable "${variable}" for "${name}", and there is none. Set it, or correct its name.`,
      );
    return [name, value] as const;
  });
  return { plain, hidden: new Map([...Object.entries(readVariablesFile(given.variables)), ...fromEnvironment]) };
}

function splitPair(text: string, option: string): [name: string, value: string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at).trim(), text.slice(at + 1)];
  throw new UsageError(
    `${option} takes a name and a value, such as ${option} "Name=value". There is no = in what was given.`,
  );
}
