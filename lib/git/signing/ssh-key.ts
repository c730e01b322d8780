import { createPrivateKey, type KeyObject } from "node:crypto";
import { curves, readBytes, toEcdsaKey, toEd25519Key, toRsaKey, type ByteReader } from "./bytes.ts";
import { keyProblems } from "./key-problems.ts";
import type { Armor } from "./read-armor.ts";

const magic = "openssh-key-v1\0";
const howToUnlock = '`ssh-keygen -p -N ""` takes it off a copy of the file';

/**
 * The key in a file of ssh-keygen's (OpenSSH, "PROTOCOL.key"), or in a PEM file.
 * @throws {@link ParameterError} for one that a passphrase protects, and for what cannot sign
 */
export function readSshKey({ label, bytes, isEncrypted }: Armor): KeyObject {
  if (isEncrypted) throw keyProblems.needsPassphrase(howToUnlock);
  return label === "OPENSSH PRIVATE KEY" ? readOpenSshKey(bytes) : readPemKey(label, bytes);
}

const pemTypes = new Map([
  ["PRIVATE KEY", "pkcs8"],
  ["RSA PRIVATE KEY", "pkcs1"],
  ["EC PRIVATE KEY", "sec1"],
] as const);

function readPemKey(label: string, bytes: Buffer): KeyObject {
  const [, type] = [...pemTypes].find(([known]) => known === label) ?? [];
  if (type === undefined) throw keyProblems.unknownKind(label);
  try {
    return createPrivateKey({ key: bytes, format: "der", type });
  } catch {
    throw keyProblems.unreadable();
  }
}

function readOpenSshKey(bytes: Buffer): KeyObject {
  const reader = readBytes(bytes);
  if (reader.take(magic.length).toString("latin1") !== magic) throw keyProblems.unreadable();
  const cipher = takeString(reader).toString();
  // How the passphrase becomes a key, and with what.
  takeString(reader);
  takeString(reader);
  if (cipher !== "none") throw keyProblems.needsPassphrase(howToUnlock);
  if (reader.takeNumber(4) !== 1) throw keyProblems.unreadable();
  takeString(reader);
  const inner = readBytes(takeString(reader));
  // Twice the same number, to tell that a passphrase was right.
  inner.take(8);
  return readFields(takeString(inner).toString(), inner);
}

function readFields(kind: string, reader: ByteReader): KeyObject {
  const next = (): Buffer => takeString(reader);
  if (kind === "ssh-ed25519") {
    const point = next();
    return toEd25519Key({ point, secret: next().subarray(0, 32) });
  }
  if (kind === "ssh-rsa") {
    const [n, e, d, qi, p, q] = [next(), next(), next(), next(), next(), next()];
    return toRsaKey({ n, e, d, qi, p, q });
  }
  const curve = curves.find(({ name }) => kind === `ecdsa-sha2-${toSshCurve(name)}`);
  if (curve === undefined) throw keyProblems.unknownKind(kind);
  next();
  const point = next();
  return toEcdsaKey(curve, { point, secret: next() });
}

/** `P-256` is `nistp256` in SSH. */
export function toSshCurve(name: string): string {
  return `nistp${name.slice(2)}`;
}

function takeString(reader: ByteReader): Buffer {
  return reader.take(reader.takeNumber(4));
}
