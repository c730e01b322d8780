import type { StepDefinition } from "../../lib/step/define-step.ts";
import { createStepContext, type StepContextOptions, type StepRecording } from "../step/create-step-context.ts";

/** Runs a step, several times with other options. @returns its outputs, and what it warned of */
export async function runStep(step: StepDefinition, ...all: Omit<StepContextOptions, "step">[]): Promise<string[]> {
  const said: string[] = [];
  for (const options of all) {
    const recording = createStepContext({ ...options, step });
    await recording.run();
    said.push(...tell(recording));
  }
  return said;
}

/** The outputs of a run, and what it warned of. */
export function tell({ outputs, log }: Pick<StepRecording, "outputs" | "log">): string[] {
  const shown = log.filter(({ level }) => level === "warning" || level === "highlight");
  return [
    ...Object.entries(outputs).map(([name, value]) => `${name}: ${value}`),
    ...shown.map(({ message }) => message),
  ];
}
