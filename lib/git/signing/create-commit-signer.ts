import { createPublicKey, sign as signBytes, verify, type KeyObject } from "node:crypto";
import type { SignCommit } from "../commit-identity.ts";
import { ParameterError } from "../../step/errors.ts";
import { keyProblems } from "./key-problems.ts";
import { readOpenPgpKey } from "./openpgp-key.ts";
import { createOpenPgpSigner } from "./openpgp-signature.ts";
import { readArmor } from "./read-armor.ts";
import { readSshKey } from "./ssh-key.ts";
import { createSshSigner } from "./ssh-signature.ts";

/**
 * Signs commits by an SSH key (a file of ssh-keygen's, or PEM) or an OpenPGP key (armored): Ed25519, ECDSA or RSA. The key stays in this process.
 * @throws {@link ParameterError} for a text that is no such key, for one with a passphrase, and for one that may not sign
 */
export function createCommitSigner(text: string, { now }: { now: Date }): SignCommit {
  const armor = readArmor(text);
  if (armor === undefined)
    throw /^(?:ssh-|ecdsa-|sk-)/.test(text.trim()) ? keyProblems.isPublic() : keyProblems.unreadable();
  if (armor.label.includes("PUBLIC KEY")) throw keyProblems.isPublic();
  try {
    if (armor.label === "PGP PRIVATE KEY BLOCK") {
      const signer = readOpenPgpKey(armor.bytes, { now });
      ensureWhole(signer.key);
      return createOpenPgpSigner(signer);
    }
    const key = readSshKey(armor);
    const sign = createSshSigner(key);
    ensureWhole(key);
    return sign;
  } catch (error) {
    // Numbers that fit no key fail anywhere in the arithmetic.
    if (error instanceof ParameterError) throw error;
    throw keyProblems.unreadable();
  }
}

/** A key that was damaged on its way here signs, too, and only the host would say that nobody's key is this. */
function ensureWhole(key: KeyObject): void {
  const algorithm = key.asymmetricKeyType === "ed25519" ? undefined : "sha256";
  const [data, publicKey] = [Buffer.from("Is it whole?"), createPublicKey(key)];
  if (!verify(algorithm, data, publicKey, signBytes(algorithm, data, key))) throw keyProblems.unreadable();
}
