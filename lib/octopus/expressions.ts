/**
 * Octostache takes hashes before a brace in pairs (grammar of its texts): of two, four or six it leaves one, three or five; with an odd
 * number the last one begins an expression. So one hash more makes a text of an odd number, and an even one is made of two texts, parted
 * by a condition about nothing.
 */
export function escapeExpressions(value: string): string {
  return value.replace(/(#+)\{/g, (_match, hashes: string) =>
    hashes.length % 2 === 1 ? `${hashes}#{` : `${hashes}#{if Octopus.Space.Id}#{/if}##{`,
  );
}

/** Whether Octopus looks into a value for expressions: without these two characters it never does. */
export function holdsExpression(value: string): boolean {
  return value.includes("#{");
}
