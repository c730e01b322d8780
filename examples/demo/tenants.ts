import type { Document, OctopusUser } from "./octopus-user.ts";

/** The secrets that the baseline names, where the runbook of "__ Client Space" finds them: in Sync and nowhere else. */
export async function addBaselineSecrets(user: OctopusUser, secrets: Readonly<Record<string, string>>): Promise<void> {
  const sync = await user.find("/environments", "Sync");
  const set = await user.create("/libraryvariablesets", {
    Name: "Baseline Secrets",
    ContentType: "Variables",
    Description: "What the baseline of managed spaces names.",
  });
  const variables = await user.get(`/variables/variableset-${set.Id}`);
  await user.update(`/variables/variableset-${set.Id}`, {
    ...variables,
    Variables: Object.entries(secrets).map(([name, value]) => ({
      Name: name,
      Value: value,
      Type: "Sensitive",
      IsSensitive: true,
      Scope: { Environment: [sync?.Id] },
    })),
  });
  const project = await user.find("/projects", "__ Client Space");
  const included = Array.isArray(project?.["IncludedLibraryVariableSetIds"])
    ? project["IncludedLibraryVariableSetIds"]
    : [];
  await user.update(`/projects/${project?.Id}`, { ...project, IncludedLibraryVariableSetIds: [...included, set.Id] });
}

/** A run that looks at the whole fleet has no tenant, and so no tenant's key: other instances have one of their own. */
export async function addInstanceKey(
  user: OctopusUser,
  { url, apiKey }: { url: string; apiKey: string },
): Promise<void> {
  const sync = await user.find("/environments", "Sync");
  const set = await user.find("/libraryvariablesets", "Managed Instances");
  const variables = await user.get(`/variables/variableset-${set?.Id ?? ""}`);
  const key = {
    Name: `ManagedInstance.${new URL(url).host}.ApiKey`,
    Value: apiKey,
    Type: "Sensitive",
    IsSensitive: true,
    Scope: { Environment: [sync?.Id] },
  };
  await user.update(`/variables/variableset-${set?.Id ?? ""}`, { ...variables, Variables: [key] });
}

export interface ManagedTenant {
  name: string;
  url: string;
  apiKey: string;
  /** Of other templates of the variable set Octopus Server, by name; a secret as the API takes it. */
  values?: Readonly<Record<string, unknown>>;
}

/** Makes a tenant for each managed space, connects it to the projects in Sync, and says where its instance is. */
export async function connectTenants(
  user: OctopusUser,
  tenants: readonly ManagedTenant[],
  projectNames: readonly string[],
): Promise<void> {
  const sync = await user.find("/environments", "Sync");
  const projects = (await user.list("/projects")).filter((project) => projectNames.includes(project.Name));
  const set = await user.find("/libraryvariablesets", "Octopus Server");
  for (const { name, url, apiKey, values = {} } of tenants) {
    const tenant = await user.create("/tenants", {
      Name: name,
      TenantTags: [],
      ProjectEnvironments: Object.fromEntries(projects.map((project) => [project.Id, [sync?.Id ?? ""]])),
    });
    // By the form of the API that servers before 2025.2 have, too.
    const path = `/tenants/${tenant.Id}/variables`;
    const own = {
      LibraryVariableSetId: set?.Id,
      Variables: {
        [templateId(set, "ManagedTenant.Octopus.Url")]: url,
        [templateId(set, "ManagedTenant.Octopus.ApiKey")]: { HasValue: true, NewValue: apiKey },
        ...Object.fromEntries(Object.entries(values).map(([one, value]) => [templateId(set, one), value])),
      },
    };
    await user.update(path, { ...(await user.get(path)), LibraryVariables: { [set?.Id ?? ""]: own } });
  }
}

function templateId(set: Document | undefined, name: string): string {
  const templates = Array.isArray(set?.["Templates"]) ? set["Templates"] : [];
  const found: unknown = templates.find(
    (template: unknown) =>
      typeof template === "object" && template !== null && "Name" in template && template.Name === name,
  );
  return typeof found === "object" && found !== null && "Id" in found ? String(found.Id) : "";
}
