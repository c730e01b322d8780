import type { CommitIdentity } from "../git/commit-identity.ts";
import { createCommitSigner } from "../git/signing/create-commit-signer.ts";
import { ParameterError } from "../step/errors.ts";

/**
 * What goes along to every commit.
 * @throws {@link ParameterError} for a name or an address that Git would change, and for a key that cannot sign
 */
export function toCommitIdentity(
  {
    commitName,
    commitEmail,
    commitSigningKey,
  }: { commitName: string; commitEmail: string; commitSigningKey: string | undefined },
  { now }: { now: () => Date },
): CommitIdentity {
  const author = { name: toClean("Commit Name", commitName), email: toClean("Commit Email", commitEmail) };
  return {
    author,
    sign: commitSigningKey === undefined ? undefined : createCommitSigner(commitSigningKey, { now: now() }),
  };
}

/** Without what Git takes away from both ends: it would know the commits by another name. */
function toClean(label: string, value: string): string {
  const clean = value.replace(/^[.,:;"'\\\s]+|[.,:;"'\\\s]+$/g, "");
  if (/^[^\p{Cc}<>]+$/u.test(clean)) return clean;
  throw new ParameterError(
    `The value of "${label}" cannot stand in a commit: "${value}". Use letters and digits, without "<", ">" and line breaks.`,
  );
}
