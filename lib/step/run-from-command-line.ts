import { renderUsage } from "./command-line-usage.ts";
import type { StepDefinition } from "./define-step.ts";
import { NotFoundError } from "./errors.ts";
import { readVariables, type Environment } from "./read-command-line.ts";
import { reportFailure, runStep } from "./run-step.ts";
import { createTerminalJournal, type WriteStream } from "./step-journal.ts";

/** Each is read when it is asked for: who runs one does not wait for the others. */
export type StepsByName = Readonly<Record<string, () => Promise<StepDefinition>>>;

export interface CommandLineHost {
  environment: Environment;
  workingDirectory: string;
  write: WriteStream;
  signal: AbortSignal;
}

/**
 * `<slug> --<parameter> value …`: runs a step outside of Octopus. Gives the exit code; never throws.
 * Every parameter can also come from the environment variable that {@link toEnvironmentName} names; a secret only from there.
 * `--variables <file>` names a JSON object of the Octopus variables that the step may ask for.
 */
export async function runFromCommandLine(
  steps: StepsByName,
  argv: readonly string[],
  host: CommandLineHost,
): Promise<number> {
  const journal = createTerminalJournal(host.write, { isVerbose: argv.includes("--verbose") });
  try {
    const [slug = "", ...rest] = argv;
    const step = await getStep(steps, slug)();
    if (rest.includes("--help")) {
      host.write("stdout", renderUsage(slug, step));
      return 0;
    }
    const variables = readVariables(step, rest, host.environment);
    const readVariable = (name: string): string | undefined => variables.get(name);
    return await runStep(step, { ...host, journal, readVariable, now: () => new Date() });
  } catch (error) {
    reportFailure(error, { journal, signal: host.signal });
    return 1;
  }
}

function getStep(steps: StepsByName, slug: string): () => Promise<StepDefinition> {
  const step = Object.hasOwn(steps, slug) ? steps[slug] : undefined;
  if (step !== undefined) return step;
  throw new NotFoundError(
    `${slug === "" ? "Nothing is named to be run" : `Failed to run the step "${slug}": there is none of that name`}. Choose one of ${Object.keys(steps).join(", ")}. A runbook is run for tenants: say for whom by --tenants, --tag or --ring.`,
  );
}
