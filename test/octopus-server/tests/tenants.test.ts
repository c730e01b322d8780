import { expect, test } from "vitest";
import { startLocalOctopus, type LocalOctopus } from "./local-octopus.ts";

interface Stage extends LocalOctopus {
  tenant: string;
  project: string;
  library: string;
  /** Ids of templates by name. */
  templates: Record<string, string>;
  development: string;
  production: string;
}

async function startWithTenant(): Promise<Stage> {
  const octopus = await startLocalOctopus();
  const development = (await octopus.made("environments", { Name: "Development" })).Id;
  const production = (await octopus.made("environments", { Name: "Production" })).Id;
  const library = await octopus.made("libraryvariablesets", {
    Name: "Octopus Server",
    Templates: [
      { Name: "Url" },
      { Name: "ApiKey", DisplaySettings: { "Octopus.ControlType": "Sensitive" } },
      { Name: "Kind", DefaultValue: "none" },
    ],
  });
  const project = await octopus.made("projects", {
    Name: "Hello",
    ProjectGroupId: "ProjectGroups-1",
    LifecycleId: "Lifecycles-1",
    TenantedDeploymentMode: "Tenanted",
    IncludedLibraryVariableSetIds: [library.Id],
    Templates: [{ Name: "Color" }],
  });
  const tenant = await octopus.made("tenants", {
    Name: "America",
    ProjectEnvironments: { [project.Id]: [development, production] },
  });
  const templates = Object.fromEntries(
    [library, project].flatMap((owner) => templatesOf(owner).map(({ Name, Id }) => [Name, Id])),
  );
  return {
    ...octopus,
    tenant: `tenants/${tenant.Id}`,
    project: project.Id,
    library: library.Id,
    templates,
    development,
    production,
  };
}

function templatesOf(owner: Record<string, unknown>): { Name: string; Id: string }[] {
  return JSON.parse(JSON.stringify(owner["Templates"]));
}

test("both forms of the API show the same values", async () => {
  const stage = await startWithTenant();
  const { templates, library, project, development, production } = stage;
  await stage.post(`${stage.tenant}/variables`, {
    LibraryVariables: {
      [library]: {
        Variables: {
          [templates["Url"] ?? ""]: "https://a",
          [templates["ApiKey"] ?? ""]: { HasValue: true, NewValue: "API-1" },
        },
      },
    },
    ProjectVariables: {
      [project]: {
        Variables: {
          [development]: { [templates["Color"] ?? ""]: "red" },
          [production]: { [templates["Color"] ?? ""]: "blue" },
        },
      },
    },
  });
  expect((await stage.get(`${stage.tenant}/commonvariables?IncludeMissingVariables=`)).body["Variables"]).toMatchObject(
    [
      {
        LibraryVariableSetId: library,
        TemplateId: templates["Url"],
        Value: "https://a",
        Scope: { EnvironmentIds: [] },
      },
      { TemplateId: templates["ApiKey"], Value: { HasValue: true, NewValue: null } },
    ],
  );
  expect((await stage.get(`${stage.tenant}/projectvariables`)).body["Variables"]).toMatchObject([
    { ProjectId: project, Value: "red", Scope: { EnvironmentIds: [development] } },
    { ProjectId: project, Value: "blue", Scope: { EnvironmentIds: [production] } },
  ]);
});

test("writing back what was read in the first form changes nothing", async () => {
  const stage = await startWithTenant();
  const { templates, library, project, development, production } = stage;
  await stage.put(`${stage.tenant}/projectvariables`, [
    {
      ProjectId: project,
      TemplateId: templates["Color"],
      Value: "red",
      Scope: { EnvironmentIds: [development, production] },
    },
  ]);
  await stage.put(`${stage.tenant}/commonvariables`, {
    Variables: [
      {
        LibraryVariableSetId: library,
        TemplateId: templates["ApiKey"],
        Value: { HasValue: true, NewValue: "API-1" },
        Scope: { EnvironmentIds: null },
      },
      {
        LibraryVariableSetId: library,
        TemplateId: templates["Url"],
        Value: "https://dev",
        Scope: { EnvironmentIds: [development] },
      },
    ],
  });
  const stored = structuredClone(stage.server.model.collection("tenantvariables").list());
  const { body } = await stage.get(`${stage.tenant}/variables`);
  expect((await stage.put(`${stage.tenant}/variables`, body)).status).toBe(200);
  expect(stage.server.model.collection("tenantvariables").list()).toEqual(stored);
});

test("a write that is based on what somebody else changed is refused", async () => {
  const stage = await startWithTenant();
  const { body } = await stage.get(`${stage.tenant}/variables`);
  await stage.put(`${stage.tenant}/commonvariables`, {
    Variables: [{ LibraryVariableSetId: stage.library, TemplateId: stage.templates["Url"], Value: "x" }],
  });
  const refused = await stage.put(`${stage.tenant}/variables`, body);
  expect([refused.status, refused.body.ErrorMessage]).toEqual([409, expect.stringContaining("data was out of date")]);
  expect((await stage.put(`${stage.tenant}/variables`, { ...body, ConcurrencyToken: undefined })).status).toBe(200);
});

test("the second form has a token, too, and nothing is checked without it", async () => {
  const stage = await startWithTenant();
  const path = `${stage.tenant}/commonvariables`;
  const { body } = await stage.get(path);
  const value = { LibraryVariableSetId: stage.library, TemplateId: stage.templates["Url"], Value: "x" };
  expect((await stage.put(path, { ...body, Variables: [value] })).status).toBe(200);
  expect((await stage.put(path, { ...body, Variables: [] })).status).toBe(409);
  expect((await stage.put(path, { Variables: [] })).status).toBe(200);
});

test("the second form replaces all values, and keeps secrets by id", async () => {
  const stage = await startWithTenant();
  const path = `${stage.tenant}/commonvariables`;
  const secret = { LibraryVariableSetId: stage.library, TemplateId: stage.templates["ApiKey"] };
  await stage.put(path, {
    Variables: [
      { ...secret, Value: { HasValue: true, NewValue: "API-1" } },
      { ...secret, TemplateId: stage.templates["Url"], Value: "x" },
    ],
  });
  const { body } = await stage.get(path);
  const [first] = JSON.parse(JSON.stringify(body["Variables"]));
  await stage.put(path, { Variables: [first] });
  expect(stage.server.model.collection("tenantvariables").list()).toMatchObject([
    { Id: first.Id, Value: { $sensitive: "API-1" } },
  ]);
  await stage.put(path, { Variables: [] });
  expect(stage.server.model.collection("tenantvariables").size).toBe(0);
});

test("values that are missing are told", async () => {
  const stage = await startWithTenant();
  const { body } = await stage.get(`${stage.tenant}/commonvariables?IncludeMissingVariables=true`);
  expect(body["MissingVariables"]).toMatchObject([
    { TemplateId: stage.templates["Url"] },
    { TemplateId: stage.templates["ApiKey"] },
    { Template: { DefaultValue: "none" } },
  ]);
  const missing = await stage.get("tenants/variables-missing");
  expect(missing.body["List"]).toMatchObject([
    {
      TenantId: "Tenants-1",
      MissingVariables: [
        { ProjectId: stage.project },
        { ProjectId: stage.project },
        { VariableTemplateName: "Url" },
        { VariableTemplateName: "ApiKey" },
      ],
    },
  ]);
});

test("two values for the same environment are refused, and so is a template of others", async () => {
  const stage = await startWithTenant();
  const value = {
    ProjectId: stage.project,
    TemplateId: stage.templates["Color"],
    Value: "red",
    Scope: { EnvironmentIds: [stage.development] },
  };
  expect((await stage.put(`${stage.tenant}/projectvariables`, [value, value])).status).toBe(400);
  expect((await stage.put(`${stage.tenant}/projectvariables`, [{ ...value, TemplateId: "x" }])).status).toBe(400);
});

test("a tenant can be connected to a project that is deployed without tenants", async () => {
  const octopus = await startLocalOctopus();
  const project = await octopus.made("projects", {
    Name: "Plain",
    ProjectGroupId: "ProjectGroups-1",
    LifecycleId: "Lifecycles-1",
  });
  expect((await octopus.post("tenants", { Name: "A", ProjectEnvironments: { [project.Id]: [] } })).status).toBe(201);
});

test("a clone takes connections and values along", async () => {
  const stage = await startWithTenant();
  await stage.put(`${stage.tenant}/commonvariables`, {
    Variables: [{ LibraryVariableSetId: stage.library, TemplateId: stage.templates["Url"], Value: "x" }],
  });
  const clone = await stage.made("tenants?clone=Tenants-1", { Name: "Canada" });
  expect(clone).toMatchObject({
    ClonedFromTenantId: "Tenants-1",
    ProjectEnvironments: { [stage.project]: [stage.development, stage.production] },
  });
  expect((await stage.get(`tenants/${clone.Id}/commonvariables`)).body["Variables"]).toMatchObject([{ Value: "x" }]);
});
