import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { expect, test } from "vitest";
import { seedFleet } from "../fleet/seed-fleet.ts";
import { addLogChild, addPastTask, appendLog, createTask, finishTask, startTask, taskLog } from "../model/tasks.ts";
import { startLocalOctopus, type LocalOctopus } from "./local-octopus.ts";

async function read(octopus: LocalOctopus, path: string): Promise<string> {
  const response = await fetch(octopus.url + path);
  expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
  return response.text();
}

test("the page shows each space with what is in it, and needs no key", async () => {
  const octopus = await startLocalOctopus({ name: "Octopus in America" });
  await octopus.made("environments", { Name: "Pre-production" });
  const project = await octopus.made("projects", {
    Name: "Hello World",
    ProjectGroupId: "ProjectGroups-1",
    LifecycleId: "Lifecycles-1",
  });
  await octopus.made("runbooks", { Name: "Restart", ProjectId: project.Id });
  const page = await read(octopus, "/");
  for (const text of [
    "Octopus in America",
    "1 space on 1 server",
    "Default",
    "Pre-production",
    "Hello World",
    "Restart",
  ])
    expect(page).toContain(text);
});

test("a project in Git shows its repository and branch, and is found by them", async () => {
  const octopus = await startLocalOctopus();
  const project = await octopus.made("projects", {
    Name: "Hello Git",
    ProjectGroupId: "ProjectGroups-1",
    LifecycleId: "Lifecycles-1",
  });
  Object.assign(octopus.server.model.collection("projects").find(project.Id) ?? {}, {
    IsVersionControlled: true,
    PersistenceSettings: { Url: "https://git.example.com/team/hello.git", DefaultBranch: "trunk" },
  });
  const page = await read(octopus, "/?q=team%2Fhello");
  expect(page).toContain("Hello Git");
  expect(page).toMatch(/team\/hello <b>trunk<\/b>/);
});

test("names cannot bring markup along", async () => {
  const octopus = await startLocalOctopus();
  await octopus.made("environments", { Name: `<script>"&'` });
  const page = await read(octopus, "/?q=%22%3E%3Cscript%3E");
  expect(page).not.toContain(`<script>"&'`);
  expect(page).not.toContain('"><script>');
});

test("a search leaves out what does not fit", async () => {
  const octopus = await startLocalOctopus();
  await octopus.made("/api/spaces", { Name: "Europe", SpaceManagersTeamMembers: ["Users-1"] });
  const page = await read(octopus, "/?q=EURO");
  expect(page).toContain("<h3>Europe</h3>");
  expect(page).not.toContain("<h3>Default</h3>");
});

test("the page of one server shows the spaces and tasks of its peers", async () => {
  const europe = await startLocalOctopus({ name: "Octopus in Europe" });
  createTask(europe.server.model, {
    Name: "Deploy",
    Description: "Deploy Hello World",
    SpaceId: "Spaces-1",
    Arguments: {},
  });
  const america = await startLocalOctopus({
    peers: [{ name: "Octopus in Europe", url: europe.url, model: europe.server.model }],
  });
  const page = await read(america, "/");
  expect(page).toContain("2 spaces on 2 servers");
  expect(page).toContain(`href="${europe.url}/tasks/ServerTasks-1"`);
});

test("a task is shown with its log, and the list tells what came of it", async () => {
  const octopus = await startLocalOctopus();
  const { model } = octopus.server;
  const task = createTask(model, {
    Name: "RunbookRun",
    Description: "Run Restart",
    SpaceId: "Spaces-1",
    Arguments: {},
  });
  startTask(model, task.Id);
  appendLog(model, addLogChild(model, taskLog(model, task.Id), "Step 1: Restart"), {
    category: "Highlight",
    text: "Restarted <3 machines>",
  });
  finishTask(model, task.Id, { state: "Success" });
  for (const path of ["/", `/tasks/${task.Id}`])
    expect(await read(octopus, path)).toContain("Restarted &lt;3 machines&gt;");
  expect(await read(octopus, `/tasks/${task.Id}`)).toContain("Step 1: Restart");
  expect((await fetch(`${octopus.url}/tasks/ServerTasks-99`)).status).toBe(404);
});

test("looking at the page is not recorded as a request", async () => {
  const octopus = await startLocalOctopus();
  await read(octopus, "/");
  expect(octopus.server.requests).toEqual([]);
});

test("links in a log lead to the web, and to nothing else", async () => {
  const octopus = await startLocalOctopus();
  const { model } = octopus.server;
  const task = createTask(model, { Name: "RunbookRun", Description: "Run", SpaceId: "Spaces-1", Arguments: {} });
  const log = taskLog(model, task.Id);
  appendLog(model, log, {
    category: "Info",
    text: "See [Europe](http://127.0.0.1/app#/Spaces-2) and [this](javascript:alert(1))",
  });
  const page = await read(octopus, `/tasks/${task.Id}`);
  expect(page).toContain('<a class="link" href="http://127.0.0.1/app#/Spaces-2">Europe</a>');
  expect(page).not.toContain('href="javascript:');
  expect(await read(octopus, "/app")).toContain('id="/Spaces-1"');
});

test("what a task left behind is one click away, on the list too, and files that may hold more are only named", async () => {
  const octopus = await startLocalOctopus();
  const { model } = octopus.server;
  const task = createTask(model, { Name: "RunbookRun", Description: "Run", SpaceId: "Spaces-1", Arguments: {} });
  const attach = async (name: string, content: string): Promise<string> => {
    const { Id } = await octopus.made("artifacts", { Filename: name, ServerTaskId: task.Id });
    model.blobs.set(Id, new TextEncoder().encode(content));
    return Id;
  };
  const page = await attach("Updates of <Hello>.html", "<h1>Updates</h1>");
  const table = await attach("spaces.csv", "Space,Ring\n<b>America</b>,Canary\n");
  const log = await attach("terraform.log", "password");
  const peer = await startLocalOctopus({ peers: [{ name: "Other", url: octopus.url, model }] });

  for (const [shown, address] of [
    [await read(octopus, `/tasks/${task.Id}`), ""],
    [await read(octopus, "/"), ""],
    [await read(peer, "/"), octopus.url],
  ]) {
    const own = `${address}/tasks/${task.Id}/files`;
    expect(shown).toContain(`<a class="link" href="${own}/${page}">Updates of &lt;Hello&gt;.html</a>`);
    expect(shown).toContain(`<a class="link" href="${own}/${table}">spaces.csv</a>`);
    expect(shown).toContain("<li>terraform.log</li>");
  }
  for (const [id, type, content] of [
    [page, "text/html; charset=utf-8", "<h1>Updates</h1>"],
    [table, "text/plain; charset=utf-8", "Space,Ring\n<b>America</b>,Canary\n"],
  ]) {
    const answer = await fetch(`${octopus.url}/tasks/${task.Id}/files/${id}`);
    const headers = ["content-type", "content-security-policy", "x-content-type-options"];
    expect(headers.map((name) => answer.headers.get(name))).toEqual([type, "sandbox", "nosniff"]);
    expect(await answer.text()).toBe(content);
  }
  for (const path of [`${task.Id}/files/${log}`, `ServerTasks-99/files/${page}`, `${task.Id}/files/Artifacts-99`])
    expect((await fetch(`${octopus.url}/tasks/${path}`)).status).toBe(404);
});

test("of many files the first are listed, and the task's own page has all", async () => {
  const octopus = await startLocalOctopus();
  const { model } = octopus.server;
  const task = createTask(model, { Name: "RunbookRun", Description: "Run", SpaceId: "Spaces-1", Arguments: {} });
  for (const number of [1, 2, 3, 4, 5, 6])
    await octopus.made("artifacts", { Filename: `${number}.html`, ServerTaskId: task.Id });

  expect(await read(octopus, "/")).toMatch(/>4\.html<[^]*and 2 more/);
  expect(await read(octopus, "/")).not.toContain("5.html");
  expect(await read(octopus, `/tasks/${task.Id}`)).toContain(">6.html<");
});

/** A runbook's run and a release's deployment, each of which went well and warned of something, or did not. */
async function startWarned(): Promise<LocalOctopus> {
  const octopus = await startLocalOctopus();
  const { model } = octopus.server;
  const environments = await Promise.all(["Test", "Production"].map((Name) => octopus.made("environments", { Name })));
  const project = await octopus.made("projects", {
    Name: "Hello World",
    ProjectGroupId: "ProjectGroups-1",
    LifecycleId: "Lifecycles-1",
  });
  for (const [index, { Id: EnvironmentId }] of environments.entries()) {
    const task = createTask(model, {
      Name: "Deploy",
      Description: `Deploy 1.0.${index}`,
      SpaceId: "Spaces-1",
      Arguments: {},
    });
    startTask(model, task.Id);
    finishTask(model, task.Id, { state: "Success", hasWarningsOrErrors: index === 1 });
    const release = model.collection("releases").add({ SpaceId: "Spaces-1", Version: `1.0.${index}` });
    model.collection("deployments").add({
      SpaceId: "Spaces-1",
      ProjectId: project.Id,
      ReleaseId: release.Id,
      EnvironmentId,
      TaskId: task.Id,
    });
  }
  return octopus;
}

test("a task that went well and warned says so in words, in the list, on its page and in the tile, and is found by them", async () => {
  const octopus = await startWarned();

  const page = await read(octopus, "/");
  expect(page).toContain('<span class="state SuccessWithWarning">success, with warnings</span>');
  expect(page).toContain('<span class="state Success">success</span>');
  expect(page).toMatch(/class="SuccessWithWarning"[^>]*>Production 1\.0\.1 <small>success, with warnings<\/small>/);
  expect(page).toMatch(/class="Success"[^>]*>Test 1\.0\.0<\/span/);
  expect(await read(octopus, "/tasks/ServerTasks-2")).toContain("success, with warnings");
  const found = await read(octopus, "/?q=with+warnings");
  expect([found.includes("/tasks/ServerTasks-2"), found.includes("/tasks/ServerTasks-1")]).toEqual([true, false]);
});

test("script modules are not counted as variable sets", async () => {
  const octopus = await startLocalOctopus();
  await octopus.made("libraryvariablesets", { Name: "Settings" });
  await octopus.made("libraryvariablesets", { Name: "Module", ContentType: "ScriptModule" });

  expect(await read(octopus, "/")).toContain("<b>1</b>variable set<");
});

/** A management space with a tenant for each of so many spaces, one of which somebody gave an environment more. */
async function startFleet(count: number): Promise<LocalOctopus> {
  const octopus = await startLocalOctopus();
  const { model } = octopus.server;
  const { spaces } = await seedFleet(octopus.server, {
    spaces: count,
    nameOf: (space) => `Customer ${space}`,
    contents: { projects: 1, environments: ["Test"], tenants: 0, targets: 0, workers: 0, people: 0 },
    history: { tasks: count * 2, failing: () => 0 },
  });
  for (const { name } of spaces) await octopus.made("tenants", { Name: name });
  await octopus.made(`/api/${spaces[1]?.id}/environments`, { Name: "Staging" });
  const now = model.now();
  for (const [index, tenant] of model.collection("tenants").list().entries())
    addPastTask(model, {
      Name: "RunbookRun",
      Description: "Run Find Updates",
      SpaceId: "Spaces-1",
      Arguments: {},
      TenantId: tenant.Id,
      state: index === 0 ? "Failed" : "Success",
      queued: now,
      started: now,
      completed: now,
      errorMessage: index === 0 ? "No answer" : "",
    });
  return octopus;
}

test("of three tenants each is shown, and of three hundred those that are not like the others", async () => {
  const [few, much] = [await read(await startFleet(3), "/"), await read(await startFleet(300), "/")];

  expect(few.match(/<h3>/g)).toHaveLength(4);
  expect(few).not.toContain('class="fold"');
  expect(much.match(/<h3>[^<]*/g)).toEqual(["<h3>Default", "<h3>Customer 1", "<h3>Customer 2"]);
  for (const text of [
    "and 298 spaces like it",
    "and 294 more tenants",
    "and 298 tasks like it",
    "No answer",
    "Staging",
  ])
    expect(much).toContain(text);
  expect(much.length).toBeLessThan(3 * few.length + 60_000);
});

test("what is folded is found by a search, and with its own page", async () => {
  const octopus = await startFleet(40);

  expect((await read(octopus, "/?q=customer+17")).match(/<h3>[^<]*/g)).toEqual(["<h3>Default", "<h3>Customer 17"]);
  expect(await read(octopus, "/?q=customer+17")).not.toContain("spaces like it");
  expect(await read(octopus, "/")).toContain('id="/Spaces-18" title="Spaces-18">Customer 17<');
});

test("tasks of other servers are folded for themselves", async () => {
  const other = await startFleet(35);
  const octopus = await startLocalOctopus({ peers: [{ name: "Other", url: other.url, model: other.server.model }] });
  createTask(octopus.server.model, {
    Name: "Health",
    Description: "Run Find Updates",
    SpaceId: "Spaces-1",
    Arguments: {},
  });

  const page = await read(octopus, "/");

  expect(page).toContain("and 33 tasks like it");
  expect(page).toContain('href="/tasks/ServerTasks-1"');
  expect(page).toContain(`href="${other.url}/tasks/`);
});

const browserPath = ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync);

test.skipIf(browserPath === undefined)("both pages fit a phone, whatever things are called", async () => {
  const octopus = await startLocalOctopus();
  const { model } = octopus.server;
  const name = `A${"very".repeat(40)}LongName`;
  await octopus.made("environments", { Name: name.slice(0, 50) });
  const group = { ProjectGroupId: "ProjectGroups-1", LifecycleId: "Lifecycles-1" };
  const project = await octopus.made("projects", { Name: name, ...group });
  const runbook = await octopus.made("runbooks", { Name: "Restart", ProjectId: project.Id });
  const task = createTask(model, {
    Name: "RunbookRun",
    Description: `Run ${name}`,
    SpaceId: "Spaces-1",
    Arguments: { RunbookId: runbook.Id, ProjectId: project.Id },
  });
  startTask(model, task.Id);
  appendLog(model, addLogChild(model, taskLog(model, task.Id), `Step 1: ${name}`), {
    category: "Highlight",
    text: name,
  });
  finishTask(model, task.Id, { state: "Success" });

  const browser = await chromium.launch({ executablePath: browserPath ?? "", args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage({ viewport: { width: 400, height: 900 } });
    for (const path of ["/", `/tasks/${task.Id}`]) {
      await page.goto(octopus.url + path);
      const cut = await page.evaluate<string[]>(
        `[document.documentElement, ...document.querySelectorAll(".panel, .tile, h1, td, li:not(.chip)")]
          .filter((element) => element.scrollWidth > element.clientWidth + 4).map((element) => element.className || element.tagName)`,
      );
      expect(cut).toEqual([]);
    }
  } finally {
    await browser.close();
  }
});

test.skipIf(browserPath === undefined)("states are told apart by signs where there is no room for words", async () => {
  const octopus = await startWarned();
  const browser = await chromium.launch({ executablePath: browserPath ?? "", args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage({ viewport: { width: 400, height: 900 } });
    await page.goto(octopus.url);
    const readSigns = (selector: string): Promise<unknown> =>
      page.evaluate(`[...document.querySelectorAll(${JSON.stringify(selector)})].map((element) => {
        const { content, fontSize } = getComputedStyle(element, "::before");
        return [content.split(" ")[0], Number.parseFloat(fontSize) > 9];
      })`);

    expect(await readSigns("td .state")).toEqual([
      ['"⚠"', true],
      ['"✓"', true],
    ]);
    expect(await readSigns(".deployed span")).toEqual([
      ['"⚠"', true],
      ['"✓"', true],
    ]);
  } finally {
    await browser.close();
  }
});

test.skipIf(browserPath === undefined)(
  "a link to a space that is folded opens where it is, on a phone too",
  async () => {
    const octopus = await startFleet(40);
    const browser = await chromium.launch({ executablePath: browserPath ?? "", args: ["--no-sandbox"] });
    try {
      const page = await browser.newPage({ viewport: { width: 400, height: 900 } });
      await page.goto(`${octopus.url}/app#/Spaces-30`);
      await page.locator(".asked").waitFor();

      expect(await page.locator(".asked").textContent()).toBe("Customer 29");
      expect(await page.locator(".asked").isVisible()).toBe(true);
      await page.evaluate(`for (const fold of document.querySelectorAll(".fold")) fold.open = true`);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(400);
    } finally {
      await browser.close();
    }
  },
);
