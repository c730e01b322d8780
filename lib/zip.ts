import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";

export interface ZipEntry {
  /** With forward slashes; one at its end means a directory. */
  path: string;
  /** The content. @throws {@link ZipError} when it is damaged, or too large to be a part of a package of ours */
  read(): Uint8Array;
}

/** What is wrong with a zip file, as the end of a sentence that begins with "it" or "its". */
export class ZipError extends Error {
  override readonly name = "ZipError";
}

/** Far above any module or manifest; a small file must not become a large one in memory. */
const largestEntry = 64 * 1024 * 1024;

/** A zip file that is the same whenever it is made: entries in the order given, one date. Texts are UTF-8. */
export function writeZip(files: ReadonlyMap<string, Uint8Array | string>): Uint8Array {
  const chunks: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, given] of files) {
    const name = Buffer.from(path);
    const content = typeof given === "string" ? Buffer.from(given) : given;
    const data = deflateRawSync(content);
    const fields = describeEntry({ name, content, data });
    const local = Buffer.concat([toBytes(signatures.local, 4), fields, name, data]);
    directory.push(Buffer.concat([toBytes(signatures.central, 4), madeByUnix, fields, ...describePlace(offset), name]));
    chunks.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const counts = Buffer.concat([toBytes(0, 4), toBytes(files.size, 2), toBytes(files.size, 2)]);
  const end = [toBytes(signatures.end, 4), counts, toBytes(central.length, 4), toBytes(offset, 4), toBytes(0, 2)];
  return new Uint8Array(Buffer.concat([...chunks, central, ...end]));
}

/** The marks of the format's parts (APPNOTE.TXT, 4.3). */
const signatures = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50 };
const madeByUnix = toBytes((3 << 8) | 20, 2);
/** Names are UTF-8. */
const utf8 = 1 << 11;
const deflated = 8;
/** The format's first day. */
const firstDay = (1 << 5) | 1;

interface EntryParts {
  name: Buffer;
  content: Uint8Array;
  data: Buffer;
}

/** What an entry and its mention in the directory have in common. */
function describeEntry({ name, content, data }: EntryParts): Buffer {
  const [version, time, extraLength] = [toBytes(20, 2), toBytes(0, 2), toBytes(0, 2)];
  const kind = [version, toBytes(utf8, 2), toBytes(deflated, 2), time, toBytes(firstDay, 2)];
  const sizes = [toBytes(crc32(content), 4), toBytes(data.length, 4), toBytes(content.length, 4)];
  return Buffer.concat([...kind, ...sizes, toBytes(name.length, 2), extraLength]);
}

/** No comment, the first disk, no text; a plain file that all may read; where it begins. */
function describePlace(offset: number): Buffer[] {
  return [toBytes(0, 2), toBytes(0, 2), toBytes(0, 2), toBytes(0, 2), toBytes(0o100644, 2), toBytes(offset, 4)];
}

function toBytes(value: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntLE(value, 0, length);
  return bytes;
}

/**
 * The entries of a zip file, in its order. Contents are read when asked for.
 * @throws {@link ZipError} when it is no zip file, or only a part of one
 */
export function readZip(bytes: Uint8Array): ZipEntry[] {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const end = zip.lastIndexOf(toBytes(signatures.end, 4));
    if (end === -1) throw new RangeError("no end");
    const entries: ZipEntry[] = [];
    let position = zip.readUInt32LE(end + 16);
    for (let count = zip.readUInt16LE(end + 10); count > 0; count -= 1) {
      if (zip.readUInt32LE(position) !== signatures.central) throw new RangeError("no entry");
      const nameLength = zip.readUInt16LE(position + 28);
      const header = zip.subarray(position, position + 46 + nameLength);
      entries.push({ path: header.toString("utf8", 46), read: () => readEntry(zip, header) });
      position += header.length + zip.readUInt16LE(position + 30) + zip.readUInt16LE(position + 32);
    }
    return entries;
  } catch {
    throw new ZipError("it is no zip file, or only a part of one");
  }
}

/** Whether extracting an entry of that path could write outside of the directory that it is extracted into. */
export function isOutside(path: string): boolean {
  return /^[/\\]|^[A-Za-z]:/.test(path) || path.split(/[/\\]/).includes("..");
}

/** @param header - the entry's in the directory, whose sizes hold even where those before the content are left open */
function readEntry(zip: Buffer, header: Buffer): Uint8Array {
  try {
    const size = header.readUInt32LE(24);
    const start = header.readUInt32LE(42);
    if (size > largestEntry || zip.readUInt32LE(start) !== signatures.local) throw new RangeError("no content");
    const from = start + 30 + zip.readUInt16LE(start + 26) + zip.readUInt16LE(start + 28);
    const data = zip.subarray(from, from + header.readUInt32LE(20));
    const content =
      header.readUInt16LE(10) === deflated ? inflateRawSync(data, { maxOutputLength: largestEntry }) : data;
    if (content.length === size && crc32(content) === header.readUInt32LE(16)) return new Uint8Array(content);
  } catch {
    // Said below: the words of buffers and streams are about bytes.
  }
  throw new ZipError(`its entry "${header.toString("utf8", 46)}" is damaged`);
}
