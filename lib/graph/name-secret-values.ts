import { foldName } from "../octopus/same-name.ts";
import { isReference, isSecretMark, type SecretMark } from "../model/graph.ts";
import { isJsonObject, objectsOf, textOf, type JsonObject, type JsonValue } from "../model/json.ts";

/**
 * What one of several values of a variable is called: the variable's name and in brackets the names of all that the value is scoped
 * to, in alphabetical order, such as `Password[Production, Test]`.
 */
export function nameValue(variable: string, scope: readonly string[]): string {
  return `${variable}[${scope.toSorted(compareNames).join(", ")}]`;
}

/**
 * Gives the secrets of a set of variables the names under which a run may have their values, whatever else is called like the
 * variable. A value that applies everywhere has none, and neither have two of the same scope, or one whose name the set has already.
 */
export function nameSecretValues(body: JsonObject): JsonObject {
  const variables = objectsOf(body, "Variables");
  if (!variables.some(({ Value: value = null }) => isSecretMark(value))) return body;
  const taken = new Set(variables.map((variable) => foldName(textOf(variable, "Name"))));
  const names = variables.map(nameSecret);
  const counts = new Map<string, number>();
  for (const name of names) if (name !== undefined) counts.set(foldName(name), (counts.get(foldName(name)) ?? 0) + 1);
  return {
    ...body,
    Variables: variables.map((variable, index) => {
      const name = names[index];
      return name === undefined || counts.get(foldName(name)) !== 1 ? variable : withName(variable, { name, taken });
    }),
  };
}

function nameSecret(variable: JsonObject): string | undefined {
  const scope = isJsonObject(variable["Scope"]) ? listScope(variable["Scope"]) : [];
  return isSecretMark(variable["Value"]) && scope.length > 0 ? nameValue(textOf(variable, "Name"), scope) : undefined;
}

function listScope(scope: JsonObject): string[] {
  return Object.entries(scope).flatMap(([dimension, values]) =>
    Array.isArray(values) ? values.map((value) => nameOf(dimension, value)) : [],
  );
}

/** As the portal shows it: a tag with its set, a step without its process. */
function nameOf(dimension: string, value: JsonValue): string {
  if (!isReference(value)) return String(value);
  return dimension === "TenantTag" ? value.$ref.key.join("/") : (value.$ref.key.at(-1) ?? "");
}

function withName(variable: JsonObject, { name, taken }: { name: string; taken: Set<string> }): JsonObject {
  const { Value: mark = null } = variable;
  if (!isSecretMark(mark)) return variable;
  const { $secret: secret } = mark;
  const isTaken = taken.has(foldName(name));
  const named = { ...secret, ...(isTaken ? {} : { named: name }) };
  const hint = isTaken
    ? `, or scope the variable "${name}" to nothing but the environment in which deployments run: then it is this value`
    : `, or give the run the value as the variable "${name}"`;
  const reason = secret.unresolvable === undefined ? {} : { unresolvable: `${secret.unresolvable}${hint}` };
  return { ...variable, Value: { $secret: { ...named, ...reason } } satisfies SecretMark };
}

/** Without case, as Octopus takes names; code units, so that the order is the same on every machine. */
function compareNames(a: string, b: string): number {
  const [first, second] = foldName(a) === foldName(b) ? [a, b] : [foldName(a), foldName(b)];
  return first < second ? -1 : first > second ? 1 : 0;
}
