import { forEachSecret, type ResourceGraph } from "../model/graph.ts";
import { objectsOf, textOf } from "../model/json.ts";

/** The names of all variables that the graph gives a run: its own, those of its templates, and those by which secrets are asked for. */
export function listOwnVariableNames({ nodes }: ResourceGraph): string[] {
  const names = nodes.flatMap(({ body }) =>
    [...objectsOf(body, "Variables"), ...objectsOf(body, "Templates")].map((variable) => textOf(variable, "Name")),
  );
  for (const { body } of nodes)
    forEachSecret(body, ({ $secret: { variable, named } }) => {
      names.push(...[variable, named].filter((name) => typeof name === "string"));
    });
  return names;
}
