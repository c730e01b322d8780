import { createPrivateKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { keyProblems } from "./key-problems.ts";

/** Reads bytes from front to back. @throws {@link ParameterError} behind the end */
export interface ByteReader {
  readonly rest: number;
  take(length: number): Buffer;
  takeNumber(length: number): number;
}

export function readBytes(bytes: Buffer): ByteReader {
  let at = 0;
  function take(length: number): Buffer {
    if (at + length > bytes.length) throw keyProblems.unreadable();
    at += length;
    return bytes.subarray(at - length, at);
  }
  return {
    get rest() {
      return bytes.length - at;
    },
    take,
    takeNumber: (length) => take(length).readUIntBE(0, length),
  };
}

export function toNumberBytes(value: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(value, 0, length);
  return bytes;
}

/** A whole number's bytes without zeros in front. */
export function withoutZeros(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  return first === -1 ? Buffer.alloc(0) : bytes.subarray(first);
}

/** A whole number's bytes in a field of a fixed width. */
export function padTo(bytes: Buffer, length: number): Buffer {
  const digits = withoutZeros(bytes);
  return Buffer.concat([Buffer.alloc(Math.max(0, length - digits.length)), digits]);
}

export interface Curve {
  /** As JSON Web Keys call it. */
  name: "P-256" | "P-384" | "P-521";
  /** Of a coordinate, in bytes. */
  size: number;
  hash: "sha256" | "sha384" | "sha512";
}

export const curves: readonly Curve[] = [
  { name: "P-256", size: 32, hash: "sha256" },
  { name: "P-384", size: 48, hash: "sha384" },
  { name: "P-521", size: 66, hash: "sha512" },
];

/** @param point - 4, and both coordinates */
export function toEcdsaKey(curve: Curve, { point, secret }: { point: Buffer; secret: Buffer }): KeyObject {
  const x = point.subarray(1, 1 + curve.size);
  const y = point.subarray(1 + curve.size);
  const numbers = { x: toText(x), y: toText(y), d: toText(padTo(secret, curve.size)) };
  return toKey({ kty: "EC", crv: curve.name, ...numbers });
}

export function toEd25519Key({ point, secret }: { point: Buffer; secret: Buffer }): KeyObject {
  return toKey({ kty: "OKP", crv: "Ed25519", x: toText(point), d: toText(secret) });
}

/** The numbers by their usual letters; `qi` is the inverse of `q` modulo `p`. */
export function toRsaKey(numbers: Record<"n" | "e" | "d" | "p" | "q" | "qi", Buffer>): KeyObject {
  const value = (bytes: Buffer): bigint => BigInt(`0x0${bytes.toString("hex")}`);
  const remainder = (prime: Buffer): string => {
    const hex = (value(numbers.d) % (value(prime) - 1n)).toString(16);
    return toText(Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex"));
  };
  const texts = Object.fromEntries(
    Object.entries(numbers).map(([letter, bytes]) => [letter, toText(withoutZeros(bytes))]),
  );
  return toKey({ kty: "RSA", ...texts, dp: remainder(numbers.p), dq: remainder(numbers.q) });
}

function toText(bytes: Buffer): string {
  return bytes.toString("base64url");
}

function toKey(key: JsonWebKey): KeyObject {
  try {
    return createPrivateKey({ key, format: "jwk" });
  } catch {
    throw keyProblems.unreadable();
  }
}
