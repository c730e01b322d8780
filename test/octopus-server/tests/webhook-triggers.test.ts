import { expect, test } from "vitest";
import { fieldsOf, textOf, type Fields } from "../model/fields.ts";
import type { OctopusServerOptions } from "../octopus-server.ts";
import { createApiStage, scriptAction, type ApiStage } from "./api-stage.ts";

const space = "/api/Spaces-1";
const secret = "correct-horse-battery-staple";

interface Stage extends ApiStage {
  /** Calls the webhook as a stranger would. */
  send(trigger: Fields, headers: Record<string, string>, body?: string): Promise<Response>;
  runs(): number;
}

async function webhookStage(options: OctopusServerOptions = {}): Promise<Stage> {
  const stage = await createApiStage(options);
  await stage.environment("Development");
  const project = await stage.project("Hello World");
  await stage.runbook(project, "Say Hello");
  await stage.setSteps(`${space}/runbookProcesses/RunbookProcess-Runbooks-1`, [scriptAction("Say")]);
  return {
    ...stage,
    send: (trigger, headers, body = '{ "reason": "a push" }') =>
      fetch(`${stage.url}${space}/webhook/${textOf(fieldsOf(trigger, "Filter"), "WebhookId")}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body,
      }),
    runs: () => stage.server.model.collection("runbookruns").list().length,
  };
}

function addTrigger(stage: Stage, filter: Fields): Promise<Fields> {
  return stage.post(`${space}/projecttriggers`, {
    Name: "On push",
    ProjectId: "Projects-1",
    Filter: { FilterType: "WebhookFilter", ...filter },
    Action: { ActionType: "RunRunbook", RunbookId: "Runbooks-1", EnvironmentIds: ["Environments-1"] },
  });
}

function publish(stage: Stage): Promise<Fields> {
  return stage.post(`${space}/runbookSnapshots?publish=true`, {
    ProjectId: "Projects-1",
    RunbookId: "Runbooks-1",
    Name: "Snapshot 1",
    SelectedPackages: [],
    SelectedGitResources: [],
  });
}

test("a request with the secret runs the published snapshot, once for each time that it comes", async () => {
  const stage = await webhookStage();
  const trigger = await addTrigger(stage, { Secret: { HasValue: true, NewValue: secret } });
  const headers = { "X-Octopus-Webhook-Secret": secret };

  const unpublished = await stage.send(trigger, headers);
  await publish(stage);
  const answer = await stage.send(trigger, headers);
  const replayed = await stage.send(trigger, headers, "");

  expect(unpublished.status).toBe(400);
  expect([answer.status, await answer.text(), replayed.status, stage.runs()]).toEqual([200, "", 200, 2]);
  expect(fieldsOf(trigger, "Filter")).toMatchObject({
    WebhookId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    Secret: { HasValue: true, NewValue: null },
    RequireApiKey: false,
  });
});

test("the address stays when a trigger is changed, and so does a secret that is not said anew", async () => {
  const stage = await webhookStage();
  const trigger = await addTrigger(stage, { Secret: { HasValue: true, NewValue: secret } });
  await publish(stage);

  const changed = await stage.put(`${space}/projecttriggers/${textOf(trigger, "Id")}`, {
    ...trigger,
    Description: "Another",
  });

  expect(fieldsOf(changed, "Filter")["WebhookId"]).toBe(fieldsOf(trigger, "Filter")["WebhookId"]);
  expect((await stage.send(changed, { "X-Octopus-Webhook-Secret": secret })).status).toBe(200);
});

test("a wrong secret, none, an unknown address and too large a payload are refused", async () => {
  const stage = await webhookStage();
  const trigger = await addTrigger(stage, { Secret: { HasValue: true, NewValue: secret } });
  await publish(stage);
  const headers = { "X-Octopus-Webhook-Secret": secret };

  const wrong = await stage.send(trigger, { "X-Octopus-Webhook-Secret": "guessed" });
  const none = await stage.send(trigger, {});
  const unknown = await stage.send({ Filter: { WebhookId: "00000000-0000-0000-0000-000000000000" } }, headers);
  const large = await stage.send(trigger, headers, `"${"x".repeat(5 * 1024 * 1024)}"`);
  const least = await stage.send(trigger, headers, `"${"x".repeat(5 * 1024 * 1024 - 2)}"`);

  expect([wrong, none, unknown, large, least].map(({ status }) => status)).toEqual([401, 401, 404, 413, 200]);
  const events = stage.server.model
    .collection("events")
    .list()
    .map((event) => textOf(event, "Message"));
  expect(events.filter((message) => message.includes("webhook of the trigger On push was refused"))).toHaveLength(2);
});

test("with an API key, whoever may run the runbook starts it", async () => {
  const stage = await webhookStage();
  const trigger = await addTrigger(stage, { RequireApiKey: true });
  await publish(stage);

  const own = await stage.send(trigger, { "X-Octopus-ApiKey": stage.server.apiKey });
  const none = await stage.send(trigger, { "X-Octopus-Webhook-Secret": secret });

  expect([own.status, none.status, stage.runs()]).toEqual([200, 401, 1]);
});

test("sixty requests are taken in a burst, and then one a second", async () => {
  let now = Date.parse("2026-11-01T12:00:00Z");
  const stage = await webhookStage({ now: () => new Date(now) });
  const trigger = await addTrigger(stage, { Secret: { HasValue: true, NewValue: secret } });
  const guess = async (): Promise<number> => (await stage.send(trigger, { "X-Octopus-Webhook-Secret": "x" })).status;

  const burst = new Set<number>();
  for (let count = 0; count < 60; count += 1) burst.add(await guess());
  const over = await stage.send(trigger, { "X-Octopus-Webhook-Secret": "x" });
  now += 1000;
  const later = [await guess(), await guess()];

  expect([...burst]).toEqual([401]);
  expect([over.status, over.headers.get("retry-after")]).toEqual([429, "1"]);
  expect(later).toEqual([401, 429]);
});

test("servers before 2026.3 know neither the trigger nor the address", async () => {
  const stage = await webhookStage({ version: "2026.2.4512" });

  await expect(addTrigger(stage, { Secret: { HasValue: true, NewValue: secret } })).rejects.toThrow(/WebhookFilter/);
  const answer = await stage.send({ Filter: { WebhookId: "00000000-0000-0000-0000-000000000000" } }, {});
  expect(answer.status).toBe(404);
});

test("a trigger without a secret, or with a secret beside a key, is refused", async () => {
  const stage = await webhookStage();

  await expect(addTrigger(stage, {})).rejects.toThrow(/secret/);
  await expect(
    addTrigger(stage, { RequireApiKey: true, Secret: { HasValue: true, NewValue: secret } }),
  ).rejects.toThrow(/secret/);
});
