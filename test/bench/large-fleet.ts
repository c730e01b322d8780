import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import { createManifest, renderManifest } from "../../lib/graph/manifest.ts";
import { writeArchive } from "../../lib/graph/package-archive.ts";
import { readProject } from "../../lib/graph/read-graph.ts";
import { isJsonObject, objectsOf, textOf } from "../../lib/model/json.ts";
import { createOctopusClient } from "../../lib/octopus/octopus-client.ts";
import { packageIdOf } from "../../lib/octopus/package-id.ts";
import { pushPackage } from "../../lib/octopus/packages.ts";
import { step as deployProject } from "../../steps/deploy-project/step.ts";
import { createApi } from "../api.ts";
import { seedFleet, type FleetSpace } from "../octopus-server/fleet/seed-fleet.ts";
import { createOctopusServer, type OctopusServer } from "../octopus-server/octopus-server.ts";
import { createStepContext } from "../step/create-step-context.ts";
import { prepareTenants } from "../steps/prepare-tenants.ts";

export interface LargeFleet {
  servers: { server: OctopusServer; url: string }[];
  apiKey: string;
  /** A file with the keys of all instances. */
  keys: string;
  close(): Promise<void>;
}

export interface LargeFleetPlan {
  instances: number;
  spacesEach: number;
  templates: number;
  /** Deployments and runs of each instance. */
  tasks: number;
}

const apiKey = "API-BENCHFLEET0123456789";

/** A management space with templates and a tenant for each of many spaces on several servers, all of which have copies of all templates. */
export async function buildLargeFleet(plan: LargeFleetPlan): Promise<LargeFleet> {
  const scratch = mkdtempSync(join(tmpdir(), "large-fleet-"));
  const servers = await Promise.all(
    Array.from({ length: plan.instances }, async () => {
      const server = createOctopusServer({ apiKey });
      return { server, url: await server.listen() };
    }),
  );
  const [first] = servers;
  if (first === undefined) throw new Error("A fleet has at least one server.");
  const packages = await buildTemplates(first, { templates: plan.templates, scratch });
  const { addTenant } = await prepareTenants({ url: first.url, apiKey, api: createApi({ url: first.url, apiKey }) });
  for (const [index, at] of servers.entries()) {
    const { spaces } = await seedFleet(at.server, {
      spaces: plan.spacesEach,
      nameOf: (space) => `Customer ${index + 1}-${String(space).padStart(3, "0")}`,
      contents: { projects: 2, variables: 4, tenants: 2, targets: 3, workers: 1, people: 1 },
      prepare: (spaceId) => deployAll(at.url, spaceId, packages),
      history: { tasks: plan.tasks, days: 30, stages: [] },
    });
    for (const space of spaces) rewriteReceipts(at.server, space);
    for (const { name, id } of spaces)
      await addTenant(name, { "ManagedTenant.Octopus.Url": at.url, "ManagedTenant.Octopus.SpaceId": id });
  }
  const keys = join(scratch, "keys.json");
  writeFileSync(keys, JSON.stringify(Object.fromEntries(servers.map(({ url }) => [url, apiKey]))));
  return {
    servers,
    apiKey,
    keys,
    async close() {
      for (const { server } of servers) await server.close();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

interface BuiltPackage {
  id: string;
  version: string;
  path: string;
}

async function buildTemplates(
  { url }: { url: string },
  { templates, scratch }: { templates: number; scratch: string },
): Promise<BuiltPackage[]> {
  const api = createApi({ url, apiKey });
  for (const name of ["Development", "Test", "Production"]) await api.post("/environments", { Name: name });
  const [lifecycle] = await api.list("/lifecycles");
  const [group] = await api.list("/projectgroups");
  const space = createOctopusClient({ url, apiKey }).inSpace({ Id: "Spaces-1", Name: "Default" });
  const packages: BuiltPackage[] = [];
  for (let index = 1; index <= templates; index += 1) {
    const name = `Template ${index}`;
    const project = await api.post("/projects", { Name: name, LifecycleId: lifecycle?.Id, ProjectGroupId: group?.Id });
    const process = await api.get(`/projects/${project.Id}/deploymentprocesses`);
    const steps = Array.from({ length: 5 }, (_, step) => scriptStep(`Step ${step + 1}`));
    await api.put(`/projects/${project.Id}/deploymentprocesses`, { ...process, Steps: steps });
    const set = await api.get(`/variables/variableset-${project.Id}`);
    const variables = Array.from({ length: 8 }, (_, number) => ({
      Name: `${name}.Setting ${number + 1}`,
      Value: String(number),
      Type: "String",
      Scope: {},
    }));
    await api.put(`/variables/variableset-${project.Id}`, { ...set, Variables: variables });
    const reading = await readProject(space, name);
    const id = packageIdOf(name);
    const manifest = createManifest({
      root: reading.root,
      package: { id },
      source: reading.source,
      graph: reading.graph,
    });
    const content = writeArchive(new Map([["manifest.json", renderManifest(manifest)]]));
    const path = join(scratch, `${id}.2026.1.1.zip`);
    writeFileSync(path, content);
    await pushPackage(space, { packageId: id, version: "2026.1.1", content });
    packages.push({ id, version: "2026.1.1", path });
  }
  return packages;
}

function scriptStep(name: string): object {
  const properties = {
    "Octopus.Action.Script.ScriptSource": "Inline",
    "Octopus.Action.Script.Syntax": "Bash",
    "Octopus.Action.Script.ScriptBody": `echo ${name}`,
  };
  return { Name: name, Actions: [{ Name: name, ActionType: "Octopus.Script", Properties: properties }] };
}

async function deployAll(url: string, spaceId: string, packages: readonly BuiltPackage[]): Promise<void> {
  for (const brought of packages)
    await createStepContext({
      step: deployProject,
      parameters: { serverUrl: url, apiKey, spaceId, receiptKey: "a key for receipts" },
      packages: { package: brought },
    }).run();
}

/** What a receipt remembers is packed, so that its ids did not change when the space was copied. */
function rewriteReceipts({ model }: OctopusServer, { id, idFor }: FleetSpace): void {
  for (const set of model.collection("variablesets").inOrder(id))
    for (const variable of objectsOf(toJson(set), "Variables")) {
      const name = textOf(variable, "Name");
      if (!name.startsWith("Octopus.Script.Module[Managed Spaces Receipt")) continue;
      const lines = textOf(variable, "Value").trimEnd().split("\n# ");
      const memory = brotliDecompressSync(Buffer.from(lines.at(-1) ?? "", "base64")).toString("utf8");
      const rewritten = memory.replace(/\b[A-Za-z]+-\d+\b/g, idFor);
      const packed = brotliCompressSync(Buffer.from(rewritten)).toString("base64");
      const text = [...lines.slice(0, -1), packed].join("\n# ");
      const variables = objectsOf(toJson(set), "Variables").map((one) =>
        textOf(one, "Name") === name ? { ...one, Value: `${text}\n` } : one,
      );
      set["Variables"] = variables;
    }
}

function toJson(value: unknown): Parameters<typeof objectsOf>[0] {
  return isJsonObject(value) ? value : {};
}
