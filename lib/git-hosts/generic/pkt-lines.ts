/** A line of Git's wire format; `flush` and `delimiter` stand between sections (gitprotocol-common, "pkt-line Format"). */
export type PktLine = { text: string } | "flush" | "delimiter";

/** @returns undefined for what is not in that format */
export function parsePktLines(content: Uint8Array): PktLine[] | undefined {
  const lines: PktLine[] = [];
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  for (let at = 0; at < content.length;) {
    const prefix = decoder.decode(content.subarray(at, at + 4));
    if (!/^[0-9a-f]{4}$/i.test(prefix)) return undefined;
    const length = Number.parseInt(prefix, 16);
    if (length < 4) {
      if (length > 2) return undefined;
      lines.push(length === 1 ? "delimiter" : "flush");
      at += 4;
      continue;
    }
    if (at + length > content.length) return undefined;
    lines.push({ text: decoder.decode(content.subarray(at + 4, at + length)).replace(/\n$/, "") });
    at += length;
  }
  return lines;
}

/** For texts in ASCII, whose bytes are as many as their characters. */
export function renderPktLines(lines: readonly PktLine[]): string {
  return lines
    .map((line) => {
      if (line === "flush") return "0000";
      if (line === "delimiter") return "0001";
      const bytes = new TextEncoder().encode(`${line.text}\n`).length + 4;
      return `${bytes.toString(16).padStart(4, "0")}${line.text}\n`;
    })
    .join("");
}
