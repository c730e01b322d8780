import { listOptions, toEnvironmentName, type CommandLineOption } from "./command-line-options.ts";
import type { StepDefinition } from "./define-step.ts";
import type { ParameterForm } from "./parameters.ts";

/** What a step can be told on the command line. */
export function renderUsage(slug: string, step: StepDefinition): string {
  const parameters = listOptions(step).map(({ key, option, form }) => {
    const name = form.control === "Sensitive" ? toEnvironmentName(step.prefix, key) : renderOption({ option, form });
    return `  ${name}\n${[`${form.label}. ${form.help}`, ...listChoices(form)].map((line) => `      ${line}`).join("\n")}`;
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

function renderOption({ option, form }: Omit<CommandLineOption, "key">): string {
  const { control, options } = form;
  if (control === "Checkbox") return form.default === "True" ? `--no-${option}` : `--${option}`;
  if (control === "Select") return `--${option} ${Object.keys(options).join("|")}`;
  return `--${option} ${control === "Package" ? "<directory or zip>" : "<value>"}`;
}

/** What is chosen when nothing is said, as far as a form fills it in and not a variable of Octopus. */
function listChoices({ control, options, default: preset }: ParameterForm): string[] {
  if (control === "Checkbox") return preset === "True" ? ["Yes, unless this is given."] : [];
  if (control === "Select")
    return Object.entries(options).map(
      ([value, text]) => `${value}: ${text}${value === preset ? " (when nothing is said)" : ""}`,
    );
  return preset === "" || preset.includes("#{") ? [] : [`When nothing is said: ${preset.replaceAll("\n", ", ")}`];
}
