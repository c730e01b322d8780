export type FileChange = "added" | "deleted" | "renamed" | "changed";

export interface FileDiff {
  /** The path now; of a deleted file, the one it had. */
  path: string;
  /** The path before, of a renamed file. */
  oldPath?: string;
  change: FileChange;
  isBinary: boolean;
  added: number;
  removed: number;
  hunks: DiffHunk[];
}

export interface DiffHunk {
  /** What Git puts behind the second @@: the line that the hunk is below of. */
  heading: string;
  lines: DiffLine[];
}

export interface DiffLine {
  kind: "added" | "removed" | "context";
  text: string;
  /** Line numbers, where the line is in that version. */
  oldLine?: number;
  newLine?: number;
  /** Whether the file ends here without a line break. */
  isUnfinished?: boolean;
}

/** Reads what `git diff` writes (git-diff, "Generating patch text with -p"). Text that is no diff gives no files. */
export function parseDiff(diff: string): FileDiff[] {
  const parts = diff.split(/^(?=diff --git )/m).filter((part) => part.startsWith("diff --git "));
  return parts.map(parseFile);
}

function parseFile(part: string): FileDiff {
  const [head = "", ...rest] = part.split(/^(?=@@ )/m);
  const hunks = rest.map(parseHunk);
  const lines = hunks.flatMap((hunk) => hunk.lines);
  const path =
    readPath(head, "+++ b/") ?? readPath(head, "rename to ") ?? readPath(head, "--- a/") ?? readHeaderPath(head);
  const oldPath = readPath(head, "rename from ");
  return {
    path,
    ...(oldPath === undefined ? {} : { oldPath }),
    change: changeOf(head),
    isBinary: /^(Binary files |GIT binary patch)/m.test(head),
    added: lines.filter(({ kind }) => kind === "added").length,
    removed: lines.filter(({ kind }) => kind === "removed").length,
    hunks,
  };
}

function changeOf(head: string): FileChange {
  if (/^new file mode /m.test(head)) return "added";
  if (/^deleted file mode /m.test(head)) return "deleted";
  return /^rename from /m.test(head) ? "renamed" : "changed";
}

/** Git quotes a path with unusual characters, prefix and all: `+++ "b/a\tb"`; and ends one with spaces by a tab. */
function readPath(head: string, mark: string): string | undefined {
  const [keyword = "", prefix = ""] = mark.split(/(?<= )(?=[ab]\/)/);
  const line = head
    .split("\n")
    .find((candidate) => candidate.startsWith(mark) || candidate.startsWith(`${keyword}"${prefix}`));
  if (line === undefined) return undefined;
  return unquote(line.slice(keyword.length).replace(/\t$/, "")).slice(prefix.length);
}

/** The names in the first line are equal where no other line has them, as for a mode or a binary. */
function readHeaderPath(head: string): string {
  const line = (head.split("\n")[0] ?? "").slice("diff --git ".length);
  const half = unquote(line.slice(0, Math.floor(line.length / 2)).trim());
  return half.replace(/^a\//, "");
}

function unquote(path: string): string {
  if (!path.startsWith('"')) return path;
  const escapes: Record<string, string> = { n: "\n", t: "\t", r: "\r", '"': '"', "\\": "\\" };
  return path.slice(1, -1).replace(/\\(["\\ntr])/g, (_, letter: string) => escapes[letter] ?? letter);
}

function parseHunk(text: string): DiffHunk {
  const [first = "", ...rest] = text.replace(/\n$/, "").split("\n");
  const [, oldStart = "0", newStart = "0", heading = ""] =
    /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@ ?(.*)$/.exec(first) ?? [];
  const lines: DiffLine[] = [];
  let [oldLine, newLine] = [Number(oldStart), Number(newStart)];
  for (const line of rest) {
    const last = lines.at(-1);
    if (line.startsWith("\\")) {
      if (last !== undefined) last.isUnfinished = true;
    } else if (line.startsWith("+")) {
      lines.push({ kind: "added", text: line.slice(1), newLine: newLine++ });
    } else if (line.startsWith("-")) {
      lines.push({ kind: "removed", text: line.slice(1), oldLine: oldLine++ });
    } else {
      lines.push({ kind: "context", text: line.slice(1), oldLine: oldLine++, newLine: newLine++ });
    }
  }
  return { heading, lines };
}
