/** A quoted string that stands for exactly this text, wherever Terraform would see an expression or an escape in it. */
export function quote(text: string): string {
  return `"${escapeText(text)}"`;
}

/** Inside a quoted string a backslash escape is never taken for the start of an expression, so it is sure where doubling is not. */
export function escapeText(text: string): string {
  // Nearly every text is such: it has nothing in it that is written otherwise.
  if (/^[ !#&-[\]-~]*$/.test(text)) return text;
  return text
    .replace(/[\\"\p{Cc}\u2028\u2029\ufeff]/gu, escapeCharacter)
    .replace(/([$%]+)\{/g, (_match, signs: string) =>
      signs.length === 1 ? `${signs}${signs}{` : `${signs.slice(0, -1)}${escapeSign(signs.at(-1) ?? "")}{`,
    );
}

/** A sign that ends a text would join the expression behind it. */
export function escapeSign(sign: string): string {
  return `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
}

const shortEscapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  '"': '\\"',
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function escapeCharacter(character: string): string {
  return shortEscapes[character] ?? escapeSign(character);
}
