import { StringDecoder } from "node:string_decoder";

/** `##octopus[name attribute='base64 of UTF-8' …]`; attribute names are in lower case. */
export interface ServiceMessage {
  name: string;
  attributes: Record<string, string>;
}

export interface OutputHandlers {
  line(text: string): void;
  message(message: ServiceMessage): void;
  /** A message that cannot be read; the text as it was written. */
  malformed(text: string): void;
}

export interface OutputParser {
  write(chunk: Uint8Array): void;
  /** The stream is over: gives the last line, if it had no end. */
  end(): void;
}

const marker = "##octopus[";

/**
 * Splits what a process writes to one stream into lines and service messages. A message begins a line or follows another message,
 * and ends at the first `]`, be it lines later; carriage returns are dropped (Calamari's own test parser, retold).
 */
export function createOutputParser(handlers: OutputHandlers): OutputParser {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  let followsMessage = false;

  function read(isLast: boolean): void {
    for (let next = takeNext(rest, isLast); next !== undefined; next = takeNext(rest, isLast)) {
      rest = rest.slice(next.length);
      deliver(next);
    }
  }
  function deliver(next: Piece): void {
    if (next.kind === "message") emitMessage(next.text, handlers);
    else if (!(followsMessage && next.text === "")) handlers.line(next.text);
    followsMessage = next.kind === "message";
  }
  return {
    write(chunk) {
      rest += decoder.write(Buffer.from(chunk)).replaceAll("\r", "");
      read(false);
    },
    end() {
      rest += decoder.end();
      read(true);
      if (rest !== "") handlers.line(rest);
      rest = "";
    },
  };
}

interface Piece {
  kind: "line" | "message";
  text: string;
  /** Characters that it takes, with brackets and line break. */
  length: number;
}

function takeNext(text: string, isLast: boolean): Piece | undefined {
  if (text === "" || (!isLast && marker.startsWith(text))) return undefined;
  if (text.startsWith(marker)) {
    const end = text.indexOf("]");
    return end === -1 ? undefined : { kind: "message", text: text.slice(marker.length, end), length: end + 1 };
  }
  const lineEnd = text.indexOf("\n");
  return lineEnd === -1 ? undefined : { kind: "line", text: text.slice(0, lineEnd), length: lineEnd + 1 };
}

function emitMessage(text: string, handlers: OutputHandlers): void {
  const message = parseMessage(text);
  if (message === undefined) handlers.malformed(`${marker}${text}]`);
  else handlers.message(message);
}

/** @returns undefined when the text is no element with base64 attributes */
function parseMessage(text: string): ServiceMessage | undefined {
  const parts = /^\s*([A-Za-z_][\w.-]*)((?:\s+[A-Za-z_][\w.-]*\s*=\s*(?:'[^']*'|"[^"]*"))*)\s*$/.exec(text);
  if (parts === null) return undefined;
  const attributes: Record<string, string> = {};
  for (const [, name = "", single, double] of (parts[2] ?? "").matchAll(
    /([A-Za-z_][\w.-]*)\s*=\s*(?:'([^']*)'|"([^"]*)")/g,
  )) {
    const encoded = (single ?? double ?? "").replace(/\s/g, "");
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(encoded) || encoded.length % 4 !== 0) return undefined;
    attributes[name.toLowerCase()] = Buffer.from(encoded, "base64").toString("utf8");
  }
  return { name: parts[1] ?? "", attributes };
}
