/**
 * A secret as the server keeps it inside a document. It goes in and is used by the worker; it never comes out: every answer shows
 * `{ HasValue: true, NewValue: null, Hint: null }` in its place (Octopus docs, sensitive variables).
 */
export interface Sensitive {
  readonly $sensitive: string;
}

export function sensitive(value: string): Sensitive {
  return { $sensitive: value };
}

export function isSensitive(value: unknown): value is Sensitive {
  return typeof value === "object" && value !== null && "$sensitive" in value && typeof value.$sensitive === "string";
}

/** For an answer: every {@link Sensitive} is replaced by what the API shows. What holds no secret is not copied. */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (isSensitive(value)) return { HasValue: true, NewValue: null, Hint: null };
  return holdsSecret(value) ? copyWithoutSecrets(value) : value;
}

function holdsSecret(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsSecret);
  return isSensitive(value) || Object.values(value).some(holdsSecret);
}

function copyWithoutSecrets(value: object): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item)]));
}

/**
 * What to keep when a client sends a sensitive field (go-octopusdeploy `core.SensitiveValue`): a string `NewValue` sets it,
 * `HasValue: true` without one keeps what was stored, `HasValue: false` clears it.
 */
export function sensitiveFromRequest(sent: unknown, stored: unknown): Sensitive | null {
  const kept = isSensitive(stored) ? stored : null;
  if (typeof sent === "string") return sent === "" ? kept : sensitive(sent);
  if (typeof sent !== "object" || sent === null) return null;
  if ("NewValue" in sent && typeof sent.NewValue === "string" && sent.NewValue !== "") return sensitive(sent.NewValue);
  return "HasValue" in sent && sent.HasValue === true ? kept : null;
}
