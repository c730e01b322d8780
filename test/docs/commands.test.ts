import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { projectRoot } from "../../build/project.ts";
import type { Api } from "../api.ts";
import { buildCommand, type BuiltCommand } from "../built-command.ts";
import { addTemplates, connection, disagree, settle, startDocsStage, type DocsStage } from "./docs-stage.ts";
import { pages, readCommands } from "./read-commands.ts";

// What the pages give to a terminal is run, page by page, as somebody copies it who reads them.

const releasing = "publishes a release, or reads one that was published";

/** What is not run, and why, or what runs it instead. */
const notRun: Readonly<Record<string, string>> = {
  "npm start": "test/stories/road.test.ts takes the demo's road",
  "npm test": "this is it",
  "managed-spaces fleet --watch --open": "goes on until it is stopped: test/lib/cli/fleet-command.test.ts",
  "source <(managed-spaces completion zsh)": "for another shell: test/lib/cli/completion.test.ts",
  "managed-spaces completion powershell | Out-String | Invoke-Expression": "there is no PowerShell",
  "npm version --no-git-tag-version 1.2.3": releasing,
  "npm run build -- --accept": releasing,
  "npm run check": releasing,
  'git commit -am "release: 1.2.3"': releasing,
  "git tag v1.2.3": releasing,
  "npm pack --dry-run ./dist/npm": releasing,
  "npm publish ./dist/npm": releasing,
  'grep -oE "[0-9a-f]{128}" dist/published/step-templates/managed-spaces-rehearse.json': releasing,
  "npm pack managed-spaces@1.2.3 && tar -xzOf managed-spaces-1.2.3.tgz package/dist/step.cjs | sha512sum": releasing,
  "cp -r <here>/dist/published/step-templates .": releasing,
  "npx gulp tests": releasing,
};

/** Lines that find something, and say so by their exit code. */
const otherCodes: Readonly<Record<string, number>> = {
  // One of the passwords is such that Octopus would evaluate it.
  "npx managed-spaces doctor --values passwords.json": 1,
};

const listRun = (page: string): string[] => readCommands(page).filter((line) => notRun[line] === undefined);

let command: BuiltCommand;
beforeAll(async () => {
  command = await buildCommand();
  addTemplates(command);
});

/** Runs all of a page, in its order; only what takes everything away comes last. @returns what was printed */
async function follow(stage: DocsStage, page: string): Promise<string> {
  const printed: string[] = [];
  const lines = listRun(page);
  const takesAway = lines.filter((line) => line.includes(" uninstall"));
  for (const line of [...lines.filter((one) => !takesAway.includes(one)), ...takesAway]) {
    const { code, stdout, stderr } = await stage.run(line);
    const told = `${stdout}${stderr}`;
    expect({ page, line, code, told }).toEqual({ page, line, code: otherCodes[line] ?? 0, told });
    expect(told).not.toContain("Unexpected error");
    printed.push(told);
  }
  return printed.join("").trimStart();
}

async function namesOf(api: Api, path: string): Promise<string[]> {
  return (await api.list(path)).map(({ Name }) => String(Name));
}

const tenants = ["America", "Customer Asia", "Europe"];

describe("the first weeks, with one template", () => {
  let stage: DocsStage;
  beforeAll(async () => {
    stage = await startDocsStage(command, { git: false });
    stage.write("baseline.yaml", readFileSync(join(projectRoot, "examples/baseline/baseline.yaml")));
  });
  afterAll(() => stage.close());

  test("README.md: each tenant has a space", async () => {
    await follow(stage, "README.md");

    for (const tenant of tenants)
      expect(await namesOf(await stage.apiOf(tenant), "/environments")).toEqual(["Development", "Test", "Production"]);
  });

  test("docs/first-hour.md: each space has the project, and the doctor minds nothing", async () => {
    await follow(stage, "docs/first-hour.md");

    expect((await stage.run("npx managed-spaces doctor")).code).toBe(0);
    for (const tenant of tenants)
      expect(await namesOf(await stage.apiOf(tenant), "/projects")).toEqual(["Hello World"]);
  });

  test("docs/roll-out.md: the rehearsal is a page", async () => {
    await follow(stage, "docs/roll-out.md");

    expect(readFileSync(join(stage.folder, "rehearsal.html"), "utf8")).toContain("Rehearsal of hello_world");
  });

  test("docs/rehearsals.md: a package is rehearsed in all spaces, and a baseline", async () => {
    const told = await follow(stage, "docs/rehearsals.md");

    expect(told).toMatch(/^The package "hello_world" \S+ in 3 copies: /);
    expect(readFileSync(join(stage.folder, "page.html"), "utf8")).toContain("Rehearsal of ");
  });

  test("docs/secrets.md: a value that Octopus would evaluate is named, and not shown", async () => {
    const told = await follow(stage, "docs/secrets.md");

    expect(told).toContain("Database[Production].Password");
    expect(told).not.toContain("p#{ss");
  });

  test("docs/security.md: the roles are told, as text and as bodies", async () => {
    const told = await follow(stage, "docs/security.md");

    expect(told).toContain('"GrantedSpacePermissions"');
  });

  test("docs/upgrading.md: nothing is left of it in the end but what came to the spaces", async () => {
    await follow(stage, "docs/upgrading.md");

    expect(await namesOf(stage.api, "/projects")).toEqual(["Hello World"]);
    expect(await namesOf(stage.api, "/actiontemplates")).toEqual([]);
    expect(await namesOf(await stage.apiOf("America"), "/projects")).toEqual(["Hello World"]);
  });
});

describe("three templates, of which each tenant's space has a copy", () => {
  let stage: DocsStage;
  beforeAll(async () => {
    stage = await startDocsStage(command, { git: true });
    await settle(stage, ["Hello World", "Web Shop", "Hello World CaC"]);
    await stage.download("hello_world", "hello_world.1.2.0.zip");
    await stage.writeState();
  });
  afterAll(() => stage.close());

  test("docs/fleet.md: the page is in the folder that was named", async () => {
    await follow(stage, "docs/fleet.md");

    expect(existsSync(join(stage.folder, "report/fleet.html"))).toBe(true);
  });

  test("docs/previews.md: what was decided stays, and is no conflict any more", async () => {
    const find = 'managed-spaces run find-updates --project "Web Shop" --managed-space America --json';
    const own = await disagree(stage, "America");
    expect((await stage.run(find)).stdout).toContain('"Status": "Conflicts"');
    await follow(stage, "docs/previews.md");
    expect((await stage.run(find)).stdout).not.toContain('"Status": "Conflicts"');

    const projects = await (await stage.apiOf("America")).list("/projects");
    expect(projects.find(({ Name }) => Name === "Web Shop")).toMatchObject({ Description: own });
  });

  test("docs/command-line.md", async () => {
    await follow(stage, "docs/command-line.md");

    for (const file of ["baseline.yaml", "rehearsal.html", ".config/fish/completions/managed-spaces.fish"])
      expect(existsSync(join(stage.folder, file))).toBe(true);
  });

  // The last page: a template with a baseline of its own is deployed from packages that are made after that.
  test("docs/baseline.md: the golden space's account stands in the file", async () => {
    stage.write("hello-world.yaml", "environments:\n  - name: Development\n");
    await follow(stage, "docs/baseline.md");

    expect(readFileSync(join(stage.folder, "golden.yaml"), "utf8")).toContain("- name: Azure Production");
  });
});

describe("a space in which nothing is installed", () => {
  test.each([
    ["docs/git-hosts.md", "__ Hello World CaC"],
    ["docs/pull-requests.md", "__ Hello World CaC"],
    ["docs/spaces.md", "__ Space Golden"],
    ["docs/openid-connect.md", "__ Client Space"],
  ])("%s: there is the project %s", async (page, project) => {
    const stage = await startDocsStage(command, { git: true });
    onTestFinished(() => stage.close());
    await stage.run(connection);

    await follow(stage, page);

    expect(await namesOf(stage.api, "/projects")).toContain(project);
  });

  test("docs/terraform.md: the copy in a workspace gets its receipt", async () => {
    const stage = await startDocsStage(command, { git: false });
    onTestFinished(() => stage.close());
    await settle(stage, ["Hello World"]);
    await stage.writeState();
    const america = await stage.apiOf("America");
    const listReceipts = async () =>
      (await america.list("/libraryvariablesets")).filter(({ Name }) => /Receipt\[hello/.test(String(Name)));
    for (const { Id } of await listReceipts()) await america.remove(`/libraryvariablesets/${Id}`);

    await follow(stage, "docs/terraform.md");

    expect(await listReceipts()).toHaveLength(1);
  });
});

test("all that the pages give to a terminal is run, or is listed with the reason why not", () => {
  const source = readFileSync(import.meta.filename, "utf8");
  const withCommands = pages.filter((page) => listRun(page).length > 0);

  expect(withCommands.filter((page) => !source.includes(`"${page}`))).toEqual([]);
  const all = pages.flatMap(readCommands);
  expect(all.length).toBeGreaterThan(100);
  expect(Object.keys({ ...notRun, ...otherCodes }).filter((line) => !all.includes(line))).toEqual([]);
});
