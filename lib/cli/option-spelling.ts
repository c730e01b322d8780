import type { OptionDeclaration } from "./declare-command.ts";

/** What stands for an option's value: `<file>`. */
export function valueOf({ choices, value = "<value>" }: OptionDeclaration): string {
  return choices !== undefined && choices.length <= 4 ? choices.join("|") : value;
}

/** How an option is written, such as `--out <folder>` or `--no-compare`. */
export function spellOption(name: string, option: OptionDeclaration): string {
  if (option.type === "boolean") return option.negatable === "on" ? `--no-${name}` : `--${name}`;
  return `--${name} ${valueOf(option)}`;
}

/** All that is to be known of an option: what it does, and in brackets what it takes, what is so without it, and what stands in. */
export function describeOption(option: OptionDeclaration): string {
  const { help, choices = [], meanings, multiple, default: preset, otherwise, environment } = option;
  const chosen =
    meanings === undefined ? [] : [`${choices.map((choice, index) => `${choice}: ${meanings[index]}`).join("; ")}`];
  const rest = [
    ...(choices.length > 4 && meanings === undefined ? [`one of ${choices.join(", ")}`] : []),
    ...chosen,
    ...(multiple === true ? ["may be repeated"] : []),
    ...(preset !== undefined && preset !== "" ? [`default: ${preset.replaceAll("\n", ", ")}`] : []),
    ...(otherwise !== undefined ? [`default: ${otherwise}`] : []),
    ...(environment !== undefined ? [`or ${environment}`] : []),
  ];
  return rest.length === 0 ? help : `${help} (${rest.join("; ")})`;
}
