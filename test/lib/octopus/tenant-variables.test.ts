import { expect, test } from "vitest";
import * as z from "zod";
import { createOctopusClient } from "../../../lib/octopus/octopus-client.ts";
import { getCommonTemplate } from "../../../lib/octopus/common-template.ts";
import { recordCommonValue } from "../../../lib/octopus/tenant-variables.ts";
import { startManagementSpace } from "../../steps/managed-tenants.ts";

test.each([
  { form: "newer", faults: {} },
  { form: "older", faults: { fail: { status: 404, path: "/commonvariables", times: 1000 } } },
])(
  "runs that overlap, each with a value of its own for one tenant, lose none in the $form form of the API",
  async ({ faults }) => {
    const management = await startManagementSpace();
    const tenantId = await management.addTenant("America", {
      "ManagedTenant.Octopus.ApiKey": { HasValue: true, NewValue: "API-KEPT" },
    });
    // Slow enough that all read before any of them writes.
    management.server.setFaults({ ...faults, delayMilliseconds: 20 });
    const values = {
      "ManagedTenant.Octopus.Url": "https://octopus.example",
      "ManagedTenant.Octopus.SpaceId": "Spaces-9",
      "Billing.Code": "US-1",
    };
    const round = createRound(Object.keys(values).length);

    await Promise.all(
      Object.entries(values).map(async ([name, value]) => {
        const space = createOctopusClient({ url: management.url, apiKey: management.apiKey }).inSpace({
          Id: "Spaces-1",
          Name: "Default",
        });
        await recordCommonValue(space, tenantId, await getCommonTemplate(space, name), value, round.join);
        round.leave();
      }),
    );

    management.server.setFaults({});
    expect(await management.readTenant(tenantId)).toEqual({
      ...values,
      "ManagedTenant.Octopus.ApiKey": expect.objectContaining({ HasValue: true }),
    });
  },
);

test("a run that had read the values before ours was written does not undo it", async () => {
  const management = await startManagementSpace();
  const tenantId = await management.addTenant("America", { "Billing.Code": "US-1" });
  const address = `${management.url}/api/Spaces-1/tenants/${tenantId}/commonvariables`;
  const headers = { "X-Octopus-ApiKey": management.apiKey, "Content-Type": "application/json" };
  const stale = z.object({ Variables: z.array(z.unknown()) }).parse(await (await fetch(address, { headers })).json());
  const space = createOctopusClient({ url: management.url, apiKey: management.apiKey }).inSpace({
    Id: "Spaces-1",
    Name: "Default",
  });
  const template = await getCommonTemplate(space, "ManagedTenant.Octopus.SpaceId");
  const staleWrites = [JSON.stringify({ Variables: stale.Variables })];

  await recordCommonValue(space, tenantId, template, "Spaces-9", async () => {
    for (const body of staleWrites.splice(0)) await fetch(address, { method: "PUT", headers, body });
  });

  expect(staleWrites).toEqual([]);
  expect(await management.readTenant(tenantId)).toEqual({
    "Billing.Code": "US-1",
    "ManagedTenant.Octopus.SpaceId": "Spaces-9",
  });
});

/** A pause that is over when all others pause too or have left: each has then written what it had read the values for. */
function createRound(count: number): { join(): Promise<void>; leave(): void } {
  const waiting: (() => void)[] = [];
  let others = count;
  const look = (): void => {
    if (waiting.length === others) for (const goOn of waiting.splice(0)) goOn();
  };
  return {
    join: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        look();
      }),
    leave: () => {
      others -= 1;
      look();
    },
  };
}
