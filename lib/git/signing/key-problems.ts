import { ParameterError } from "../../step/errors.ts";

/** None of these holds a cause: that might quote the key. */
export const keyProblems = {
  unreadable: (): ParameterError =>
    new ParameterError(
      "The signing key cannot be read. Enter the whole text of an SSH or OpenPGP private key, from its line with BEGIN to its line with END.",
    ),
  isPublic: (): ParameterError =>
    new ParameterError(
      "The signing key is a public key, which signs nothing. Enter the private key that belongs to it.",
    ),
  needsPassphrase: (how: string): ParameterError =>
    new ParameterError(
      `The signing key is protected by a passphrase, which nobody can enter during a run. Enter one without a passphrase: ${how}.`,
    ),
  unknownKind: (kind: string): ParameterError =>
    new ParameterError(
      `The signing key is of the kind "${kind}", which cannot sign commits here. Use an Ed25519, ECDSA or RSA key.`,
    ),
  cannotSign: (why: string): ParameterError =>
    new ParameterError(
      `The OpenPGP key has no part that may sign now: ${why}. Export one that may, by "gpg --armor --export-secret-keys".`,
    ),
};
