import { expect, test } from "vitest";
import { fieldsOf, listOf, textOf, type Fields } from "../model/fields.ts";
import { createApiStage, type ApiStage } from "./api-stage.ts";

/** What the Octopus CLI and the Terraform provider rely on beyond the documented shapes, found by running them. */

test("a space links to its page in the portal", async () => {
  const stage = await createApiStage();

  const space = await stage.get("/api/spaces/Spaces-1");

  expect(fieldsOf(space, "Links")).toMatchObject({ Web: "/app#/spaces/Spaces-1" });
});

test("a choice that is sent as an empty text takes the server's own", async () => {
  const stage = await createApiStage();

  const runbook = await stage.runbook(await stage.project("Hello World"), "Back up", { MultiTenancyMode: "", EnvironmentScope: "", DefaultGuidedFailureMode: "" });

  expect(runbook).toMatchObject({ MultiTenancyMode: "Untenanted", EnvironmentScope: "All", DefaultGuidedFailureMode: "EnvironmentDefault" });
});

test("templates without a value are listed beside the values of a tenant, with a default or without", async () => {
  const stage = await createApiStage();
  const tenant = await connectTenant(stage);

  const common = await stage.get(`/api/Spaces-1/tenants/${textOf(tenant, "Id")}/commonvariables?IncludeMissingVariables=true`);

  expect(common["Variables"]).toEqual([]);
  expect(listOf(common, "MissingVariables").map((item) => [item["Id"], fieldsOf(item, "Template")["Name"]])).toEqual([
    ["", "With.Default"],
    ["", "Without.Default"],
  ]);
});

test("only templates without a default count as missing", async () => {
  const stage = await createApiStage();
  const tenant = await connectTenant(stage);

  const { list } = await stage.call("GET", `/api/Spaces-1/tenants/variables-missing?tenantId=${textOf(tenant, "Id")}`);

  expect(list.flatMap((item) => listOf(item, "MissingVariables")).map((item) => item["VariableTemplateName"])).toEqual(["Without.Default"]);
});

/** A tenant of a project that includes a set with two templates. */
async function connectTenant(stage: ApiStage): Promise<Fields> {
  const environment = await stage.environment("Test");
  const set = await stage.post("/api/Spaces-1/libraryvariablesets", {
    Name: "Common",
    Templates: [{ Name: "With.Default", DefaultValue: "x" }, { Name: "Without.Default" }],
  });
  const project = await stage.project("Hello World", { TenantedDeploymentMode: "TenantedOrUntenanted", IncludedLibraryVariableSetIds: [set["Id"]] });
  return stage.post("/api/Spaces-1/tenants", { Name: "Europe", ProjectEnvironments: { [textOf(project, "Id")]: [environment["Id"]] } });
}
