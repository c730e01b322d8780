/** What a task must never show. One masker serves all streams of a task. */
export interface Masker {
  /** Values of three characters or fewer are not masked, as on a real server. */
  add(secret: string): void;
  mask(text: string): string;
  /** Masks the lines of one stream, also secrets that span several of them. */
  createLineMasker<Line extends { text: string }>(emit: (line: Line) => void): LineMasker<Line>;
}

export interface LineMasker<Line> {
  /** Passes the line on, or keeps it back while it may be the beginning of a secret with line breaks. */
  write(line: Line): void;
  /** Passes on what was kept back. */
  end(): void;
}

const stars = "********";

export function createMasker(): Masker {
  let secrets: string[] = [];
  let pattern: RegExp | undefined;

  function add(secret: string): void {
    const value = secret.replaceAll("\r", "").replace(/^\n+|\n+$/g, "");
    if (value.length <= 3 || secrets.includes(value)) return;
    secrets = [...secrets, value].toSorted((one, other) => other.length - one.length);
    pattern = new RegExp(secrets.map(escapePattern).join("|"), "g");
  }
  function mask(text: string): string {
    return pattern === undefined ? text : text.replace(pattern, stars);
  }
  function createLineMasker<Line extends { text: string }>(emit: (line: Line) => void): LineMasker<Line> {
    let kept: Line[] = [];
    function release(): void {
      for (const line of maskLines(kept, mask)) emit(line);
      kept = [];
    }
    return {
      end: release,
      write(line) {
        kept.push(line);
        const text = kept.map((keptLine) => keptLine.text).join("\n");
        if (!secrets.some((secret) => mayContinue(text, secret))) release();
      },
    };
  }
  return { add, mask, createLineMasker };
}

/** Could the secret begin in this text and go on in the next line? */
function mayContinue(text: string, secret: string): boolean {
  for (let lineEnd = secret.indexOf("\n"); lineEnd !== -1; lineEnd = secret.indexOf("\n", lineEnd + 1)) {
    if (text.endsWith(secret.slice(0, lineEnd))) return true;
  }
  return false;
}

/** Masks lines as one text; a line whose beginning was swallowed by a secret is part of the line in which the secret began. */
function maskLines<Line extends { text: string }>(lines: Line[], mask: (text: string) => string): Line[] {
  if (lines.length === 1) return lines.map((line) => ({ ...line, text: mask(line.text) }));
  const separator = "\n";
  const masked = mask(lines.map((line) => line.text).join(separator)).split(separator);
  if (masked.length === lines.length) return lines.map((line, index) => ({ ...line, text: masked[index] ?? "" }));
  return masked.flatMap((text, index) => lines.slice(index, index + 1).map((line) => ({ ...line, text })));
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
