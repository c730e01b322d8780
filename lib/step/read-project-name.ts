import { ParameterError } from "./errors.ts";

/** In two parts: Octopus would replace the whole in a script body. */
const tokenStart = ["#", "{"].join("");

/** The name that was asked for; a variable that has no value in this run asks for none. */
export function readProjectName(text: string | undefined): string | undefined {
  const name = text?.trim() ?? "";
  if (name === "") return undefined;
  if (!name.includes(tokenStart)) return name;
  if (name.startsWith(tokenStart) && name.indexOf("}") === name.length - 1) return undefined;
  throw new ParameterError(
    `Failed to read "Project Name": a variable in "${name}" has no value in this run. Set it, or leave the parameter blank.`,
  );
}
