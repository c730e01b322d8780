import { createHash, sign } from "node:crypto";
import type { SignCommit } from "../commit-identity.ts";
import { toNumberBytes, withoutZeros } from "./bytes.ts";
import { algorithms, type OpenPgpSigner } from "./openpgp-key.ts";
import { renderArmor } from "./read-armor.ts";

const hashNumbers = { sha256: 8, sha384: 9, sha512: 10 };

/** Signs as `gpg --detach-sign --armor` does: a signature of version 4 of binary contents (RFC 4880, section 5.2). */
export function createOpenPgpSigner(signer: OpenPgpSigner): SignCommit {
  const hash = signer.curve?.hash ?? "sha512";
  return (commit, { at }) => {
    // A signature that is older than its key counts as wrong, and the date of a commit may be given.
    const made = Math.floor(Math.max(at.getTime(), signer.created.getTime()) / 1000);
    const hashed = Buffer.concat([
      toSubpacket(33, Buffer.concat([Buffer.from([4]), signer.fingerprint])),
      toSubpacket(2, toNumberBytes(made, 4)),
    ]);
    const head = Buffer.concat([
      Buffer.from([4, 0, signer.algorithm, hashNumbers[hash]]),
      toNumberBytes(hashed.length, 2),
      hashed,
    ]);
    const data = Buffer.concat([commit, head, Buffer.from([4, 0xff]), toNumberBytes(head.length, 4)]);
    const digest = createHash(hash).update(data).digest();
    const issuer = toSubpacket(16, signer.fingerprint.subarray(-8));
    const unhashed = Buffer.concat([toNumberBytes(issuer.length, 2), issuer]);
    const body = Buffer.concat([head, unhashed, digest.subarray(0, 2), signData(signer, { hash, data, digest })]);
    const packet = Buffer.concat([Buffer.from([0xc2, 0xff]), toNumberBytes(body.length, 4), body]);
    return renderArmor("PGP SIGNATURE", packet, renderChecksum(packet));
  };
}

interface Signed {
  hash: keyof typeof hashNumbers;
  data: Buffer;
  digest: Buffer;
}

function signData({ key, algorithm, curve }: OpenPgpSigner, { hash, data, digest }: Signed): Buffer {
  if (algorithm === algorithms.rsa) return toInteger(sign(hash, data, key));
  if (algorithm === algorithms.ed25519) return sign(undefined, digest, key);
  const both =
    curve === undefined ? sign(undefined, digest, key) : sign(hash, data, { key, dsaEncoding: "ieee-p1363" });
  const half = both.length / 2;
  return Buffer.concat([toInteger(both.subarray(0, half)), toInteger(both.subarray(half))]);
}

function toSubpacket(tag: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([body.length + 1, tag]), body]);
}

/** Its length in bits, and its bytes (RFC 4880, section 3.2). */
function toInteger(bytes: Buffer): Buffer {
  const digits = withoutZeros(bytes);
  const bits = digits.length === 0 ? 0 : digits.length * 8 - Math.clz32(digits[0] ?? 0) + 24;
  return Buffer.concat([toNumberBytes(bits, 2), digits]);
}

/** CRC-24 (RFC 4880, section 6.1), without which old versions of GnuPG read no armor. */
function renderChecksum(bytes: Buffer): string {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x800000) === 0 ? crc << 1 : (crc << 1) ^ 0x1864cfb;
  }
  return `=${toNumberBytes(crc & 0xffffff, 3).toString("base64")}`;
}
