import * as z from "zod/mini";
import { parseJson } from "../../lib/model/json.ts";
import { ParameterError } from "../../lib/step/errors.ts";

const Environment = z.record(z.string(), z.nullable(z.string()));

/**
 * The variables that a step of Octopus's gives to Terraform, as its form has them: those without a value are not given.
 * @throws {@link ParameterError} for anything else, of which nothing is told since it may be secret
 */
export function readEnvironment(text: string | undefined): Record<string, string> {
  const given = text?.trim() ?? "";
  const read = Environment.safeParse(given === "" ? {} : parseJson(given));
  if (!read.success)
    throw new ParameterError(
      'Failed to read "Environment": it is no JSON object of texts. Enter it as {"PG_CONN_STR": "#{TerraformState.PG_CONN_STR | JsonEscape}"}, with JsonEscape at each value.',
    );
  const entries = Object.entries(read.data);
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (value === null || value === "" ? [] : [[name, value] as const])),
  );
}

/** What must not be read in what Terraform says: the values, and the passwords in addresses among them. */
export function listSecrets(environment: Readonly<Record<string, string>>): string[] {
  const values = Object.values(environment);
  const passwords = values.flatMap((value) => {
    const written = URL.canParse(value) ? new URL(value).password : "";
    return written === "" ? [] : [written, decode(written)];
  });
  return [...values, ...passwords].filter((secret) => secret.length >= 4);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
