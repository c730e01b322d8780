import { expect, test } from "vitest";
import { createOctopusClient } from "../../../lib/octopus/octopus-client.ts";
import { getCommonTemplate, recordCommonValue } from "../../../lib/octopus/tenant-variables.ts";
import { startManagementSpace } from "../../steps/managed-tenants.ts";

test.each([
  { form: "newer", faults: {} },
  { form: "older", faults: { fail: { status: 404, path: "/commonvariables", times: 1000 } } },
])("runs that overlap, each with a value of its own for one tenant, lose none in the $form form of the API", async ({ faults }) => {
  const management = await startManagementSpace();
  const tenantId = await management.addTenant("America", { "ManagedTenant.Octopus.ApiKey": { HasValue: true, NewValue: "API-KEPT" } });
  // Slow enough that all read before any of them writes.
  management.server.setFaults({ ...faults, delayMilliseconds: 20 });
  const values = { "ManagedTenant.Octopus.Url": "https://octopus.example", "ManagedTenant.Octopus.SpaceId": "Spaces-9", "Billing.Code": "US-1" };

  await Promise.all(
    Object.entries(values).map(async ([name, value]) => {
      const space = createOctopusClient({ url: management.url, apiKey: management.apiKey }).inSpace({ Id: "Spaces-1", Name: "Default" });
      await recordCommonValue(space, tenantId, await getCommonTemplate(space, name), value);
    }),
  );

  management.server.setFaults({});
  expect(await management.readTenant(tenantId)).toEqual({ ...values, "ManagedTenant.Octopus.ApiKey": expect.objectContaining({ HasValue: true }) });
});
