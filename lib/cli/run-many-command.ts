import { setTimeout as sleep } from "node:timers/promises";
import { defaultRingSet } from "../fleet/ring-set.ts";
import type { RunbookWish } from "../fleet/run-many/choose-runbook.ts";
import { finalWords } from "../fleet/run-many/final-words.ts";
import { planWords } from "../fleet/run-many/plan-words.ts";
import { prepareWork, type ManyWish, type PreparedWork } from "../fleet/run-many/prepare-work.ts";
import { createProgress, type Progress } from "../fleet/run-many/progress.ts";
import type { GivenValues } from "../fleet/run-many/prompted-values.ts";
import { runAll } from "../fleet/run-many/run-all.ts";
import { badStates, createRound, type Round } from "../fleet/run-many/tenant-run.ts";
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
import { during, ParameterError, StepError } from "../step/errors.ts";
import { readVariablesFile } from "../step/read-command-line.ts";
import type { CommandContext } from "./command-context.ts";
import { toConnection } from "./connection.ts";
import { explainError } from "./explain-error.ts";
import { hideSecrets } from "./hide-secrets.ts";
import { connectionOptions, parseOptionsAndNames } from "./parse-options.ts";

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

export type ManyCommand = keyof typeof runbooks | "run";

const manyOptions = {
  ...connectionOptions,
  project: { type: "string" },
  environment: { type: "string" },
  tenants: { type: "string", multiple: true },
  tag: { type: "string", multiple: true },
  ring: { type: "string" },
  "ring-set": { type: "string", default: defaultRingSet },
  "at-once": { type: "string" },
  again: { type: "boolean" },
  plan: { type: "boolean" },
  variable: { type: "string", multiple: true },
  "variable-env": { type: "string", multiple: true },
  variables: { type: "string" },
} as const;

type Given = ReturnType<typeof parseOptionsAndNames<typeof manyOptions>>["values"];

/** What the command ends with. */
const exitCodes = { well: 0, bad: 1, nothingStarted: 2, notOver: 3, ended: 130 } as const;

/** How somebody goes on. What `--again` starts anew it would start anew once more. */
function describeGoingOn(again: boolean): string {
  const joined = "Run the same command again to go on: what runs is joined, and ";
  return again
    ? `${joined}by --again what succeeded is started anew, that of this time, too.`
    : `${joined}what succeeded with the same snapshot is not started again.`;
}

/** `managed-spaces deploy`, `populate`, `find`, `merge` and `run <runbook>` for many tenants. @returns the exit code */
export async function runMany(command: ManyCommand, context: CommandContext): Promise<number> {
  try {
    return await runWished(command, context);
  } catch (error) {
    context.write("stderr", `${explainError(error, context)}\n`);
    if (context.signal.aborted) return exitCodes.ended;
    return error instanceof StepError ? exitCodes.nothingStarted : exitCodes.bad;
  }
}

async function runWished(command: ManyCommand, context: CommandContext): Promise<number> {
  const { values: given, names } = parseOptionsAndNames(context.arguments, manyOptions);
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
  if (given.plan === true) {
    safe.write("stdout", planWords(work, space));
    return exitCodes.well;
  }
  return carryOut({ space, work, atOnce, notices, goOn: describeGoingOn(wish.again) }, safe);
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
  /** How somebody goes on who stops it. */
  goOn: string;
  /** Who is told what is no part of the work; nothing but the progress writes while a table is shown. */
  notices: { tell(sentence: string): void };
}

async function carryOut({ space, work, atOnce, notices, goOn }: Preparation, context: CommandContext): Promise<number> {
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
    await runAll({ space, chosen, snapshot, same, atOnce, round, newest }, host);
  } catch (error) {
    progress.end();
    return tellEnd(error, { round, space, goOn }, context);
  }
  progress.end();
  context.write("stdout", finalWords(round, space));
  if (round.list("toStart").length > 0) {
    context.write("stderr", `Stopped before all were started. ${goOn}\n`);
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

function toWish(command: ManyCommand, { given, names }: { given: Given; names: string[] }): Omit<ManyWish, "given"> {
  const { tenants = [], tag = [], ring } = given;
  const { isLasting, ...runbook } = toRunbook(command, names);
  if (tenants.length + tag.length === 0 && ring === undefined)
    throw new ParameterError(
      `Say for whom: --tenants <name or pattern>, --tag <Set/Tag> or --ring <name>. All tenants are --tenants ".*".`,
    );
  const { project } = given;
  return {
    runbook: {
      ...runbook,
      projects: project === undefined ? [] : [project, nameCompanion(project), nameGoldenSpaceProject(project)],
      environment: given.environment,
    },
    tenants: { names: tenants, tags: tag, ring, ringSet: given["ring-set"] },
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
    throw new ParameterError(
      `managed-spaces ${command} takes options alone, and "${name}" is none. Is it a tenant's name? Then use --tenants "${name}".`,
    );
  }
  if (name !== undefined && others.length === 0) return { names: [name], part: name, isLasting: false };
  throw new ParameterError(
    name === undefined
      ? `Name the runbook: managed-spaces run "<runbook>" --tenants <name or pattern>.`
      : `One runbook at a time, not ${names.map((one) => `"${one}"`).join(" and ")}. Put a name with spaces in quotes.`,
  );
}

function readAtOnce(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new ParameterError(`--at-once is "${text}". Give a whole number of 1 or more, such as --at-once 5.`);
}

function readGivenValues(given: Given, { environment }: CommandContext): GivenValues {
  if (given.variables === "-" && given["api-key-file"] === "-")
    throw new ParameterError(
      "Standard input holds the variables or the API key, not both. Name a file for one of them, or set OCTOPUS_API_KEY.",
    );
  const plain = new Map((given.variable ?? []).map((text) => splitPair(text, "--variable")));
  const fromEnvironment = (given["variable-env"] ?? []).map((text) => {
    const [name, variable] = splitPair(text, "--variable-env");
    const value = environment[variable];
    if (value === undefined)
      throw new ParameterError(
        `--variable-env names the environment variable "${variable}" for "${name}", and there is none. Set it, or correct its name.`,
      );
    return [name, value] as const;
  });
  return { plain, hidden: new Map([...Object.entries(readVariablesFile(given.variables)), ...fromEnvironment]) };
}

function splitPair(text: string, option: string): [name: string, value: string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at).trim(), text.slice(at + 1)];
  throw new ParameterError(
    `${option} takes a name and a value, such as ${option} "Name=value". There is no = in what was given.`,
  );
}
