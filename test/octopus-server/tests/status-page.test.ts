import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { expect, test } from "vitest";
import { addLogChild, appendLog, createTask, finishTask, startTask, taskLog } from "../model/tasks.ts";
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

test("a page among the artifacts of a task is one click away, and other files are only named", async () => {
  const octopus = await startLocalOctopus();
  const { model } = octopus.server;
  const task = createTask(model, { Name: "RunbookRun", Description: "Run", SpaceId: "Spaces-1", Arguments: {} });
  const attach = async (name: string, content: string): Promise<string> => {
    const { Id } = await octopus.made("artifacts", { Filename: name, ServerTaskId: task.Id });
    model.blobs.set(Id, new TextEncoder().encode(content));
    return Id;
  };
  const page = await attach("Updates of <Hello>.html", "<h1>Updates</h1>");
  const log = await attach("terraform.log", "password");

  const shown = await read(octopus, `/tasks/${task.Id}`);

  expect(shown).toContain(`<a class="link" href="/tasks/${task.Id}/pages/${page}">Updates of &lt;Hello&gt;.html</a>`);
  expect(shown).toContain("<li>terraform.log</li>");
  const answer = await fetch(`${octopus.url}/tasks/${task.Id}/pages/${page}`);
  expect(answer.headers.get("content-security-policy")).toBe("sandbox");
  expect(await answer.text()).toBe("<h1>Updates</h1>");
  for (const path of [`${task.Id}/pages/${log}`, `ServerTasks-99/pages/${page}`, `${task.Id}/pages/Artifacts-99`])
    expect((await fetch(`${octopus.url}/tasks/${path}`)).status).toBe(404);
});

test("script modules are not counted as variable sets", async () => {
  const octopus = await startLocalOctopus();
  await octopus.made("libraryvariablesets", { Name: "Settings" });
  await octopus.made("libraryvariablesets", { Name: "Module", ContentType: "ScriptModule" });

  expect(await read(octopus, "/")).toContain("<b>1</b>variable set<");
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
