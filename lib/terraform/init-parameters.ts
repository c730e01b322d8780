/**
 * The arguments in a line such as `-backend-config="bucket=states" -upgrade`, as Octopus takes it apart for its Terraform steps: at
 * spaces, but for what is in double quotes.
 */
export function splitInitParameters(line: string): string[] {
  const found = line.match(/(?:[^\s"\\]|\\.|"(?:[^"\\]|\\.)*")+/g) ?? [];
  return found.map((argument) => argument.replaceAll(/(?<!\\)"/g, "").replaceAll('\\"', '"'));
}

/** The settings that `-backend-config=name=value` gives in such a line, by name. */
export function readBackendSettings(line: string): Record<string, string> {
  const settings = splitInitParameters(line).flatMap((argument): [string, string][] => {
    const [, name, value] = /^-{1,2}backend-config=([^=]+)=(.*)$/s.exec(argument) ?? [];
    return name === undefined || value === undefined ? [] : [[name.trim(), value]];
  });
  return Object.fromEntries(settings);
}
