import { findUnresolvableSecrets } from "../graph/find-unresolvable-secrets.ts";
import { nameValue } from "../graph/name-secret-values.ts";
import { isJsonObject, objectsOf, textOf, textsOf, type JsonObject } from "../model/json.ts";

/**
 * The names of the template's secrets that its companion has no variable for: the variable's own, or the value's where several are
 * called alike.
 * @param template - its variables, as the server gives them, with the names of what they are scoped to
 */
export function listMissingNames(template: JsonObject, companion: JsonObject): string[] {
  const present = new Set(objectsOf(companion, "Variables").map((variable) => textOf(variable, "Name")));
  const variables = objectsOf(template, "Variables").map(withoutEnvironments);
  // A companion has the values for every environment, so that alone what else a value is scoped to can hide it.
  const hidden = findUnresolvableSecrets(variables, { name: sync, id: undefined }).map(({ id }) => id);
  const missing = objectsOf(template, "Variables")
    .filter((variable) => variable["IsSensitive"] === true)
    .flatMap((variable) => {
      const named = nameValue(textOf(variable, "Name"), listScope(variable, template));
      const name = hidden.includes(textOf(variable, "Id")) ? named : textOf(variable, "Name");
      return present.has(name) || present.has(named) ? [] : [name];
    });
  return [...new Set(missing)].toSorted();
}

const sync = "Sync";

function withoutEnvironments(variable: JsonObject): JsonObject {
  const { Environment: _environments, ...scope } = scopeOf(variable);
  return { ...variable, Scope: scope };
}

/** As the copies have it, which is without the environment of the runbooks. */
function listScope(variable: JsonObject, template: JsonObject): string[] {
  const known = isJsonObject(template["ScopeValues"]) ? template["ScopeValues"] : {};
  const names = new Map(
    Object.keys(known).flatMap((list) =>
      objectsOf(known, list).map((item) => [textOf(item, "Id"), textOf(item, "Name")] as const),
    ),
  );
  const scope = scopeOf(variable);
  const ids = Object.keys(scope).flatMap((dimension) => textsOf(scope, dimension));
  return ids.map((id) => names.get(id) ?? id).filter((name) => name !== sync);
}

function scopeOf(variable: JsonObject): JsonObject {
  return isJsonObject(variable["Scope"]) ? variable["Scope"] : {};
}
