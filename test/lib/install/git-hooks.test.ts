import { expect, test } from "vitest";
import * as z from "zod";
import type { GitHost, Webhook } from "../../../lib/git-hosts/git-host.ts";
import { createGitHost } from "../../../lib/git-hosts/index.ts";
import type { InstallOptions, InstallOutcome } from "../../../lib/install/install.ts";
import { uninstall, type UninstallOutcome } from "../../../lib/install/uninstall.ts";
import { createOctopusClient } from "../../../lib/octopus/octopus-client.ts";
import { startGitTemplate, type GitTemplate } from "../../steps/git-template.ts";
import { createBuiltSteps } from "./built-steps.ts";
import { getNamed, runInstall } from "./run-install.ts";

// What starts the validation of pull requests: a schedule, a job of the host's CI, or the host's own webhook.

type Hooks = NonNullable<InstallOptions["gitHooks"]>;

function run(
  template: GitTemplate,
  hooks: Partial<Hooks> = {},
  more: Partial<InstallOptions> = {},
): Promise<InstallOutcome> {
  const { hostId: id, hostUrl: url, token } = template;
  return runInstall(template, {
    projects: ["Hello World CaC"],
    gitHost: { host: id, url, owner: "contoso", token },
    gitHooks: {
      mergesOnPush: false,
      secret: undefined,
      openHost: () => ({ id, host: createGitHost(id, { url, signIn: { token } }) }),
      ...hooks,
    },
    ...more,
  });
}

const Trigger = z.object({
  Name: z.string(),
  Filter: z.looseObject({ FilterType: z.string(), WebhookId: z.optional(z.string()) }),
  Action: z.looseObject({ RunbookId: z.string(), TenantIds: z.array(z.string()) }),
});

async function triggersOf(template: GitTemplate): Promise<Record<string, z.output<typeof Trigger>>> {
  const { Id } = await getNamed(template.api, "/projects", "__ Hello World CaC");
  const all = z.array(Trigger).parse(await template.api.list(`/projects/${Id}/triggers`));
  return Object.fromEntries(all.map((trigger) => [trigger.Name, trigger]));
}

/** As a job or a host would. */
function call(template: GitTemplate, trigger: z.output<typeof Trigger> | undefined, secret: string): Promise<Response> {
  return fetch(`${template.url}/api/Spaces-1/webhook/${trigger?.Filter.WebhookId}`, {
    method: "POST",
    headers: { "X-Octopus-Webhook-Secret": secret, "content-type": "application/json" },
    body: '{ "pullRequest": 1 }',
  });
}

/** A host whose webhooks bring any header, and what they were told. */
function openSender({ host, token }: GitTemplate): { openHost: Hooks["openHost"]; hooks: Map<string, Webhook> } {
  const hooks = new Map<string, Webhook>();
  const gitea: GitHost = createGitHost("gitea", { url: host.server.url, signIn: { token } });
  const sender: GitHost = {
    ...gitea,
    webhooks: {
      ensure(_repository, hook) {
        const isNew = !hooks.has(hook.url);
        hooks.set(hook.url, hook);
        return Promise.resolve(isNew ? "created" : "updated");
      },
      remove: (_repository, url) => Promise.resolve(hooks.delete(url)),
    },
  };
  return { openHost: () => ({ id: "gitlab", host: sender }), hooks };
}

async function connectTenant({ api }: GitTemplate): Promise<string> {
  const companion = await getNamed(api, "/projects", "__ Hello World CaC");
  const sync = await getNamed(api, "/environments", "Sync");
  const tenant = await api.post("/tenants", { Name: "America", ProjectEnvironments: { [companion.Id]: [sync.Id] } });
  return tenant.Id;
}

function takeAway(template: GitTemplate, openHost?: Hooks["openHost"]): Promise<UninstallOutcome> {
  const { url, apiKey } = template;
  const space = createOctopusClient({ url, apiKey }).inSpace({ Id: "Spaces-1", Name: "Default" });
  const stepTemplates = Object.values(createBuiltSteps().templates).map(({ Name }) => String(Name));
  return uninstall(space, { onlyPlan: false, stepTemplates, ...(openHost !== undefined && { openHost }) });
}

test("without a secret for a host whose hooks bring none, a schedule looks at the pull requests", async () => {
  const template = await startGitTemplate();

  const planned = await run(template, {}, { onlyPlan: true });
  const first = await run(template);
  const second = await run(template);

  expect(Object.keys(await triggersOf(template))).toEqual(["Validate Branch Every Hour"]);
  const runbook = await getNamed(template.api, "/runbooks", "__ 6. Validate Branch");
  expect(runbook["PublishedRunbookSnapshotId"]).toEqual(expect.stringMatching(/^RunbookSnapshots-/));
  expect(first.remaining).toContainEqual(
    expect.stringMatching(
      /^Webhooks of Gitea cannot bring the header X-Octopus-Webhook-Secret: .* set GIT_HOOK_SECRET/,
    ),
  );
  expect(planned.changes.map(({ what }) => what)).toContain(
    'the runbook "__ 6. Validate Branch" of "__ Hello World CaC"',
  );
  expect(planned.changes).toEqual(first.changes);
  expect(second.changes).toEqual([]);
});

test("with a secret of somebody's own, a job of the host's CI may call Octopus", async () => {
  const template = await startGitTemplate();

  const { remaining, changes } = await run(template, { secret: "correct-horse-battery" });
  const again = await run(template, { secret: "correct-horse-battery" });

  const triggers = await triggersOf(template);
  const requests = triggers["Validate Branch on Pull Request"];
  expect(remaining).toContainEqual(
    expect.stringContaining(`.gitea/workflows/validate-in-octopus.yml of docs/pull-requests.md`),
  );
  expect(remaining.join()).toContain(`/api/Spaces-1/webhook/${requests?.Filter.WebhookId}`);
  expect((await call(template, requests, "guessed")).status).toBe(401);
  expect((await call(template, requests, "correct-horse-battery")).status).toBe(200);
  expect(await template.api.list("/runbookRuns")).toMatchObject([{ RunbookId: requests?.Action.RunbookId }]);
  expect(again.changes).toEqual([]);
  expect(JSON.stringify([remaining, changes])).not.toContain("correct-horse");
});

test("a host whose webhooks bring the secret is set up, and a push starts Find Updates for the tenants", async () => {
  const template = await startGitTemplate();
  const { openHost, hooks } = openSender(template);
  await run(template, { openHost });
  const tenant = await connectTenant(template);

  const second = await run(template, { openHost }, { replaceKey: true });
  const third = await run(template, { openHost });

  const triggers = await triggersOf(template);
  const [requests, push] = [triggers["Validate Branch on Pull Request"], triggers["Look for Updates on Push"]];
  const find = await getNamed(template.api, "/runbooks", "__ 4. Find Updates");
  expect(push?.Action).toMatchObject({ RunbookId: find.Id, TenantIds: [tenant] });
  expect([...hooks.values()].map(({ events }) => events)).toEqual([["pullRequest"], ["push"]]);
  for (const { url, header } of hooks.values()) {
    expect(header.name).toBe("X-Octopus-Webhook-Secret");
    const answer = await fetch(url, { method: "POST", headers: { [header.name]: header.value } });
    expect(answer.status).toBe(200);
  }
  const runs = await template.api.list("/runbookRuns");
  expect(runs.map(({ RunbookId }) => RunbookId).toSorted()).toEqual(
    [requests?.Action.RunbookId ?? "", find.Id].toSorted(),
  );
  expect(second.remaining.join()).not.toContain("No tenant is connected");
  expect(third.changes).toEqual([]);
});

test("a push starts Merge Updates where that was asked for", async () => {
  const template = await startGitTemplate();
  await run(template);
  await connectTenant(template);

  await run(template, { secret: "correct-horse-battery", mergesOnPush: true });

  const merge = await getNamed(template.api, "/runbooks", "__ 5. Merge Updates");
  expect((await triggersOf(template))["Look for Updates on Push"]?.Action.RunbookId).toBe(merge.Id);
});

test("a server without webhook triggers has the schedule, and that is said", async () => {
  const template = await startGitTemplate({ version: "2026.2.4512" });

  const { remaining } = await run(template, { secret: "correct-horse-battery" });

  expect(Object.keys(await triggersOf(template))).toEqual(["Validate Branch Every Hour"]);
  expect(remaining).toContain(
    'This server is 2026.2.4512 and has no webhook triggers before 2026.3: "Validate Branch Every Hour" looks at the pull requests instead.',
  );
});

test("uninstalling takes the runbook, its triggers and the host's webhooks away", async () => {
  const template = await startGitTemplate();
  const { openHost, hooks } = openSender(template);
  await run(template, { openHost });

  const { changes, left } = await takeAway(template, openHost);

  expect(hooks.size).toBe(0);
  expect(changes.map(({ what }) => what)).toContain(
    'the webhook of "Hello World CaC" for "Validate Branch on Pull Request"',
  );
  expect(left.join("\n")).not.toMatch(/Validate|GitHook/);
  expect((await template.api.list("/projects")).map(({ Name }) => Name)).toEqual(["Hello World CaC"]);
});

test("what calls a trigger that goes is told where nobody signs in to the host", async () => {
  const template = await startGitTemplate();
  await run(template, { secret: "correct-horse-battery" });

  const { left } = await takeAway(template);

  expect(left).toContainEqual(
    expect.stringMatching(/^Whatever calls http.*\/webhook\/[0-9a-f-]+ calls nothing any more/),
  );
});

test.each(["gitlab", "azure-repos"] as const)(
  "webhooks of %s bring Octopus the secret; one with another secret is refused and told, until install sets it up anew",
  async (host) => {
    const template = await startGitTemplate({ host });
    const [repository] = template.host.repositories;
    if (repository === undefined) throw new Error("no repository");
    await run(template);
    await connectTenant(template);
    const { remaining } = await run(template, {}, { replaceKey: true });
    const deliver = async (): Promise<number[][]> => [
      await template.host.deliver(repository, "pullRequest"),
      await template.host.deliver(repository, "push"),
    ];

    expect(remaining.join()).not.toMatch(/webhook|GIT_HOOK_SECRET|No tenant/i);
    expect(await deliver()).toEqual([[200], [200]]);
    expect(await template.api.list("/runbookRuns")).toHaveLength(2);

    const { Id } = await getNamed(template.api, "/projects", "__ Hello World CaC");
    for (const trigger of await template.api.list(`/projects/${Id}/triggers`)) {
      const Filter = Object.fromEntries(Object.entries(trigger["Filter"] ?? {}));
      if (Filter["FilterType"] !== "WebhookFilter") continue;
      const changed = { ...Filter, Secret: { HasValue: true, NewValue: "somebody changed it" } };
      await template.api.put(`/projecttriggers/${trigger.Id}`, { ...trigger, Filter: changed });
    }
    expect(await deliver()).toEqual([[401], [401]]);
    expect(await template.api.list("/runbookRuns")).toHaveLength(2);
    const told = (await template.api.list("/events")).map(({ Message }) => String(Message));
    expect(told.filter((message) => /was refused: its secret or key is missing or wrong/.test(message))).toHaveLength(
      2,
    );

    await run(template, {}, { replaceKey: true });
    expect(await deliver()).toEqual([[200], [200]]);
  },
);
