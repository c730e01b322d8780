import type { StepDefinition } from "../lib/step/define-step.ts";
import { listStepOptions } from "../lib/cli/step-options.ts";
import { renderTable } from "./render-table.ts";
import { listForms } from "./step-template.ts";

/** The table of steps for the project's README. */
export function renderStepsTable(steps: Readonly<Record<string, StepDefinition>>): string {
  const rows = Object.entries(steps).map(([slug, step]) => [
    `[${step.name}](steps/${slug}/README.md)`,
    firstSentence(step.description),
  ]);
  return renderTable(["Step", "What it does"], rows);
}

/** Parameters, outputs and examples, for the README of a step. */
export function renderStepReference(slug: string, step: StepDefinition): string {
  const forms = listForms(step);
  const options = new Map(listStepOptions(step).map((option) => [option.key, option]));
  const parameters = forms.map(({ key, name, form }) => [
    form.label,
    `\`${name}\``,
    form.control === "Sensitive" ? `\`${options.get(key)?.variable}\`` : `\`--${options.get(key)?.name}\``,
    form.default === "" ? "" : `\`${form.default}\``,
    form.help,
  ]);
  const outputs = Object.entries(step.outputs).map(([name, description]) => [`\`${name}\``, description]);
  const examples = step.examples.map(({ title, parameters: values }) =>
    [
      `**${title}**`,
      "",
      ...Object.entries(values).map(([key, value]) => `- ${labelOf(forms, key)}: \`${String(value)}\``),
    ].join("\n"),
  );
  return [
    "## Parameters",
    renderTable(["Parameter", "Variable", `\`managed-spaces run ${slug}\``, "Default", "Meaning"], parameters),
    ...(outputs.length > 0 ? ["## Outputs", renderTable(["Output", "Meaning"], outputs)] : []),
    ...(examples.length > 0 ? ["## Examples", ...examples] : []),
  ].join("\n\n");
}

/** Puts `content` between the markers of that name; undefined when `text` has none. */
export function replaceGenerated(text: string, name: string, content: string): string | undefined {
  const [begin, end] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`];
  const [start, stop] = [text.indexOf(begin), text.indexOf(end)];
  if (start < 0 || stop < start) return undefined;
  return `${text.slice(0, start + begin.length)}\n\n${content}\n\n${text.slice(stop)}`;
}

/** A README for a step that has none yet. */
export function renderNewReadme(step: StepDefinition): string {
  return `# ${step.name}\n\n${step.description}\n\n<!-- generated: reference -->\n<!-- end: reference -->\n`;
}

function labelOf(forms: ReturnType<typeof listForms>, key: string): string {
  return forms.find((form) => form.key === key)?.form.label ?? key;
}

function firstSentence(text: string): string {
  return /^.+?[.!?](?=\s|$)/s.exec(text)?.[0] ?? text;
}
