/** Replaced by Octopus, in the files that it is told to look into, with the variable's value in Base64: whatever the value, it cannot end the string it stands in. */
export function toBase64Expression(variableName: string): string {
  // In two parts: Octopus would take the two characters side by side for the start of an expression in the bundled script too.
  return `${["#", "{"].join("")}${variableName} | ToBase64}`;
}
