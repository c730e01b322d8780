/** Octopus masks values of more than three characters, and whole values only. */
const SHORTEST = 4;

/** The forms of a secret that would show it: itself, base64, URL-encoded, JSON-escaped, and each of its lines. */
export function listMaskedForms(secret: string): string[] {
  const forms = [
    secret,
    Buffer.from(secret, "utf8").toString("base64"),
    toUrlEncoded(secret),
    JSON.stringify(secret).slice(1, -1),
    ...secret.split(/\r?\n/).map((line) => line.trim()),
  ];
  return secret.length < SHORTEST ? [] : [...new Set(forms)].filter((form) => form.length >= SHORTEST);
}

/** The text with asterisks for each of the forms; the longest first, since one may hold another. */
export function hideForms(text: string, forms: readonly string[]): string {
  const longestFirst = forms.toSorted((left, right) => right.length - left.length);
  return longestFirst.reduce((shown, form) => shown.replaceAll(form, "*****"), text);
}

function toUrlEncoded(secret: string): string {
  // By way of UTF-8, which replaces half a surrogate pair: encodeURIComponent throws at one.
  return encodeURIComponent(Buffer.from(secret, "utf8").toString("utf8"));
}
