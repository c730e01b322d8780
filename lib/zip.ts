import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";

// A zip file as PKWARE's APPNOTE 6.3 has it, as far as packages need it: no encryption, one disk, below 4 GB. Written here because a
// library weighs as much as a whole step.

export interface ZipEntry {
  /** With forward slashes; one at its end means a directory. */
  path: string;
  /** The content. @throws {@link ZipError} when it is damaged */
  read(): Uint8Array;
}

/** What is wrong with a zip file, as the end of a sentence that begins with "it" or "its". */
export class ZipError extends Error {
  override readonly name = "ZipError";
}

/** A zip file that is the same whenever and wherever it is made: entries in the order given, one date. */
export function writeZip(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const [path, content] of files) {
    const name = Buffer.from(path, "utf8");
    const packed = deflateRawSync(content, { level: 9 });
    const common = renderCommon(name, { packed, content });
    locals.push(Buffer.from(LOCAL), common, name, packed);
    centrals.push(Buffer.from([...CENTRAL, ...MADE_BY_UNIX]), common, renderCentralEnd(offset), name);
    offset += LOCAL.length + common.length + name.length + packed.length;
  }
  const directory = Buffer.concat(centrals);
  return new Uint8Array(Buffer.concat([...locals, directory, renderEnd(files.size, directory.length, { offset })]));
}

/**
 * The entries of a zip file, in its order. Contents are read when asked for.
 * @throws {@link ZipError} when it is no zip file, or only a part of one
 */
export function readZip(bytes: Uint8Array): ZipEntry[] {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = file.lastIndexOf(Buffer.from(END));
  if (end < 0 || end + 22 > file.length) throw new ZipError("it is no zip file, or only a part of one");
  const entries: ZipEntry[] = [];
  let position = file.readUInt32LE(end + 16);
  for (let count = file.readUInt16LE(end + 10); count > 0; count--) {
    const isEntry = position + 46 <= end && file.subarray(position, position + 4).equals(Buffer.from(CENTRAL));
    if (!isEntry) throw new ZipError("it is no zip file, or only a part of one");
    const nameEnd = position + 46 + file.readUInt16LE(position + 28);
    const header = position;
    entries.push({ path: file.toString("utf8", position + 46, nameEnd), read: () => readContent(file, header) });
    position = nameEnd + file.readUInt16LE(position + 30) + file.readUInt16LE(position + 32);
  }
  return entries;
}

/** Whether extracting an entry of that path could write outside of the directory that it is extracted into. */
export function isOutside(path: string): boolean {
  return /^[/\\]|^[A-Za-z]:/.test(path) || path.split(/[/\\]/).includes("..");
}

const LOCAL = [0x50, 0x4b, 3, 4];
const CENTRAL = [0x50, 0x4b, 1, 2];
const END = [0x50, 0x4b, 5, 6];
/** The format's version 2.0, on Unix: then the permissions count. */
const MADE_BY_UNIX = [20, 3];
/** UTF-8 names. */
const FLAGS = 0x0800;
const STORED = 0;
const DEFLATED = 8;
/** 1980-01-01: the first day that the format can tell. */
const DATE = 0x0021;
/** A plain file with the permissions 644. */
const ATTRIBUTES = 0o100644 * 0x10000;

function renderCommon(name: Buffer, { packed, content }: { packed: Buffer; content: Uint8Array }): Buffer {
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(FLAGS, 2);
  common.writeUInt16LE(DEFLATED, 4);
  common.writeUInt16LE(DATE, 8);
  common.writeUInt32LE(crc32(content), 10);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(content.length, 18);
  common.writeUInt16LE(name.length, 22);
  return common;
}

function renderCentralEnd(offset: number): Buffer {
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(ATTRIBUTES, 6);
  rest.writeUInt32LE(offset, 10);
  return rest;
}

function renderEnd(count: number, size: number, { offset }: { offset: number }): Buffer {
  const end = Buffer.alloc(22);
  end.set(END);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}

function readContent(file: Buffer, header: number): Uint8Array {
  const path = file.toString("utf8", header + 46, header + 46 + file.readUInt16LE(header + 28));
  const content = tryReadContent(file, header);
  if (content === undefined || crc32(content) !== file.readUInt32LE(header + 16)) {
    throw new ZipError(`its entry "${path}" is damaged`);
  }
  return new Uint8Array(content);
}

function tryReadContent(file: Buffer, header: number): Buffer | undefined {
  const method = file.readUInt16LE(header + 10);
  const packed = file.readUInt32LE(header + 20);
  const size = file.readUInt32LE(header + 24);
  const local = file.readUInt32LE(header + 42);
  if (local + 30 > file.length) return undefined;
  const start = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
  const bytes = file.subarray(start, start + packed);
  if (method === STORED) return bytes;
  try {
    // No more than the size that it claims: a small file must not become a large one in memory.
    return method === DEFLATED ? inflateRawSync(bytes, { maxOutputLength: Math.max(size, 1) }) : undefined;
  } catch {
    return undefined;
  }
}
