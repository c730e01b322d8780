import { listOptions, toEnvironmentName } from "./command-line-options.ts";
import type { StepDefinition } from "./define-step.ts";

/** What a step can be told on the command line. */
export function renderUsage(slug: string, step: StepDefinition): string {
  const parameters = listOptions(step).map(({ key, option, form }) => {
    const isSecret = form.control === "Sensitive";
    const value = form.control === "Checkbox" ? "" : form.control === "Package" ? " <directory or zip>" : " <value>";
    return `  ${isSecret ? toEnvironmentName(step.prefix, key) : `--${option}${value}`}\n      ${form.label}. ${form.help}`;
  });
  return [
    `managed-spaces run ${slug} [options]`,
    "",
    ...parameters,
    "  --variables <file>\n      A JSON object of Octopus variables that the step may ask for.",
    "  --verbose\n      Show all that the step does.",
    "",
  ].join("\n");
}
