/**
 * Whether Octopus refused a write since somebody else has written the same document after it was read. Its sentences tell it, of the
 * editors (issue 174 of the Terraform provider) and of its document store (Octopus's issue 7936); the status differs between servers.
 */
export function isStale(error: unknown): boolean {
  return error instanceof Error && sentences.some((sentence) => sentence.test(error.message));
}

const sentences = [
  /another user has made changes to/i,
  /submitted data was out of date/i,
  /has been (modified|updated|changed) (by|since)/i,
];
