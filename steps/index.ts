import type { StepDefinition } from "../lib/step/define-step.ts";

/** All steps, by the names of their folders, in the order in which people read about them. */
export const steps: Readonly<Record<string, StepDefinition>> = {};
