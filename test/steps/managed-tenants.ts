import { onTestFinished } from "vitest";
import { createApi, type Api } from "../api.ts";
import {
  createOctopusServer,
  type OctopusServer,
  type OctopusServerOptions,
} from "../octopus-server/octopus-server.ts";

/** A local Octopus for the length of one test. */
export interface TestServer {
  server: OctopusServer;
  url: string;
  apiKey: string;
  api: Api;
}

export async function startOctopus(options: OctopusServerOptions = {}): Promise<TestServer> {
  const server = createOctopusServer(options);
  const url = await server.listen();
  onTestFinished(() => server.close());
  return { server, url, apiKey: server.apiKey, api: createApi({ url, apiKey: server.apiKey }) };
}

/** A management space with the variable set that says where managed spaces are, and a project that tenants can be connected to. */
export interface ManagementSpace extends TestServer {
  templates: Record<string, string>;
  setId: string;
  projectId: string;
  environmentId: string;
  addTenant(name: string, values: Record<string, unknown>): Promise<string>;
  /** The tenant's common values by template name, as the API shows them. */
  readTenant(tenantId: string): Promise<Record<string, unknown>>;
}

export async function startManagementSpace(options: OctopusServerOptions = {}): Promise<ManagementSpace> {
  return toManagementSpace(await startOctopus(options));
}

/** Gives a server's default space what tells where managed spaces are. */
export async function toManagementSpace(octopus: TestServer): Promise<ManagementSpace> {
  const { api } = octopus;
  const set = await api.post("/libraryvariablesets", {
    Name: "Octopus Server",
    ContentType: "Variables",
    Templates: [
      { Name: "ManagedTenant.Octopus.Url", DisplaySettings: { "Octopus.ControlType": "SingleLineText" } },
      { Name: "ManagedTenant.Octopus.ApiKey", DisplaySettings: { "Octopus.ControlType": "Sensitive" } },
      {
        Name: "ManagedTenant.Octopus.SpaceId",
        DefaultValue: "Unknown",
        DisplaySettings: { "Octopus.ControlType": "SingleLineText" },
      },
      { Name: "Billing.Code", DisplaySettings: { "Octopus.ControlType": "SingleLineText" } },
    ],
  });
  const environment = await api.post("/environments", { Name: "Sync" });
  const [lifecycle] = await api.list("/lifecycles");
  const [group] = await api.list("/projectgroups");
  const project = await api.post("/projects", {
    Name: "__ Client Space",
    LifecycleId: lifecycle?.Id,
    ProjectGroupId: group?.Id,
    TenantedDeploymentMode: "TenantedOrUntenanted",
    IncludedLibraryVariableSetIds: [set.Id],
  });
  const templates = Object.fromEntries(templatesOf(set).map((template) => [template.Name, template.Id]));

  return {
    ...octopus,
    templates,
    setId: set.Id,
    projectId: project.Id,
    environmentId: environment.Id,
    async addTenant(name, values) {
      const tenant = await api.post("/tenants", {
        Name: name,
        ProjectEnvironments: { [project.Id]: [environment.Id] },
      });
      // By the older form of the API, which every server has.
      const document = await get(octopus, `/tenants/${tenant.Id}/variables`);
      const named = Object.entries(values).map(([template, value]) => [templates[template] ?? "", value] as const);
      await put(octopus, `/tenants/${tenant.Id}/variables`, {
        ...(isRecord(document) ? document : {}),
        LibraryVariables: { [set.Id]: { Variables: Object.fromEntries(named) } },
      });
      return tenant.Id;
    },
    async readTenant(tenantId) {
      const document = await get(octopus, `/tenants/${tenantId}/variables`);
      const names = new Map(Object.entries(templates).map(([name, id]) => [id, name]));
      const sets = isRecord(document) && isRecord(document["LibraryVariables"]) ? document["LibraryVariables"] : {};
      const own = sets[set.Id];
      const variables = isRecord(own) && isRecord(own["Variables"]) ? own["Variables"] : {};
      return Object.fromEntries(Object.entries(variables).map(([id, value]) => [names.get(id) ?? "", value]));
    },
  };
}

function templatesOf(set: Record<string, unknown>): { Name: string; Id: string }[] {
  const templates = Array.isArray(set["Templates"]) ? set["Templates"].filter(isRecord) : [];
  return templates.map((template) => ({ Name: String(template["Name"]), Id: String(template["Id"]) }));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

async function get({ url, apiKey }: TestServer, path: string): Promise<unknown> {
  const response = await fetch(`${url}/api/Spaces-1${path}`, { headers: { "X-Octopus-ApiKey": apiKey } });
  return response.json();
}

async function put({ url, apiKey }: TestServer, path: string, body: unknown): Promise<void> {
  const headers = { "X-Octopus-ApiKey": apiKey, "Content-Type": "application/json" };
  const response = await fetch(`${url}/api/Spaces-1${path}`, { method: "PUT", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`PUT ${path} answered ${response.status}: ${await response.text()}`);
}
