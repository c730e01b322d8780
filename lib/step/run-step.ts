import { statSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { StepContext, StepDefinition, StepLog } from "./define-step.ts";
import { NotFoundError, toStepError } from "./errors.ts";
import { listMaskedForms } from "./masked-forms.ts";
import { listSecrets, parseInput, toPackageVariables } from "./parse-input.ts";
import type { StepJournal } from "./step-journal.ts";

/** Of a file's name, before its extension: file systems take little more. */
const mostCharacters = 120;

/** What a step runs in: Octopus's worker, a terminal, or a test. */
export interface StepHost {
  readVariable(name: string): string | undefined;
  journal: StepJournal;
  workingDirectory: string;
  signal: AbortSignal;
  now(): Date;
}

/** Runs a step to its end. Gives the exit code: 0 for success, 1 for a failure, which the journal then knows. Never throws. */
export async function runStep(step: StepDefinition, host: StepHost): Promise<number> {
  try {
    for (const secret of listSecrets(step, host.readVariable)) maskSecret(secret, host.journal);
    await step.run(createContext(step, parseInput(step, host.readVariable), host));
    return 0;
  } catch (error) {
    reportFailure(error, host);
    return 1;
  }
}

/** Tells the journal why the step failed: an error made for the reader in its own words, any other as a mistake of ours. */
export function reportFailure(error: unknown, host: Pick<StepHost, "journal" | "signal">): void {
  const known = toStepError(error);
  if (known !== undefined) return host.journal.fail(known.message);
  if (host.signal.aborted) return host.journal.fail("The step was canceled. It is safe to run it again.");

  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  host.journal.log("verbose", details);
  host.journal.fail("Unexpected error, please report it. The details are in the verbose log.");
}

/** What `run` gets. */
export function createContext<Input>(step: StepDefinition, input: Input, host: StepHost): StepContext<Input> {
  const { journal, readVariable, workingDirectory, signal, now } = host;
  return {
    input,
    log: createLog(journal),
    setOutput: (name, value, options) =>
      setOutput(step, { name, value, isSensitive: options?.sensitive ?? false }, journal),
    attach: (path, name) => attach(resolve(workingDirectory, path), name, journal),
    mask: (secret) => maskSecret(secret, journal),
    readVariable,
    packagePath: (name) => readVariable(toPackageVariables(name).path) || undefined,
    workingDirectory,
    signal,
    now,
  };
}

function createLog(journal: StepJournal): StepLog {
  return {
    info: (message) => journal.log("info", message),
    verbose: (message) => journal.log("verbose", message),
    highlight: (message) => journal.log("highlight", message),
    warn: (message) => journal.log("warning", message),
    progress: (percent, message) => journal.progress(Math.min(100, Math.max(0, percent)), message),
  };
}

function setOutput(
  step: StepDefinition,
  output: { name: string; value: string; isSensitive: boolean },
  journal: StepJournal,
): void {
  if (!Object.hasOwn(step.outputs, output.name)) throw new TypeError(`The step declares no output "${output.name}".`);
  if (output.isSensitive) maskSecret(output.value, journal);
  journal.setOutput(output.name, output.value, output.isSensitive);
}

function attach(path: string, name: string | undefined, journal: StepJournal): void {
  const file = statSync(path, { throwIfNoEntry: false });
  if (file === undefined) throw new NotFoundError(`Failed to attach "${path}": there is no such file.`);
  journal.attach(path, toFileName(name ?? basename(path)), file.size);
}

/** A name under which people can save the file, wherever they are: without what no system, or only some, allow. */
function toFileName(name: string): string {
  const [, base = "", extension = ""] = /^(.*?)(\.[a-z0-9]+)?$/is.exec(name) ?? [];
  const allowed = base.replaceAll(/[\p{Cc}/\\:*?"<>|]+/gu, "-");
  return `${Array.from(allowed).slice(0, mostCharacters).join("")}${extension}`;
}

function maskSecret(secret: string, journal: StepJournal): void {
  for (const form of listMaskedForms(secret)) journal.mask(form);
}
