import { expect, test } from "vitest";
import { changeTenantValues, openTenantValues } from "../../../lib/octopus/tenant-value-list.ts";
import { startCarrying } from "../../kinds/carry.ts";
import { makeProject } from "../../kinds/make-project.ts";

test.each([
  { form: "newer", version: "2026.3.0" },
  { form: "older", version: "2025.1.0" },
])(
  "runs that overlap, each with a value of its own for one tenant, lose none in the $form form of the API",
  async ({ version }) => {
    const { upstream, server } = await startCarrying({ version });
    const names = ["Color", "Size", "Shape"];
    const Templates = names.map((Name) => ({ Name, DisplaySettings: { "Octopus.ControlType": "SingleLineText" } }));
    const project = await makeProject(upstream, { Templates });
    const environment = await upstream.post("/environments", { Name: "Test" });
    const tenant = await upstream.post("/tenants", {
      Name: "Acme",
      ProjectEnvironments: { [project.Id]: [environment.Id] },
    });
    const valueOf = (template: string) => ({
      ownerId: project.Id,
      template,
      environmentIds: [environment.Id],
      value: `The ${template}`,
      controlType: "",
    });
    // Slow enough that all read before any of them writes.
    server.setFaults({ delayMilliseconds: 20 });

    await Promise.all(
      names.map((name) => changeTenantValues(upstream, tenant.Id, { set: [valueOf(name)], removed: [] })),
    );

    const written = await openTenantValues(upstream, tenant.Id);
    expect(written.values.map(({ value }) => value).toSorted()).toEqual(["The Color", "The Shape", "The Size"]);
    await changeTenantValues(upstream, tenant.Id, { set: [], removed: [valueOf("Size")] });
    const left = await openTenantValues(upstream, tenant.Id);
    expect(left.values.map(({ template }) => template).toSorted()).toEqual(["Color", "Shape"]);
  },
);

test("a template that its owner does not have is named", async () => {
  const { upstream } = await startCarrying();
  const project = await makeProject(upstream);
  const tenant = await upstream.post("/tenants", { Name: "Acme", ProjectEnvironments: { [project.Id]: [] } });
  const value = { ownerId: project.Id, template: "Color", environmentIds: [], value: "Red", controlType: "" };

  await expect(changeTenantValues(upstream, tenant.Id, { set: [value], removed: [] })).rejects.toThrow(
    `The space "Upstream" has no variable template "Color" in ${project.Id}, for which a tenant is to have a value.`,
  );
});

test("an older server has a secret for all environments as one for each, and nobody can tell these from others", async () => {
  const { upstream } = await startCarrying({ version: "2025.1.0" });
  const Templates = [{ Name: "Password", DisplaySettings: { "Octopus.ControlType": "Sensitive" } }];
  const project = await makeProject(upstream, { Templates });
  const environments = await Promise.all(
    ["Test", "Production"].map(async (Name) => (await upstream.post("/environments", { Name })).Id),
  );
  const tenant = await upstream.post("/tenants", {
    Name: "Acme",
    ProjectEnvironments: { [project.Id]: environments },
  });
  const secret = { HasValue: true, NewValue: "the same" };
  const own = { ownerId: project.Id, template: "Password", controlType: "" };

  await changeTenantValues(upstream, tenant.Id, { set: [{ ...own, environmentIds: [], value: secret }], removed: [] });

  const { values } = await openTenantValues(upstream, tenant.Id);
  // Whoever joined them would send one secret where two different ones were meant.
  expect(values.map(({ environmentIds }) => environmentIds)).toEqual(environments.map((one) => [one]));
});

test("a value that an older server cannot have is refused before it is written", async () => {
  const { upstream, takeWrites } = await startCarrying({ version: "2025.1.0" });
  const Templates = [{ Name: "Color", DisplaySettings: { "Octopus.ControlType": "SingleLineText" } }];
  const [included, other] = [
    await upstream.post("/libraryvariablesets", { Name: "Included", Templates }),
    await upstream.post("/libraryvariablesets", { Name: "Other", Templates }),
  ];
  const project = await makeProject(upstream, { IncludedLibraryVariableSetIds: [included.Id] });
  const environment = await upstream.post("/environments", { Name: "Test" });
  const tenant = await upstream.post("/tenants", {
    Name: "Acme",
    ProjectEnvironments: { [project.Id]: [environment.Id] },
  });
  const give = (ownerId: string, environmentIds: string[]): Promise<void> =>
    changeTenantValues(upstream, tenant.Id, {
      set: [{ ownerId, template: "Color", environmentIds, value: "Red", controlType: "" }],
      removed: [],
    });
  takeWrites();

  await expect(give(included.Id, [environment.Id])).rejects.toThrow(
    'The tenant "Acme" in the space "Upstream" cannot have a value of "Color" for some environments only: its server gives values of library variable sets to all of them, which would widen it.',
  );
  await expect(give(other.Id, [])).rejects.toThrow(
    'The tenant "Acme" in the space "Upstream" cannot have a value of "Color": it is not connected to the project',
  );
  expect(takeWrites()).toEqual([]);
});
