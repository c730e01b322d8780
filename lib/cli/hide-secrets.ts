import { listMaskedForms } from "../step/masked-forms.ts";

/** A server may repeat in a refusal what it was sent. */
export function hideSecrets(text: string, environment: Readonly<Record<string, string | undefined>>): string {
  const secrets = ["OCTOPUS_API_KEY", "MANAGED_TENANT_API_KEY", "GIT_TOKEN"].flatMap((name) =>
    listMaskedForms(environment[name] ?? ""),
  );
  return secrets.reduce((shown, secret) => shown.replaceAll(secret, "*****"), text);
}
