import { createHash, sign, type KeyObject } from "node:crypto";
import type { SignCommit } from "../commit-identity.ts";
import { curves, toNumberBytes, withoutZeros, type Curve } from "./bytes.ts";
import { keyProblems } from "./key-problems.ts";
import { renderArmor } from "./read-armor.ts";
import { toSshCurve } from "./ssh-key.ts";

/** How one kind of key signs: its public half as SSH writes it, and a signature with its name. */
interface SshSigner {
  publicKey: Buffer;
  sign(data: Buffer): Buffer;
}

/**
 * Signs as `ssh-keygen -Y sign -n git` does (OpenSSH, "PROTOCOL.sshsig").
 * @throws {@link ParameterError} for a key of another kind than Ed25519, ECDSA and RSA
 */
export function createSshSigner(key: KeyObject): SignCommit {
  const signer = toSigner(key);
  return (commit) => {
    const digest = createHash("sha512").update(commit).digest();
    // What it is for, a reserved field, and by what the contents are hashed.
    const about = [toString("git"), toString(""), toString("sha512")];
    const signature = signer.sign(Buffer.concat([Buffer.from("SSHSIG"), ...about, toString(digest)]));
    const version = toNumberBytes(1, 4);
    const all = [Buffer.from("SSHSIG"), version, toString(signer.publicKey), ...about, toString(signature)];
    return renderArmor("SSH SIGNATURE", Buffer.concat(all));
  };
}

function toSigner(key: KeyObject): SshSigner {
  const { kty, crv, n = "", e = "", x = "", y = "" } = key.export({ format: "jwk" });
  const [first, second] = [Buffer.from(x, "base64url"), Buffer.from(y, "base64url")];
  const curve = curves.find(({ name }) => name === crv);
  if (kty === "RSA") {
    return {
      publicKey: join(["ssh-rsa", toMpint(Buffer.from(e, "base64url")), toMpint(Buffer.from(n, "base64url"))]),
      sign: (data) => join(["rsa-sha2-512", toString(sign("sha512", data, key))]),
    };
  }
  if (crv === "Ed25519")
    return {
      publicKey: join(["ssh-ed25519", toString(first)]),
      sign: (data) => join(["ssh-ed25519", toString(sign(undefined, data, key))]),
    };
  if (curve === undefined) throw keyProblems.unknownKind(crv ?? kty ?? "unknown");
  return toEcdsaSigner(key, curve, Buffer.concat([Buffer.from([4]), first, second]));
}

function toEcdsaSigner(key: KeyObject, { name, size, hash }: Curve, point: Buffer): SshSigner {
  const kind = `ecdsa-sha2-${toSshCurve(name)}`;
  return {
    publicKey: join([kind, toString(toSshCurve(name)), toString(point)]),
    sign(data) {
      const both = sign(hash, data, { key, dsaEncoding: "ieee-p1363" });
      return join([kind, toString(Buffer.concat([toMpint(both.subarray(0, size)), toMpint(both.subarray(size))]))]);
    },
  };
}

/** The kind, and fields that are in SSH's form already. */
function join([kind, ...fields]: readonly [string, ...Buffer[]]): Buffer {
  return Buffer.concat([toString(kind), ...fields]);
}

function toString(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([toNumberBytes(bytes.length, 4), bytes]);
}

/** A whole number that is not negative: a zero goes before a first bit that is set (RFC 4251, section 5). */
function toMpint(bytes: Buffer): Buffer {
  const digits = withoutZeros(bytes);
  const isHigh = (digits[0] ?? 0) >= 0x80;
  return toString(isHigh ? Buffer.concat([Buffer.from([0]), digits]) : digits);
}
