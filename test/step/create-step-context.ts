import { tmpdir } from "node:os";
import type { StepContext, StepDefinition } from "../../lib/step/define-step.ts";
import { getParameterForm } from "../../lib/step/parameters.ts";
import { listSecrets, parseInput, toPackageVariables } from "../../lib/step/parse-input.ts";
import { createContext } from "../../lib/step/run-step.ts";
import type { StepHost } from "../../lib/step/run-step.ts";
import type { LogLevel } from "../../lib/step/step-journal.ts";
import { toVariableName } from "../../lib/step/variable-names.ts";

export interface StepContextOptions {
  step: StepDefinition;
  /** By key, as the form would hold them; those left out have their default, unless it refers to a variable. */
  parameters?: Readonly<Record<string, string>>;
  /** By key, the packages that Octopus brought for package parameters. */
  packages?: Readonly<Record<string, { id: string; version: string; path: string }>>;
  /** Octopus variables that the step may read. */
  variables?: Readonly<Record<string, string>>;
  workingDirectory?: string;
  signal?: AbortSignal;
  now?: () => Date;
}

/** A step in this process, and all that it told. */
export interface StepRecording {
  /** Parses the parameters and runs the step; rejects with the step's error. */
  run(): Promise<void>;
  log: { level: LogLevel; message: string }[];
  progress: { percent: number; message: string }[];
  outputs: Record<string, string>;
  attachments: { path: string; name: string }[];
  masks: string[];
}

/** Makes ready to run a step in this process, as runStep would, but with errors let through and everything recorded. */
export function createStepContext(options: StepContextOptions): StepRecording {
  const { step } = options;
  const recording = { log: [], progress: [], outputs: {}, attachments: [], masks: [] };
  const host = createRecordingHost(options, recording);
  return { ...recording, run: () => runRecorded(step, host) };
}

async function runRecorded(step: StepDefinition, host: StepHost): Promise<void> {
  for (const secret of listSecrets(step, host.readVariable)) host.journal.mask(secret);
  const context: StepContext = createContext(step, parseInput(step, host.readVariable), host);
  await step.run(context);
}

function createRecordingHost(options: StepContextOptions, recording: Omit<StepRecording, "run">): StepHost {
  const variables = toVariables(options);
  return {
    readVariable: (name) => variables.get(name),
    workingDirectory: options.workingDirectory ?? tmpdir(),
    signal: options.signal ?? new AbortController().signal,
    now: options.now ?? (() => new Date()),
    journal: {
      log: (level, message) => void recording.log.push({ level, message }),
      progress: (percent, message) => void recording.progress.push({ percent, message }),
      setOutput: (name, value) => void (recording.outputs[name] = value),
      attach: (path, name) => void recording.attachments.push({ path, name }),
      mask: (value) => void recording.masks.push(value),
      fail: (message) => void recording.log.push({ level: "warning", message }),
    },
  };
}

/** The Octopus variables that the step reads, from what the form holds. */
export function toVariables({
  step,
  parameters = {},
  packages = {},
  variables = {},
}: StepContextOptions): Map<string, string> {
  const all = new Map(Object.entries(variables));
  for (const [key, parameter] of Object.entries(step.parameters)) {
    const form = getParameterForm(parameter);
    const name = toVariableName(step.prefix, key, form);
    const value = parameters[key] ?? (form.default.includes("#{") ? undefined : form.default);
    if (value !== undefined && form.control !== "Package") all.set(name, value);
    const reference = packages[key];
    const names = toPackageVariables(name);
    if (reference)
      all.set(names.id, reference.id).set(names.version, reference.version).set(names.path, reference.path);
  }
  for (const key of Object.keys({ ...parameters, ...packages })) {
    if (!Object.hasOwn(step.parameters, key)) throw new TypeError(`The step has no parameter "${key}".`);
  }
  return all;
}
