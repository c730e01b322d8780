import { hideForms, listMaskedForms } from "../step/masked-forms.ts";

/**
 * A server may repeat in a refusal what it was sent.
 * @param others - secrets besides those that the environment has
 */
export function hideSecrets(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
  others: readonly string[] = [],
): string {
  const named = ["OCTOPUS_API_KEY", "OCTOPUS_STEPS_API_KEY", "MANAGED_TENANT_API_KEY", "GIT_TOKEN"].map(
    (name) => environment[name] ?? "",
  );
  return hideForms(text, [...named, ...others].flatMap(listMaskedForms));
}
