import type { Parameter } from "./parameters.ts";
import type * as z from "zod/mini";

export type StepParameters = Readonly<Record<string, Parameter>>;
/** Output variables: name to one line of description. */
export type StepOutputs = Readonly<Record<string, string>>;

/** The parsed parameters, by their camelCase keys. */
export type StepInput<P extends StepParameters> = { [Key in keyof P]: z.output<P[Key]> };

/** A use of the step worth showing; every example is run by a test. Parameters are as the form would hold them. */
export interface StepExample<P extends StepParameters = StepParameters> {
  title: string;
  parameters: { readonly [Key in keyof P]?: string };
}

export interface StepLog {
  /** One line per decision or effect, including "nothing to do" and why. */
  info(message: string): void;
  /** Requests, output of other programs, ids. */
  verbose(message: string): void;
  /** The result: one to three lines a run; Octopus shows them in the task summary too. */
  highlight(message: string): void;
  /** Something to look at; the step still succeeds. */
  warn(message: string): void;
  /** For long loops; percent from 0 to 100. */
  progress(percent: number, message: string): void;
}

/** All that a step may touch. */
export interface StepContext<Input = Record<string, unknown>, OutputName extends string = string> {
  input: Input;
  log: StepLog;
  /** Sets a declared output variable, which later steps of the same run can read. */
  setOutput(name: OutputName, value: string, options?: { sensitive?: boolean }): void;
  /** Has Octopus collect the file at `path` when the step is done; `name` is by default the file's. */
  attach(path: string, name?: string): void;
  /** Hides a secret of four or more characters, and the forms it is often written in, from all that follows in the log. */
  mask(secret: string): void;
  /** One Octopus variable of this run, exactly as it is; undefined when there is none of that name (names are case-sensitive). */
  readVariable(name: string): string | undefined;
  /** Where Octopus put the extracted package of the package reference `name`; undefined when it brought none. */
  packagePath(name: string): string | undefined;
  workingDirectory: string;
  /** Aborted when Octopus cancels the task. */
  signal: AbortSignal;
  now(): Date;
}

export interface StepDefinition<P extends StepParameters = StepParameters, O extends StepOutputs = StepOutputs> {
  /** A GUID. People's spaces follow a template by it: never change one. */
  id: string;
  name: `${string} - ${string}`;
  /** Goes up by one with each released change of the template. */
  version: number;
  /** First part of the names of the step's variables. */
  prefix: string;
  /** Markdown. */
  description: string;
  parameters: P;
  outputs: O;
  examples: readonly StepExample<P>[];
  run(context: StepContext<StepInput<P>, keyof O & string>): Promise<void>;
}

/** Types a declaration; does nothing else. */
export function defineStep<P extends StepParameters, const O extends StepOutputs>(
  definition: StepDefinition<P, O>,
): StepDefinition<P, O> {
  return definition;
}
