import { existsSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileNames, writeFiles } from "../fleet/fleet-files.ts";
import type { FleetReport } from "../fleet/fleet-report.ts";
import { readHistory } from "../fleet/history.ts";
import { lookAtFleet, type FleetLook, type Following, type LookOptions } from "../fleet/look-at-fleet.ts";
import type { FleetEvent } from "../fleet/page/fleet-event.ts";
import { renderFleetPage } from "../fleet/page/render-fleet-page.ts";
import { renderHistory } from "../fleet/render-csv.ts";
import { summarize } from "../fleet/render-markdown.ts";
import { serveFleet, type ServedFleet } from "../fleet/serve-fleet.ts";
import { lookOf } from "../fleet/states.ts";
import { openHostAccess } from "../git-hosts/index.ts";
import type { StepLog } from "../step/define-step.ts";
import { during, ParameterError, StepError } from "../step/errors.ts";
import type { CommandContext } from "./command-context.ts";
import { instanceKeysOption, openInstances } from "./instances.ts";
import { makeFolder } from "./make-folder.ts";
import { gitOptions, gitVariables, readGitAccess } from "./git-options.ts";
import { openInBrowser } from "./open-in-browser.ts";
import { connectionOptions } from "./connection-options.ts";
import { defineCommand, type GivenOf, type OptionDeclarations } from "./declare-command.ts";
import { tenantOptions } from "./tenant-options.ts";
import { UsageError } from "./usage-error.ts";

const output = "What becomes of it";
const watching = "Watching";

const fleetOptions = {
  ...tenantOptions,
  template: {
    type: "string",
    value: "<project>",
    help: "Tenants that are connected to this template.",
    group: "Which tenants",
  },
  "instance-keys": instanceKeysOption,
  compare: {
    type: "boolean",
    negatable: "on",
    help: "Without comparing copies with their templates.",
  },
  anew: { type: "boolean", help: "Ask everything again, whatever the audit trail says." },
  out: {
    type: "string",
    value: "<folder>",
    help: "The page, tables, metrics and JSON go there.",
    completes: "folders",
    group: output,
  },
  replace: { type: "boolean", help: "Over older files.", group: output },
  history: {
    type: "string",
    value: "<file>",
    help: "All that is kept of each day, as CSV.",
    completes: "files",
    group: output,
  },
  open: { type: "boolean", help: "Show the page.", group: output },
  json: {
    type: "boolean",
    help: "Print the report as JSON (lib/fleet/fleet-report.schema.json).",
    group: output,
  },
  fail: {
    type: "string",
    choices: ["never", "worse", "attention"],
    help: "End with 2 when something became worse, or needs a person.",
    otherwise: "never",
    group: output,
  },
  watch: {
    type: "boolean",
    help: "Serve the page on this machine, with changes as they come, until Ctrl-C.",
    group: watching,
  },
  port: {
    type: "string",
    value: "<number>",
    help: "Where it is served.",
    otherwise: "one that is free",
    group: watching,
  },
  budget: {
    type: "string",
    value: "<number>",
    help: "So many requests a minute at most.",
    otherwise: "60",
    group: watching,
  },
  ...gitOptions,
  ...connectionOptions,
} as const satisfies OptionDeclarations;

type Given = GivenOf<typeof fleetOptions>;

/** `managed-spaces fleet`. */
export const fleetCommand = defineCommand({
  about: ["More is in docs/fleet.md."],
  options: fleetOptions,
  examples: [
    { title: "what needs a person", line: "managed-spaces fleet" },
    { title: "the page, kept up to date", line: "managed-spaces fleet --watch --open" },
    { title: "for a pipeline", line: "managed-spaces fleet --json --fail worse" },
  ],
  variables: gitVariables,
  exitCodes: { 2: "something became worse, or needs a person, as --fail asked" },
  run: ({ given }, context) => lookAtAll(given, context),
});

async function lookAtAll(given: Given, context: CommandContext): Promise<number> {
  refuseNonsense(given, context.workingDirectory);
  return during("look at the fleet", async () => {
    const looker = await openLooker(given, context);
    const { out } = given;
    // A look may take long, and would be lost.
    if (out !== undefined) await writing(resolve(context.workingDirectory, out), makeFolder);
    if (given.watch === true) return watch(looker, given, context);
    const look = await looker.look({ keeps: true });
    await handOut(look, given, context);
    return isBad(look.report, given.fail) ? 2 : 0;
  });
}

function refuseNonsense(given: Given, workingDirectory: string): void {
  const { out, replace, history } = given;
  refuseIdle(given);
  refuseNumber("port", given.port, { least: 0, most: 65_535 });
  refuseNumber("budget", given.budget, { least: 1, most: 99_999 });
  const taken = [
    ...(out === undefined ? [] : fileNames.map((name) => join(out, name))),
    ...(history === undefined ? [] : [history]),
  ];
  const first = taken.find((path) => existsSync(resolve(workingDirectory, path)));
  if (first !== undefined && replace !== true)
    throw new ParameterError(`There is a file "${first}" already. Name another place, or add --replace.`);
}

/** Options that would do nothing, which whoever gives them would wait for in vain. */
function refuseIdle(given: Given): void {
  const names = given.watch === true ? onlyOnce : onlyWatching;
  const idle = names.find((name) => given[name] !== undefined);
  if (idle !== undefined)
    throw new UsageError(
      given.watch === true
        ? `--${idle} is for one look, and --watch looks until Ctrl-C. Use one of the two.`
        : `--${idle} is for --watch alone. Add --watch, or leave it away.`,
    );
  if (given.replace === true && given.out === undefined && given.history === undefined)
    throw new UsageError("--replace is for files that --out or --history writes. Add one of them, or leave it away.");
}

const onlyOnce = ["out", "history", "json", "fail", "replace"] as const;
const onlyWatching = ["port", "budget"] as const;

function refuseNumber(
  name: string,
  value: string | undefined,
  { least, most }: Readonly<Record<"least" | "most", number>>,
): void {
  if (value === undefined || (/^\d{1,5}$/.test(value) && Number(value) >= least && Number(value) <= most)) return;
  throw new UsageError(`--${name} is "${value}". Use a number from ${least} to ${most}.`);
}

interface Looker {
  look(following: Following): Promise<FleetLook>;
}

async function openLooker(given: Given, context: CommandContext): Promise<Looker> {
  const warnings = createWarnings(context);
  const log = createLog(warnings.take);
  const { management, access, readVariable } = await openInstances(given, context, log);
  const selection = {
    names: given.tenants ?? [],
    tags: given.tag ?? [],
    template: given.template,
    ring: given.ring,
    ringSet: given["ring-set"],
  };
  const options: Omit<LookOptions, "now"> = {
    management,
    access,
    selection,
    compares: given.compare !== false,
    anew: given.anew === true,
    git: {
      access: readGitAccess(given, context),
      openHost: openHostAccess,
      workingDirectory: tmpdir(),
      mask: () => undefined,
    },
    readVariable,
    log,
    signal: context.signal,
  };
  return {
    async look(following) {
      const look = await lookAtFleet({ ...options, now: new Date() }, following);
      warnings.tell(look.report);
      return look;
    },
  };
}

/** What goes wrong with an instance is told by the report, once; other warnings when they are new since the look before. */
function createWarnings({ write }: CommandContext): { take(warning: string): void; tell(report: FleetReport): void } {
  let [known, taken] = [new Set<string>(), new Set<string>()];
  return {
    take: (warning) => void taken.add(warning),
    tell({ instances }) {
      const told = instances.flatMap(({ findings }) => findings.map(({ text }) => text));
      const isTold = (warning: string): boolean => told.some((text) => warning.includes(text));
      for (const warning of taken) if (!known.has(warning) && !isTold(warning)) write("stderr", `${warning}\n`);
      [known, taken] = [taken, new Set()];
    },
  };
}

/** Requests and progress are nobody's concern here. */
function createLog(warn: (warning: string) => void): StepLog {
  const silent = (): void => undefined;
  return {
    info: silent,
    verbose: silent,
    highlight: silent,
    progress: silent,
    warn,
  };
}

async function handOut({ report, store }: FleetLook, given: Given, context: CommandContext): Promise<void> {
  const { write } = context;
  if (given.out !== undefined) {
    const directory = resolve(context.workingDirectory, given.out);
    await writing(directory, () => writeFiles(report, directory));
  }
  if (given.history !== undefined) await writeHistory(resolve(context.workingDirectory, given.history), store);
  if (given.json === true) write("stdout", `${JSON.stringify(report)}\n`);
  else write("stdout", describe(report));
  if (given.open === true) {
    const path = join(await mkdtemp(join(tmpdir(), "managed-spaces-fleet-")), "fleet.html");
    await writeFile(path, renderFleetPage(report));
    await openInBrowser(path);
    if (given.json !== true) write("stdout", `The page is ${path}.\n`);
  }
}

async function writeHistory(path: string, store: FleetLook["store"]): Promise<void> {
  const text = renderHistory(await readHistory(store));
  await writing(path, () => writeFile(path, text));
}

/** A place that is none, or that somebody may not write to, is told as such. */
async function writing(path: string, write: (path: string) => unknown): Promise<void> {
  try {
    await write(path);
  } catch (error) {
    throw new ParameterError(
      `"${path}" cannot be written: ${error instanceof Error ? error.message : String(error)}. Name another place.`,
      { cause: error },
    );
  }
}

function describe(report: FleetReport): string {
  const lines = report.attention.map(({ state, text, mend, isNew }) => {
    const help =
      mend === undefined
        ? ""
        : ` ${mend.text}${mend.command === undefined ? "" : ` ${mend.command}`}${mend.url === undefined ? "" : ` ${mend.url}`}`;
    return `${isNew ? "NEW " : ""}${lookOf(state).label}: ${text}${help}`;
  });
  const limits = report.instances.flatMap(({ url, limits: all }) => all.map((limit) => `${url}: ${limit}`));
  const cost = `Read with ${report.cost.requests} requests in ${report.cost.seconds} s.`;
  return `${[...lines, ...limits, ...report.notes, summarize(report), cost].join("\n")}\n`;
}

function isBad({ attention }: FleetReport, when = "never"): boolean {
  return when === "attention" ? attention.length > 0 : when === "worse" && attention.some(({ isNew }) => isNew);
}

/** Seconds between two looks at least. */
const shortestPause = 15;

/** Requests a minute that looks of a watch may take together, unless somebody says otherwise. */
const defaultBudget = 60;

/** Looks again and again, as often as the budget of requests lets it, until it is canceled. What it finds is kept by nobody else. */
async function watch(looker: Looker, given: Given, context: CommandContext): Promise<number> {
  const budget = Number(given.budget ?? defaultBudget);
  let current: Watched = { look: await looker.look({ keeps: false }) };
  let next: Date | undefined = nextAfter(current.look, budget);
  let served: ServedFleet | undefined;
  try {
    const renderPage = (): string => renderFleetPage(current.look.report, { watch: { source: "events" } });
    const latest = (readAt: string): FleetEvent => ({
      ...(current.look.report.readAt !== readAt && { report: current.look.report }),
      budget: { perMinute: budget, ...(next !== undefined && { nextAt: next.toISOString() }) },
      ...(current.trouble !== undefined && { trouble: current.trouble }),
    });
    served = await serve({ port: Number(given.port ?? 0), renderPage, latest });
    context.write(
      "stdout",
      `${summarize(current.look.report)}\nThe fleet is at ${served.url} until Ctrl-C. ${describeWait(next, budget)}\n`,
    );
    if (given.open === true) await openInBrowser(served.url);
    while (await pause(next, context.signal)) {
      next = undefined;
      served.publish();
      current = await lookOn(looker, current, context);
      next = nextAfter(current.look, budget);
      served.publish();
    }
    return 0;
  } finally {
    await served?.close();
  }
}

function describeWait(next: Date, budget: number): string {
  const minutes = Math.ceil((next.getTime() - Date.now()) / 60_000);
  return `The next look is in ${minutes <= 1 ? "a minute" : `${minutes} minutes`}: looks may take ${budget} requests a minute (--budget).`;
}

async function serve(options: Parameters<typeof serveFleet>[0]): Promise<ServedFleet> {
  try {
    return await serveFleet(options);
  } catch (error) {
    throw new ParameterError(
      `The page cannot be served at port ${options.port} of this machine: ${portTrouble(error)}. Name another --port, or leave it away for one that is free.`,
      { cause: error },
    );
  }
}

function portTrouble(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") return "something else listens there";
  return code === "EACCES" ? "only an administrator may listen there" : String(error);
}

/** Timers know no longer time than some weeks. */
const longestPause = 86_400;

function nextAfter({ report }: FleetLook, budget: number): Date {
  const seconds = Math.min(longestPause, Math.max(shortestPause, (report.cost.requests / budget) * 60));
  return new Date(Date.now() + seconds * 1000);
}

interface Watched {
  look: FleetLook;
  /** Why the latest look found nothing. */
  trouble?: string;
}

/** A look that fails as a whole leaves what the one before found. What goes on being wrong is told once. */
async function lookOn(looker: Looker, current: Watched, context: CommandContext): Promise<Watched> {
  try {
    const look = await looker.look({ known: current.look.known, keeps: false });
    if (current.trouble !== undefined) context.write("stderr", "Looks find something again.\n");
    return { look };
  } catch (error) {
    if (!(error instanceof StepError) || context.signal.aborted) throw error;
    if (error.message !== current.trouble) context.write("stderr", `${error.message}\n`);
    return { look: current.look, trouble: error.message };
  }
}

/** @returns false when the command is canceled */
async function pause(until: Date, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(Math.max(0, until.getTime() - Date.now()), undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
