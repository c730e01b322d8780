import { ourAuthor } from "../git/commit-identity.ts";
import { secret, text, type Parameter } from "../step/parameters.ts";

export interface CommitParameters {
  commitName: Parameter<string>;
  commitEmail: Parameter<string>;
  commitSigningKey: Parameter<string | undefined>;
}

/** Who the commits of a step are by, for hosts whose rules look at that. */
export function commitParameters(): CommitParameters {
  return {
    commitName: text({
      label: "Commit Name",
      help: "Name of the author and committer of what this step commits.",
      default: ourAuthor.name,
    }),
    commitEmail: text({
      label: "Commit Email",
      help: "Their address. Where a rule of the host looks at committers, a verified one of the user that the token, or the signing key, belongs to.",
      default: ourAuthor.email,
    }),
    commitSigningKey: secret({
      label: "Commit Signing Key",
      help: "An SSH or OpenPGP private key without a passphrase that commits are signed by, for branches that take signed commits only. The host has to know its public key. Blank for commits without a signature.",
      optional: true,
    }),
  };
}
