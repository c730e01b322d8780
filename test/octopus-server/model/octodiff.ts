import { createHash } from "node:crypto";

const chunkSize = 2048;
const endOfMetadata = Buffer.from(">>>");
const copyCommand = 0x60;
const dataCommand = 0x80;

/**
 * What a client needs to know of a file to send only what differs from it: a checksum and a hash of each chunk of 2048 bytes, in the
 * format of Octodiff (read in go-octodiff: `OCTOSIG`, version 1, SHA1, Adler32, little-endian numbers).
 */
export function signatureOf(bytes: Uint8Array): Buffer {
  const parts = [Buffer.from("OCTOSIG\u0001"), lengthPrefixed("SHA1"), lengthPrefixed("Adler32"), endOfMetadata];
  for (let start = 0; start < bytes.byteLength; start += chunkSize)
    parts.push(signatureOfChunk(bytes.subarray(start, start + chunkSize)));
  return Buffer.concat(parts);
}

function signatureOfChunk(chunk: Uint8Array): Buffer {
  const numbers = Buffer.alloc(6);
  numbers.writeUInt16LE(chunk.byteLength, 0);
  numbers.writeUInt32LE(checksumOf(chunk), 2);
  return Buffer.concat([numbers, sha1(chunk)]);
}

/** Octodiff's Adler32 counts modulo 65536, where the textbook's counts modulo 65521. */
function checksumOf(chunk: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of chunk) {
    a = (a + byte) & 0xffff;
    b = (b + a) & 0xffff;
  }
  return b * 0x10000 + a;
}

/** Builds the new file of the old one and a delta. @returns undefined when the delta does not fit or the result has another hash */
export function applyDelta(base: Uint8Array, delta: Uint8Array): Buffer | undefined {
  const view = Buffer.from(delta);
  const header = Buffer.concat([Buffer.from("OCTODELTA\u0001"), lengthPrefixed("SHA1")]);
  const bodyStart = header.byteLength + 4 + 20 + endOfMetadata.byteLength;
  if (view.byteLength < bodyStart || !view.subarray(0, header.byteLength).equals(header)) return undefined;
  const expected = view.subarray(header.byteLength + 4, header.byteLength + 24);
  const built = followCommands(Buffer.from(base), view.subarray(bodyStart));
  return built !== undefined && sha1(built).equals(expected) ? built : undefined;
}

/** A command copies a range of the base, or brings bytes of its own. */
function followCommands(base: Buffer, commands: Buffer): Buffer | undefined {
  const parts: Buffer[] = [];
  let at = 0;
  while (at < commands.byteLength) {
    const command = commands[at];
    const first = numberAt(commands, at + 1);
    const second = command === copyCommand ? numberAt(commands, at + 9) : 0;
    if (first === undefined || second === undefined) return undefined;
    if (command === copyCommand) {
      parts.push(base.subarray(first, first + second));
      at += 17;
    } else if (command === dataCommand) {
      parts.push(commands.subarray(at + 9, at + 9 + first));
      at += 9 + first;
    } else return undefined;
  }
  return Buffer.concat(parts);
}

function numberAt(bytes: Buffer, offset: number): number | undefined {
  return offset + 8 > bytes.byteLength ? undefined : Number(bytes.readBigInt64LE(offset));
}

function lengthPrefixed(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
}

function sha1(bytes: Uint8Array): Buffer {
  return createHash("sha1").update(bytes).digest();
}
