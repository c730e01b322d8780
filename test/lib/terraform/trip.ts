import { expect } from "vitest";
import { readProject } from "../../../lib/graph/read-graph.ts";
import { createOctopusClient, type OctopusSpace } from "../../../lib/octopus/octopus-client.ts";
import { buildTerraformModule, writeTerraformModule } from "../../../lib/terraform/write-terraform-module.ts";
import type { OctopusServer, OctopusServerOptions } from "../../octopus-server/octopus-server.ts";
import { createVariableDictionary } from "../../octopus-server/worker/octostache.ts";
import { startOctopus } from "../../steps/managed-tenants.ts";
import { createFixtureProject, createSurroundings } from "../graph/create-fixture-project.ts";
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

/** A project in one space, and another space that is to get it through Terraform. */
export interface Trip {
  server: OctopusServer;
  upstream: OctopusSpace;
  downstream: OctopusSpace;
  /** The module of the project as it is now, with secrets put in as Octopus does it. */
  writeModule(variables?: Record<string, string>): Promise<Map<string, string>>;
  createFolder(variables?: Record<string, string>): Promise<TerraformFolder>;
}

export async function startTrip(options: OctopusServerOptions = {}): Promise<Trip> {
  const { server, url, apiKey } = await startOctopus(options);
  const octopus = createOctopusClient({ url, apiKey });
  const upstream = octopus.inSpace({ Id: "Spaces-1", Name: "Default" });
  await createFixtureProject(upstream, await createSurroundings(upstream));
  const me = await octopus.get("/users/me");
  const space = await octopus.post("/spaces", {
    Name: "Managed",
    SpaceManagersTeams: [],
    SpaceManagersTeamMembers: [me.Id],
  });
  const downstream = octopus.inSpace({ Id: space.Id, Name: "Managed" });
  await createSurroundings(downstream);
  const environment = { TF_VAR_octopus_server: url, TF_VAR_octopus_apikey: apiKey, TF_VAR_octopus_space_id: space.Id };
  const writeModule = async (variables: Record<string, string> = secrets): Promise<Map<string, string>> => {
    const { graph } = await readProject(upstream, "Hello World", { exclude, syncEnvironment: "Sync" });
    expect(checkModule(buildTerraformModule(graph).files, readProviderSchema())).toEqual([]);
    return substitute(writeTerraformModule(graph).files, variables);
  };
  return {
    server,
    upstream,
    downstream,
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
