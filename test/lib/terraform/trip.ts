import { expect } from "vitest";
import { readProject } from "../../../lib/graph/read-graph.ts";
import type { ResourceGraph } from "../../../lib/model/graph.ts";
import { withoutIdentity } from "../../../lib/model/identity.ts";
import { isJsonObject, type JsonValue } from "../../../lib/model/json.ts";
import { createOctopusClient, type OctopusSpace } from "../../../lib/octopus/octopus-client.ts";
import { buildTerraformModule, writeTerraformModule } from "../../../lib/terraform/write-terraform-module.ts";
import type { OctopusServer, OctopusServerOptions } from "../../octopus-server/octopus-server.ts";
import { createVariableDictionary } from "../../octopus-server/worker/octostache.ts";
import { startOctopus } from "../../steps/managed-tenants.ts";
import { createFixtureProject, createSurroundings, type Surroundings } from "../graph/create-fixture-project.ts";
import { checkModule, readProviderSchema } from "./check-module.ts";
import { createTerraformFolder, type TerraformFolder } from "./terraform.ts";

/** What a project keeps for itself. */
export const exclude = {
  libraryVariableSets: ["Export Options"],
  variables: ["Private\\..*"],
  runbooks: ["__ .*"],
  environments: ["Sync"],
};

/** Values as a run in Sync has them, with all that could end a string in Terraform. */
export const secrets = {
  "Database[Development].Password": 'quote " backslash \\ ${x} $${x} %{y} #{not a variable|} \r\nEOT\nlast line\n',
  "Database[Production].Password": "-----BEGIN KEY-----\nabc=\n-----END KEY-----\n",
};

/** What is there before: in both spaces the same surroundings, and the project in the first of them. */
export interface TripOptions {
  surround?: (space: OctopusSpace) => Promise<Surroundings>;
  createProject?: (space: OctopusSpace, around: Surroundings) => Promise<unknown>;
  project?: string;
  /** What the server is, such as its version. */
  server?: OctopusServerOptions;
}

/** A project in one space, and another space that is to get it through Terraform. */
export interface Trip {
  server: OctopusServer;
  upstream: OctopusSpace;
  downstream: OctopusSpace;
  /** The project as it is now, and its copy. */
  readOriginal(): Promise<ResourceGraph>;
  readCopy(): Promise<ResourceGraph>;
  /** The module of the project as it is now, with secrets put in as Octopus does it. */
  writeModule(variables?: Record<string, string>): Promise<Map<string, string>>;
  createFolder(variables?: Record<string, string>): Promise<TerraformFolder>;
}

export async function startTrip({
  surround = createSurroundings,
  createProject = createFixtureProject,
  project = "Hello World",
  server: serverOptions = {},
}: TripOptions = {}): Promise<Trip> {
  const { server, url, apiKey } = await startOctopus(serverOptions);
  const octopus = createOctopusClient({ url, apiKey });
  const upstream = octopus.inSpace({ Id: "Spaces-1", Name: "Default" });
  await createProject(upstream, await surround(upstream));
  const me = await octopus.get("/users/me");
  const space = await octopus.post("/spaces", {
    Name: "Managed",
    SpaceManagersTeams: [],
    SpaceManagersTeamMembers: [me.Id],
  });
  const downstream = octopus.inSpace({ Id: space.Id, Name: "Managed" });
  await surround(downstream);
  const environment = { TF_VAR_octopus_server: url, TF_VAR_octopus_apikey: apiKey, TF_VAR_octopus_space_id: space.Id };
  const readOriginal = async (): Promise<ResourceGraph> =>
    (await readProject(upstream, project, { exclude, syncEnvironment: "Sync" })).graph;
  const writeModule = async (variables: Record<string, string> = secrets): Promise<Map<string, string>> => {
    const graph = await readOriginal();
    expect(checkModule(buildTerraformModule(graph).files, readProviderSchema())).toEqual([]);
    return substitute(writeTerraformModule(graph).files, variables);
  };
  return {
    server,
    upstream,
    downstream,
    readOriginal,
    readCopy: async () => (await readProject(downstream, project)).graph,
    writeModule,
    async createFolder(variables) {
      const folder = createTerraformFolder(await writeModule(variables), environment);
      await folder.run("-chdir=space_population", "init", "-input=false");
      return folder;
    },
  };
}

function substitute(files: Map<string, string>, variables: Record<string, string>): Map<string, string> {
  const dictionary = createVariableDictionary(Object.entries(variables));
  return new Map(
    [...files].map(([path, text]) => [
      path,
      path.includes("/project_variable_sensitive") ? dictionary.evaluate(text, { lenient: true }).text : text,
    ]),
  );
}

export function apply(folder: TerraformFolder, ...args: string[]): Promise<string> {
  return folder.run("-chdir=space_population", "apply", "-auto-approve", "-input=false", "-no-color", ...args);
}

/** @throws with what Terraform would change, when there is anything */
export function plan(folder: TerraformFolder, ...args: string[]): Promise<string> {
  return folder.run("-chdir=space_population", "plan", "-detailed-exitcode", "-input=false", "-no-color", ...args);
}

/** Without what a copy has of its own: whether triggers are enabled, why secrets cannot be sent, and fields that are absent or empty. */
export function comparable(graph: ResourceGraph): JsonValue {
  const { nodes, lookUps } = withoutIdentity(graph);
  const copies = nodes.map((node) =>
    node.kind === "projectTrigger" ? { ...node, body: { ...node.body, IsDisabled: true } } : node,
  );
  const kept = withoutEmpty(JSON.parse(JSON.stringify({ nodes: copies, lookUps })));
  return JSON.parse(JSON.stringify(kept), sortByName);
}

/** The provider has maps of them, and no order. */
function sortByName(field: string, value: JsonValue): JsonValue {
  if (!["GitDependencies", "Packages"].includes(field) || !Array.isArray(value)) return value;
  return value.toSorted((a, b) => compareNames(JSON.stringify(a), JSON.stringify(b)));
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : 1;
}

function withoutEmpty(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([field, inner]): [string, JsonValue] => [field, withoutEmpty(inner)]);
  return Object.fromEntries(entries.filter(([field, inner]) => field !== "unresolvable" && !isNothing(inner)));
}

function isNothing(value: JsonValue): boolean {
  return ["", "[]", "{}"].includes(typeof value === "string" ? value : JSON.stringify(value));
}
