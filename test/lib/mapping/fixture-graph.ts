import { readProject } from "../../../lib/graph/read-graph.ts";
import { applyMapping, type Mapped } from "../../../lib/mapping/apply-mapping.ts";
import { parseMapping } from "../../../lib/mapping/parse-mapping.ts";
import type { MappingContext } from "../../../lib/mapping/mapping-run.ts";
import type { ResourceGraph } from "../../../lib/model/graph.ts";
import { objectsOf, textOf, type JsonObject } from "../../../lib/model/json.ts";
import { createOctopusClient } from "../../../lib/octopus/octopus-client.ts";
import { createOctopusServer } from "../../octopus-server/octopus-server.ts";
import { createFixtureProject, createSurroundings } from "../graph/create-fixture-project.ts";

/** The project with something of everything, as Serialize reads it. */
export async function readFixture(): Promise<ResourceGraph> {
  const server = createOctopusServer();
  const client = createOctopusClient({ url: await server.listen(), apiKey: server.apiKey });
  const space = client.inSpace({ Id: "Spaces-1", Name: "Default" });
  await createFixtureProject(space, await createSurroundings(space));
  const { graph } = await readProject(space, "Hello World", { syncEnvironment: "Sync" });
  await server.close();
  return graph;
}

export interface MapOptions {
  variables?: Record<string, string>;
  has?: NonNullable<MappingContext["has"]>;
}

/** What the mapping, as people write it, makes of the graph. */
export function map(graph: ResourceGraph, yaml: string, { variables = {}, has }: MapOptions = {}): Mapped {
  const context = { readVariable: (name: string): string | undefined => variables[name], ...(has && { has }) };
  return applyMapping(graph, parseMapping(yaml, "Mapping"), context);
}

export function bodyOf({ nodes }: ResourceGraph, kind: string, name?: string): JsonObject {
  return nodes.find((node) => node.kind === kind && (name === undefined || node.key.at(-1) === name))?.body ?? {};
}

/** The values of a variable, each with what it is scoped to: `Hello`, `Hi (Environment Live, Test)`. */
export function valuesOf(graph: ResourceGraph, name: string): string[] {
  return objectsOf(bodyOf(graph, "variableSet"), "Variables")
    .filter((variable) => textOf(variable, "Name") === name)
    .map((variable) => `${describe(variable["Value"])}${describeScope(variable["Scope"])}`);
}

export function actionOf(graph: ResourceGraph, name: string): JsonObject | undefined {
  return objectsOf(bodyOf(graph, "deploymentProcess"), "Steps")
    .flatMap((step) => objectsOf(step, "Actions"))
    .find((action) => textOf(action, "Name") === name);
}

/** What a list of references or texts names. */
export function namesIn(value: unknown): string[] {
  return Array.isArray(value) ? value.map(describe) : [];
}

function describeScope(scope: unknown): string {
  const dimensions = Object.entries(typeof scope === "object" && scope !== null ? scope : {});
  const told = dimensions
    .filter(([name]) => name !== "$keep")
    .map(([name, values]) => `${name} ${namesIn(values).join(", ")}`);
  return told.length === 0 ? "" : ` (${told.join("; ")})`;
}

function describe(value: unknown): string {
  const { $ref: found, $secret: secret } = Object(value);
  if (found !== undefined) return Object(found).key.join("/");
  return secret === undefined ? String(value) : `secret ${String(Object(secret).variable)}`;
}
