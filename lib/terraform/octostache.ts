const character = "[\\p{L}\\p{Nd}_\\-:/~()@]";
const part = `${character}(?:(?:${character}| )*${character})?`;
const index = `(?:${character}|\\.)(?:(?:${character}|[ .])*(?:${character}|\\.))?`;
// A slash in front would close a block: `#{/if}`.
const symbol = new RegExp(`^(?=[\\p{L}\\p{Nd}_])${part}(?:\\.${part}|\\[${index}\\])*$`, "u");

/**
 * Whether `#{…}` can stand for a variable of this name: letters, digits, spaces and `_ - : / ~ ( ) @`, with dots and brackets between
 * such parts (grammar of Octostache's symbols). A name in which anything else stands can be used in Octopus, but not in an expression.
 */
export function isExpressible(variableName: string): boolean {
  if (/^(?:if|unless|each|calc)\s|\s(?:in|==|!=)\s/.test(variableName)) return false;
  return symbol.test(variableName);
}

/** Replaced by Octopus, in the files that it is told to look into, with the variable's value in Base64: whatever the value, it cannot end the string it stands in. */
export function toBase64Expression(variableName: string): string {
  // In two parts: Octopus would take the two characters side by side for the start of an expression in the bundled script too.
  return `${["#", "{"].join("")}${variableName} | ToBase64}`;
}
