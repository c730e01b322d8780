import type { OctopusDocument, OctopusSpace } from "../../../lib/octopus/octopus-client.ts";
import { objectsOf, textOf, type JsonObject } from "../../../lib/model/json.ts";
import { awkward, secret, type KindStory } from "../kind-story.ts";
import { makeProject } from "../make-project.ts";

const templates = ["Color", "Password", "Account"];
const controls = ["SingleLineText", "Sensitive", "AmazonWebServicesAccount"];

function toTemplates(): JsonObject[] {
  return templates.map((name, index) => ({
    Name: awkward(name),
    Label: `Your ${name}`,
    HelpText: "Say it.",
    DefaultValue: null,
    DisplaySettings: { "Octopus.ControlType": controls[index] ?? "" },
  }));
}

export const stories: KindStory[] = [
  {
    kind: "tenant",
    what: "with tags, links to projects and values of every sort",
    edit: { Description: "Edited", IsDisabled: false },
    seed: (space) => seedTenant(space, "new"),
    uncarried: { Clone: "A way to make one, and nothing that one has." },
  },
  {
    kind: "tenant",
    what: "on a server whose common values have no environments",
    server: { version: "2025.1.0" },
    seed: (space) => seedTenant(space, "old"),
  },
];

/** A tenant of a project that includes a set; in the older form of the API each value of a project is for one environment. */
async function seedTenant(space: OctopusSpace, form: "old" | "new"): Promise<void> {
  await space.post("/tagsets", { Name: "Region", Tags: [{ Name: "Europe", Color: "#333333" }] });
  const [test, production] = await Promise.all(
    ["Test", "Production"].map(async (name) => (await space.post("/environments", { Name: awkward(name) })).Id),
  );
  const account = await space.post("/accounts", {
    Name: awkward("Amazon"),
    AccountType: "AmazonWebServicesAccount",
    AccessKey: "key",
    SecretKey: secret("of Amazon"),
  });
  const set = await space.post("/libraryvariablesets", { Name: awkward("Common"), Templates: toTemplates() });
  const project = await makeProject(space, {
    Name: awkward("Web"),
    IncludedLibraryVariableSetIds: [set.Id],
    Templates: toTemplates(),
  });
  const bare = await makeProject(space, { Name: awkward("Bare") });
  const tenant = await space.post("/tenants", {
    Name: awkward("Acme"),
    Slug: "acme-by-hand",
    Description: "Pays on time.",
    TenantTags: ["Region/Europe"],
    IsDisabled: true,
    ProjectEnvironments: { [project.Id]: [test ?? "", production ?? ""], [bare.Id]: [production ?? ""] },
  });
  const owners = { set, project };
  const scope = { test: test ?? "", production: production ?? "", account: account.Id };
  await (form === "new"
    ? giveValues(space, tenant.Id, { ...owners, ...scope })
    : giveOldValues(space, tenant, { ...owners, ...scope }));
}

interface Giving {
  set: OctopusDocument;
  project: OctopusDocument;
  test: string;
  production: string;
  account: string;
}

function templateIds(owner: OctopusDocument): string[] {
  return objectsOf(owner, "Templates").map((template) => textOf(template, "Id"));
}

async function giveValues(space: OctopusSpace, tenantId: string, { set, project, ...scope }: Giving): Promise<void> {
  const { test, production, account } = scope;
  const valuesOf = (owner: OctopusDocument, field: string): JsonObject[] => {
    const [color = "", password = "", accountId = ""] = templateIds(owner);
    const value = (TemplateId: string, Value: JsonObject | string, EnvironmentIds: string[]): JsonObject => ({
      OwnerId: owner.Id,
      [field]: owner.Id,
      TemplateId,
      Value,
      Scope: { EnvironmentIds },
    });
    return [
      value(color, `${field} everywhere`, []),
      value(password, secret("of the test"), [test]),
      value(password, secret("of the production"), [production]),
      value(accountId, account, [test, production]),
    ];
  };
  const path = `/tenants/${tenantId}`;
  await space.put(`${path}/commonvariables`, { TenantId: tenantId, Variables: valuesOf(set, "LibraryVariableSetId") });
  await space.put(`${path}/projectvariables`, { TenantId: tenantId, Variables: valuesOf(project, "ProjectId") });
}

async function giveOldValues(
  space: OctopusSpace,
  tenant: OctopusDocument,
  { set, project, test, production, account }: Giving,
): Promise<void> {
  const path = `/tenants/${tenant.Id}/variables`;
  const document = await space.get(path);
  const valuesFor = (owner: OctopusDocument, what: string): JsonObject => {
    const [color = "", password = "", accountId = ""] = templateIds(owner);
    return { [color]: `Red ${what}`, [password]: secret(`of ${what}`), [accountId]: account };
  };
  const within = (field: string, id: string, Variables: JsonObject): JsonObject => {
    const owners = document[field];
    const known = typeof owners === "object" && owners !== null && !Array.isArray(owners) ? owners : {};
    const owner = known[id];
    return { ...known, [id]: { ...(typeof owner === "object" && !Array.isArray(owner) ? owner : {}), Variables } };
  };
  await space.put(path, {
    ...document,
    Id: tenant.Id,
    LibraryVariables: within("LibraryVariables", set.Id, valuesFor(set, "all")),
    ProjectVariables: within("ProjectVariables", project.Id, {
      [test]: valuesFor(project, "test"),
      [production]: valuesFor(project, "production"),
    }),
  });
}
