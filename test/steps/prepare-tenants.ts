import type { Api } from "../api.ts";

/** What tenants that stand for spaces are made with: the variable set that says where, and a project that they are connected to. */
export interface Tenants {
  templates: Record<string, string>;
  setId: string;
  projectId: string;
  environmentId: string;
  addTenant(name: string, values: Record<string, unknown>): Promise<string>;
  /** Replaces all common values of a tenant. */
  giveValues(tenantId: string, values: Record<string, unknown>): Promise<void>;
  /** The tenant's common values by template name, as the API shows them. */
  readTenant(tenantId: string): Promise<Record<string, unknown>>;
}

interface Octopus {
  url: string;
  apiKey: string;
  api: Api;
}

/** Without anything of a test, since benchmarks have tenants, too. */
export async function prepareTenants(octopus: Octopus): Promise<Tenants> {
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

  async function giveValues(tenantId: string, values: Record<string, unknown>): Promise<void> {
    // By the older form of the API, which every server has.
    const document = await get(octopus, `/tenants/${tenantId}/variables`);
    const named = Object.entries(values).map(([template, value]) => [templates[template] ?? "", value] as const);
    await put(octopus, `/tenants/${tenantId}/variables`, {
      ...(isRecord(document) ? document : {}),
      LibraryVariables: { [set.Id]: { Variables: Object.fromEntries(named) } },
    });
  }

  return {
    templates,
    setId: set.Id,
    projectId: project.Id,
    environmentId: environment.Id,
    giveValues,
    async addTenant(name, values) {
      const tenant = await api.post("/tenants", {
        Name: name,
        ProjectEnvironments: { [project.Id]: [environment.Id] },
      });
      await giveValues(tenant.Id, values);
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

async function get({ url, apiKey }: Octopus, path: string): Promise<unknown> {
  const response = await fetch(`${url}/api/Spaces-1${path}`, { headers: { "X-Octopus-ApiKey": apiKey } });
  return response.json();
}

async function put({ url, apiKey }: Octopus, path: string, body: unknown): Promise<void> {
  const headers = { "X-Octopus-ApiKey": apiKey, "Content-Type": "application/json" };
  const response = await fetch(`${url}/api/Spaces-1${path}`, { method: "PUT", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`PUT ${path} answered ${response.status}: ${await response.text()}`);
}
