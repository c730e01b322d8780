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

  function add(secret: string): void {
    const value = secret.replaceAll("\r", "").replace(/^\n+|\n+$/g, "");
    if (value.length <= 3 || secrets.includes(value)) return;
    secrets = [...secrets, value].toSorted((one, other) => other.length - one.length);
  }
  const mask = (text: string): string => maskText(text, secrets);
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

/** Each place by the longest secret that begins there. A regular expression would do it, too, but not for secrets of 60 KB. */
function maskText(text: string, secrets: readonly string[]): string {
  const searches = secrets.map((secret) => ({ secret, next: text.indexOf(secret) })).filter(({ next }) => next !== -1);
  let masked = "";
  for (let end = 0; ;) {
    for (const search of searches)
      if (search.next !== -1 && search.next < end) search.next = text.indexOf(search.secret, end);
    const found = searches.filter(({ next }) => next !== -1);
    const first = Math.min(...found.map(({ next }) => next));
    // The longest come first.
    const hit = found.find(({ next }) => next === first);
    if (hit === undefined) return masked + text.slice(end);
    masked += text.slice(end, first) + stars;
    end = first + hit.secret.length;
  }
}

/** Could the secret begin in this text and go on in the next line? */
function mayContinue(text: string, secret: string): boolean {
  const isShort = (lineEnd: number): boolean => lineEnd !== -1 && lineEnd <= text.length;
  for (let lineEnd = secret.indexOf("\n"); isShort(lineEnd); lineEnd = secret.indexOf("\n", lineEnd + 1)) {
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
