import * as fc from "fast-check";
import { expect, test } from "vitest";
import { sharedWorkspace, toWorkspace, type Tenant } from "../../../lib/engines/terraform-workspace.ts";
import { createVariableDictionary } from "../../octopus-server/worker/octostache.ts";

interface Run {
  tenant: Tenant | undefined;
  copy: string;
}

function evaluate(expression: string, { tenant, copy }: Run): string {
  const { text, missing } = createVariableDictionary([
    ["Exported.Project.Name", copy],
    ...(tenant === undefined
      ? []
      : ([
          ["Octopus.Deployment.Tenant.Id", tenant.id],
          ["Octopus.Deployment.Tenant.Name", tenant.name],
        ] as const)),
  ]).evaluate(expression);
  expect(missing).toEqual([]);
  return text;
}

function nameTenants(...names: string[]): Tenant[] {
  return names.map((name, index) => ({ id: `Tenants-${index + 1}`, name }));
}

const [america, japan, tokyo] = nameTenants("America", "日本", "東京");

test("tenants whose names have no letters of ASCII have a workspace each", () => {
  const expression = toWorkspace("Hello World", nameTenants("America", "日本", "東京"));
  const [first, second] = [japan, tokyo].map((tenant) => evaluate(expression, { tenant, copy: "Hello World" }));
  expect(first).toMatch(/^Tenants-2_hello_world-[0-9a-f]{16}$/);
  expect(second).toMatch(/^Tenants-3_hello_world-[0-9a-f]{16}$/);
});

test("a tenant that was there keeps its workspace where no other comes to it, and one that comes later has its id", () => {
  const before = toWorkspace("Hello World", nameTenants("America"));
  expect(evaluate(before, { tenant: america, copy: "Hello World" })).toBe("america_hello_world");
  expect(evaluate(before, { tenant: america, copy: "Another One" })).toBe("america_another_one");
  expect(evaluate(before, { tenant: { id: "Tenants-9", name: "Europe" }, copy: "Hello World" })).toMatch(/^Tenants-9_/);
  const awkward = toWorkspace('Déjà "vu" #1', nameTenants("Acme Corp. & Söhne"));
  const [tenant] = nameTenants("Acme Corp. & Söhne");
  expect(evaluate(awkward, { tenant, copy: 'Déjà "vu" #1' })).toBe("acme_corp____s_hne_d_j___vu___1");
});

test("a run without a tenant has a workspace of its own, in which nothing is left to be replaced", () => {
  for (const tenants of [[], nameTenants("Untenanted", "America")])
    expect(evaluate(toWorkspace("Hello World", tenants), { tenant: undefined, copy: "Hello World" })).toMatch(
      /^untenanted_hello_world-[0-9a-f]{16}$/,
    );
});

const name = fc
  .array(fc.constantFrom("Acme", "Corp", " ", "-", "_", "日", "é", "İ", "K", '"', "#", "x", "1"), {
    minLength: 1,
    maxLength: 5,
  })
  .map((parts) => parts.join("").trim() || "y");

test("no two tenants, and no two copies, ever have one workspace", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(name, { minLength: 1, maxLength: 6, selector: (one) => one.toLowerCase() }),
      fc.nat(6),
      name,
      fc.uniqueArray(name, { minLength: 1, maxLength: 4, selector: (one) => one.toLowerCase() }),
      (tenantNames, alreadyThere, template, copies) => {
        const tenants = nameTenants(...tenantNames);
        const expression = toWorkspace(template, tenants.slice(0, alreadyThere));
        const runs = [...tenants, undefined].flatMap((tenant) => copies.map((copy) => ({ tenant, copy })));
        const workspaces = runs.map((run) => evaluate(expression, run).toLowerCase());
        expect(workspaces.filter((one, index) => workspaces.indexOf(one) !== index)).toEqual([]);
        for (const workspace of workspaces) expect(workspace).toMatch(/^[a-z0-9_-]+$/);
      },
    ),
    { numRuns: 1000 },
  );
});

test("a tenant alone with its name keeps the workspace of a copy that is called like the template", () => {
  fc.assert(
    fc.property(name, name, (tenantName, template) => {
      fc.pre(!/[İK]/.test(tenantName + template));
      const [tenant] = nameTenants(tenantName);
      const run = { tenant, copy: template };
      expect(evaluate(toWorkspace(template, nameTenants(tenantName)), run)).toBe(evaluate(sharedWorkspace, run));
    }),
  );
});
