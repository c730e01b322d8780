import { maskUrlCredentials } from "../git/git-credentials.ts";
import { hideForms, listMaskedForms } from "../step/masked-forms.ts";

/** Gives a text without these values in any form, and without credentials in addresses. Before a text is cut: half a secret is not found. */
export function createHider(secrets: readonly string[]): (text: string) => string {
  const forms = secrets.flatMap(listMaskedForms);
  return (text) => hideForms(maskUrlCredentials(text), forms);
}
