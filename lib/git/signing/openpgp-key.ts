import { createHash, type KeyObject } from "node:crypto";
import { curves, padTo, readBytes, toEcdsaKey, toEd25519Key, toRsaKey, type ByteReader, type Curve } from "./bytes.ts";
import { keyProblems } from "./key-problems.ts";

/** What signs in an OpenPGP key: the key itself, or a part of it. */
export interface OpenPgpSigner {
  key: KeyObject;
  algorithm: number;
  /** Absent for Ed25519 and RSA. */
  curve: Curve | undefined;
  fingerprint: Buffer;
  created: Date;
}

/** RFC 4880, section 9.1, and RFC 9580; those that sign and that GnuPG makes. */
export const algorithms = { rsa: 1, ecdsa: 19, eddsa: 22, ed25519: 27 };

const objectIds = new Map([
  ["2b06010401da470f01", undefined],
  ["2a8648ce3d030107", curves[0]],
  ["2b81040022", curves[1]],
  ["2b81040023", curves[2]],
]);

const tags = { signature: 2, secretKey: 5, publicKey: 6, secretSubkey: 7 };
const maySign = 0x02;

interface Packet {
  tag: number;
  body: Buffer;
}

interface KeyPart {
  isSubkey: boolean;
  fingerprint: Buffer;
  created: Date;
  algorithm: number;
  /** Why it has no secret that could be used, where it has none. */
  secret: { key: KeyObject; curve: Curve | undefined } | "encrypted" | "absent" | "unknown";
  signatures: Signature[];
}

interface Signature {
  type: number;
  created: number;
  /** What the key may do; undefined where it is not said. */
  flags: number | undefined;
  /** Seconds after the key's making; undefined for ever. */
  lasts: number | undefined;
  issuer: string | undefined;
}

/**
 * What signs: the newest part that may, as GnuPG chooses. What the key says of itself is believed, since it is given as a secret.
 * @param bytes - what `gpg --export-secret-keys` writes
 * @throws {@link ParameterError} for a key that a passphrase protects, that expired, was revoked, or may not sign
 */
export function readOpenPgpKey(bytes: Buffer, { now }: { now: Date }): OpenPgpSigner {
  const parts = listParts(listPackets(bytes));
  const [primary] = parts;
  if (primary === undefined) throw keyProblems.unreadable();
  const signing = parts.filter((part) => isMeantToSign(part, primary));
  if (signing.length === 0) throw keyProblems.cannotSign("it is meant for other things");
  const valid = signing.filter((part) => isValid(part, primary, now));
  if (valid.length === 0) throw keyProblems.cannotSign("it expired or was revoked");
  const newestFirst = valid.toSorted(
    (a, b) => Number(b.isSubkey) - Number(a.isSubkey) || b.created.getTime() - a.created.getTime(),
  );
  for (const { secret, algorithm, fingerprint, created } of newestFirst)
    if (typeof secret === "object") return { ...secret, algorithm, fingerprint, created };
  if (valid.some(({ secret }) => secret === "encrypted"))
    throw keyProblems.needsPassphrase(
      '`gpg --change-passphrase` with an empty one, then "gpg --armor --export-secret-keys"',
    );
  if (valid.some(({ secret }) => secret === "absent")) throw keyProblems.cannotSign("its secret was left out");
  throw keyProblems.unknownKind(`OpenPGP algorithm ${newestFirst[0]?.algorithm}`);
}

/** RFC 4880, section 4.2. */
function listPackets(bytes: Buffer): Packet[] {
  const reader = readBytes(bytes);
  const packets: Packet[] = [];
  while (reader.rest > 0) {
    const first = reader.takeNumber(1);
    const isNew = (first & 0x40) !== 0;
    const tag = isNew ? first & 0x3f : (first >> 2) & 0x0f;
    // Of no length, and so to the end of the file: no key is written so.
    if (!isNew && (first & 3) === 3) throw keyProblems.unreadable();
    packets.push({ tag, body: reader.take(isNew ? takeLength(reader) : reader.takeNumber(2 ** (first & 3))) });
  }
  return packets;
}

function takeLength(reader: ByteReader): number {
  const first = reader.takeNumber(1);
  if (first < 192) return first;
  if (first < 224) return (first - 192) * 256 + reader.takeNumber(1) + 192;
  if (first === 255) return reader.takeNumber(4);
  throw keyProblems.unreadable();
}

function listParts(packets: readonly Packet[]): KeyPart[] {
  const parts: KeyPart[] = [];
  for (const { tag, body } of packets) {
    if (tag === tags.publicKey) throw keyProblems.isPublic();
    if (tag === tags.secretKey && parts.length > 0) break;
    if (tag === tags.secretKey || tag === tags.secretSubkey)
      parts.push({ ...readPart(body), isSubkey: tag === tags.secretSubkey, signatures: [] });
    const signature = tag === tags.signature ? readSignature(body) : undefined;
    if (signature !== undefined) parts.at(-1)?.signatures.push(signature);
  }
  return parts;
}

function readPart(body: Buffer): Omit<KeyPart, "isSubkey" | "signatures"> {
  const reader = readBytes(body);
  if (reader.takeNumber(1) !== 4) throw keyProblems.unknownKind("OpenPGP of another version than 4");
  const created = new Date(reader.takeNumber(4) * 1000);
  const algorithm = reader.takeNumber(1);
  const readSecret = readPublic(algorithm, reader);
  const publicBody = body.subarray(0, body.length - reader.rest);
  const header = Buffer.from([0x99, publicBody.length >> 8, publicBody.length & 0xff]);
  const fingerprint = createHash("sha1").update(header).update(publicBody).digest();
  return {
    created,
    algorithm,
    fingerprint,
    secret: readSecret === undefined ? "unknown" : takeSecret(reader, readSecret),
  };
}

type ReadSecret = () => Exclude<KeyPart["secret"], string>;

/** Reads what is public of a part. @returns how the rest is read; undefined for what cannot sign */
function readPublic(algorithm: number, reader: ByteReader): ReadSecret | undefined {
  if (algorithm === algorithms.rsa) {
    const [n, e] = [takeInteger(reader), takeInteger(reader)];
    return () => {
      const [d, p, q, qi] = [takeInteger(reader), takeInteger(reader), takeInteger(reader), takeInteger(reader)];
      // OpenPGP has the inverse of the first prime modulo the second, everybody else that of the second.
      return { key: toRsaKey({ n, e, d, p: q, q: p, qi }), curve: undefined };
    };
  }
  if (algorithm === algorithms.ed25519) {
    const point = reader.take(32);
    return () => ({ key: toEd25519Key({ point, secret: reader.take(32) }), curve: undefined });
  }
  if (algorithm !== algorithms.ecdsa && algorithm !== algorithms.eddsa) return undefined;
  const id = reader.take(reader.takeNumber(1)).toString("hex");
  const point = takeInteger(reader);
  const curve = objectIds.get(id);
  if (!objectIds.has(id)) return undefined;
  return () => {
    const secret = takeInteger(reader);
    if (curve !== undefined) return { key: toEcdsaKey(curve, { point, secret }), curve };
    return { key: toEd25519Key({ point: point.subarray(1), secret: padTo(secret, 32) }), curve };
  };
}

/** RFC 4880, section 5.5.3. A part whose secret stays at home has GnuPG's own kind 101, with 1. */
function takeSecret(reader: ByteReader, readSecret: ReadSecret): KeyPart["secret"] {
  const usage = reader.takeNumber(1);
  if (usage === 0) return readSecret();
  if (usage < 253 || reader.rest < 7) return "encrypted";
  reader.take(1);
  return reader.takeNumber(1) === 101 && reader.take(5).subarray(1).equals(Buffer.from("GNU\x01"))
    ? "absent"
    : "encrypted";
}

function takeInteger(reader: ByteReader): Buffer {
  return reader.take(Math.ceil(reader.takeNumber(2) / 8));
}

/** @returns undefined for a signature of another version, which says nothing about a key of this one */
function readSignature(body: Buffer): Signature | undefined {
  const reader = readBytes(body);
  if (reader.takeNumber(1) !== 4) return undefined;
  const type = reader.takeNumber(1);
  reader.take(2);
  const hashed = listSubpackets(reader.take(reader.takeNumber(2)));
  const all = [...hashed, ...listSubpackets(reader.take(reader.takeNumber(2)))];
  const value = (wanted: number, subpackets = hashed): Buffer | undefined =>
    subpackets.find(({ tag }) => tag === wanted)?.body;
  return {
    type,
    created: value(2)?.readUInt32BE() ?? 0,
    flags: value(27)?.[0],
    lasts: value(9)?.readUInt32BE() || undefined,
    issuer: (value(16, all) ?? value(33, all)?.subarray(-8))?.toString("hex"),
  };
}

function listSubpackets(bytes: Buffer): Packet[] {
  const reader = readBytes(bytes);
  const subpackets: Packet[] = [];
  while (reader.rest > 0) {
    const body = reader.take(takeLength(reader));
    subpackets.push({ tag: (body[0] ?? 0) & 0x7f, body: body.subarray(1) });
  }
  return subpackets;
}

/** What the key says of a part, the last word first; of what others say of it nothing counts. */
function listOwnSignatures({ signatures }: KeyPart, primary: KeyPart): Signature[] {
  const issuer = primary.fingerprint.subarray(-8).toString("hex");
  return signatures.filter((signature) => signature.issuer === issuer).toSorted((a, b) => b.created - a.created);
}

/** By a name, about the key directly, or about a part. */
const saysWhatFor = [0x10, 0x11, 0x12, 0x13, 0x18, 0x1f];
const revokes = [0x20, 0x28];

function isMeantToSign(part: KeyPart, primary: KeyPart): boolean {
  const flags = listOwnSignatures(part, primary).find(
    (signature) => saysWhatFor.includes(signature.type) && signature.flags !== undefined,
  )?.flags;
  return flags === undefined ? !part.isSubkey : (flags & maySign) !== 0;
}

function isValid(part: KeyPart, primary: KeyPart, now: Date): boolean {
  const own = listOwnSignatures(part, primary);
  const { lasts } = own.find(({ type }) => saysWhatFor.includes(type)) ?? {};
  const isOver = lasts !== undefined && part.created.getTime() + lasts * 1000 <= now.getTime();
  const isRevoked = own.some(({ type }) => revokes.includes(type));
  return !isOver && !isRevoked && (part === primary || isValid(primary, primary, now));
}
