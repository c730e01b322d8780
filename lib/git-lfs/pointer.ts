/** What Git has in place of a large file. */
export interface LfsObject {
  /** The SHA-256 of its contents. */
  oid: string;
  /** In bytes. */
  size: number;
}

/** A pointer has less than this many bytes (Git LFS, "docs/spec.md"). */
export const longestPointer = 1024;

/** @returns undefined for a text that is no pointer */
export function parsePointer(text: string): LfsObject | undefined {
  if (!/^version https:\/\/(?:git-lfs\.github\.com|hawser\.github\.com)\/spec\/v1\n/.test(text)) return undefined;
  const [, oid] = /^oid sha256:([0-9a-f]{64})$/m.exec(text) ?? [];
  const [, size] = /^size (\d{1,15})$/m.exec(text) ?? [];
  return oid === undefined || size === undefined ? undefined : { oid, size: Number(size) };
}
