import { writeSync } from "node:fs";
import type { StepDefinition } from "./define-step.ts";
import { StepError, UnavailableError } from "./errors.ts";
import { listVariableNames } from "./parse-input.ts";
import { reportFailure, runStep } from "./run-step.ts";
import type { StepHost } from "./run-step.ts";
import { tuneEngine } from "./tune-engine.ts";
import { createOctopusJournal } from "./step-journal.ts";
import type { WriteStream } from "./step-journal.ts";

/** What the loader in the script body hands to a bundle: the fields on standard input, each ended by a NUL: answers, in the order of the questions. Undefined at their end. */
export interface Launcher {
  nextField(): string | undefined;
  /** What a question begins with, where the launcher reads standard output itself and takes questions there, one at a time. */
  mark?: string;
}

/** Where another launcher takes questions: a line of a name in base64, a space, and the name as it is. The answer is the next field. */
const QUESTIONS = 3;

const STANDARD_OUTPUT = { stdout: 1, stderr: 2 };

/** After Octopus cancels a task, how long a step may take to put its affairs in order, in milliseconds. */
const GRACE = 10_000;

/** Runs a step in the process that a launcher started, and ends the process with the step's exit code. */
export async function launchStep(step: StepDefinition, launcher: Launcher): Promise<void> {
  const cancel = new AbortController();
  const journal = createOctopusJournal(launcher.mark === undefined ? writeToProcess : writeInOrder);
  const host = { journal, signal: cancel.signal, workingDirectory: process.cwd(), now: () => new Date() };
  watchProcess(cancel, host);
  tuneEngine();
  try {
    // Who reads standard output does not while it writes an answer: each question waits for the last one's.
    const expected = launcher.mark === undefined ? listVariableNames(step) : [];
    endProcess(await runStep(step, { ...host, readVariable: createReadVariable(launcher, expected) }));
  } catch (error) {
    reportFailure(error, host);
    endProcess(1);
  }
}

/**
 * Asks the launcher for a variable, once for each name.
 * @param expected - names that are asked for together with the first one: the launcher looks the next one up while the last one is read
 */
export function createReadVariable(
  launcher: Launcher,
  expected: readonly string[] = [],
): (name: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  const asked = new Set<string>();
  const due: string[] = [];
  return (name) => {
    if (!asked.has(name)) {
      const names = [...new Set([name, ...expected])].filter((each) => !asked.has(each));
      askFor(launcher, names, name);
      for (const each of names) asked.add(each);
      due.push(...names);
    }
    while (!known.has(name)) known.set(due.shift() ?? name, nextValue(launcher));
    return known.get(name);
  };
}

function askFor({ mark }: Launcher, names: readonly string[], wanted: string): void {
  try {
    const lines = names.map((name) =>
      mark === undefined ? `${Buffer.from(name, "utf8").toString("base64")} ${name}\n` : `${mark}${name}\n`,
    );
    if (mark === undefined) writeSync(QUESTIONS, lines.join(""));
    else writeInOrder("stdout", lines.join(""));
  } catch (error) {
    throw new UnavailableError(
      `Failed to read the Octopus variable "${wanted}": the script that started this step has ended.`,
      {
        cause: error,
      },
    );
  }
}

/** Octopus's get_octopusvariable prints nothing for an empty variable, and a line feed for one that does not exist. */
function nextValue(launcher: Launcher): string | undefined {
  const value = launcher.nextField();
  if (value === undefined)
    throw new StepError("Failed to read the Octopus variables: the script that started this step has ended.");
  return value === "\n" ? undefined : value;
}

function watchProcess(cancel: AbortController, host: Pick<StepHost, "journal" | "signal">): void {
  const onSignal = (): void => {
    if (cancel.signal.aborted) endProcess(1);
    cancel.abort();
    setTimeout(() => endProcess(1), GRACE).unref();
  };
  process.on("SIGTERM", onSignal).on("SIGINT", onSignal);
  process.on("uncaughtException", (error) => {
    reportFailure(error, host);
    endProcess(1);
  });
  // Node leaves quietly when nothing is left to wait for, be the step done or not.
  process.on("beforeExit", () => {
    reportFailure(new Error("The step waits for something that never comes."), host);
    endProcess(1);
  });
}

/** Ends the process when all that was printed has left it. */
function endProcess(exitCode: number): void {
  process.stdout.write("", () => process.stderr.write("", () => process.exit(exitCode)));
}

const writeToProcess: WriteStream = (stream, text) => {
  process[stream].write(text);
};

/** Nothing that is printed comes into the middle of a question: where Node.js writes to pipes in the background, as on Windows, it could. */
const writeInOrder: WriteStream = (stream, text) => {
  let rest = Buffer.from(text, "utf8");
  while (rest.length > 0) rest = rest.subarray(writeSync(STANDARD_OUTPUT[stream], rest));
};
