/** Makes a signature for the bytes of a commit that has none yet, in the armored form that goes into its header. */
export type SignCommit = (commit: Buffer, options: { at: Date }) => string;

/** Who a commit is by, and what proves it. */
export interface CommitIdentity {
  author: { name: string; email: string };
  /** Absent where commits need no signature. */
  sign?: SignCommit | undefined;
}

/** Who our commits are by where nothing else was asked for. */
export const ourAuthor = { name: "Managed Spaces", email: "managed-spaces@localhost" };

/**
 * Names the contents of a commit of ours that is by somebody else's name: what a person commits under that name has no such line, and what
 * a person amends has other contents than the line says.
 */
export const contentsTrailer = "Managed-Spaces-Contents";

/** The message of a commit of ours, by which it is known again. */
export function toOwnMessage(message: string, { author, tree }: { author: { name: string }; tree: string }): string {
  const text = message.trimEnd();
  return author.name === ourAuthor.name ? text : `${text}\n\n${contentsTrailer}: ${tree}`;
}
