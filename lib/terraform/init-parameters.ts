/**
 * The arguments in a line such as `-backend-config="bucket=states" -upgrade`, as Octopus's Terraform steps hand it over: at spaces, but for
 * what is in double quotes, in which two of them are one. A backslash means something before a quote alone.
 */
export function splitInitParameters(line: string): string[] {
  const found: string[] = [];
  let isQuoted = false;
  let current: string | undefined;
  for (let place = 0; place < line.length;) {
    const piece = readPiece(line.slice(place), isQuoted);
    place += piece.length;
    if (!isQuoted && (piece === " " || piece === "\t")) {
      if (current !== undefined) found.push(current);
      current = undefined;
      continue;
    }
    current = (current ?? "") + sayPiece(piece);
    if (piece === '"') isQuoted = !isQuoted;
  }
  return current === undefined ? found : [...found, current];
}

function readPiece(rest: string, isQuoted: boolean): string {
  const escaped = /^(?:(?:\\\\)*\\"|(?:\\\\)+(?="))/.exec(rest)?.[0];
  return escaped ?? (isQuoted && rest.startsWith('""') ? '""' : rest.charAt(0));
}

function sayPiece(piece: string): string {
  if (piece === '"') return "";
  if (piece === '""') return '"';
  return piece.length === 1 ? piece : piece.replaceAll(/\\(["\\])/g, "$1");
}

/** The settings that `-backend-config=name=value` gives in such a line, by name. */
export function readBackendSettings(line: string): Record<string, string> {
  const settings = splitInitParameters(line).flatMap((argument): [string, string][] => {
    const [, name, value] = /^-{1,2}backend-config=([^=]+)=(.*)$/s.exec(argument) ?? [];
    return name === undefined || value === undefined ? [] : [[name.trim(), value]];
  });
  return Object.fromEntries(settings);
}
