import { execFile } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { projectRoot } from "../../build/project.ts";
import { buildHelloWorldCac } from "../../examples/demo/hello-world-cac.ts";
import { buildHelloWorld, scriptStep } from "../../examples/demo/hello-world.ts";
import { signIn, type OctopusUser } from "../../examples/demo/octopus-user.ts";
import { addBaselineSecrets } from "../../examples/demo/tenants.ts";
import { createApi, type Api } from "../api.ts";
import type { BuiltCommand } from "../built-command.ts";
import { startGitHub } from "../git-hosts-stand-ins/github-stand-in.ts";
import { editRepository } from "../git-server/edit-repository.ts";
import { createOctopusServer } from "../octopus-server/octopus-server.ts";
import type { Outcome } from "../run-command.ts";
import { createServiceAccount } from "../steps/service-account.ts";

/** A reader's machine, and the server that the pages call https://octopus.example.com. */
export interface DocsStage {
  /** The folder in which the reader is. */
  folder: string;
  /** Of the space Management. */
  api: Api;
  /** Who works there. */
  barry: OctopusUser;
  /** Runs a line of a page in Bash, with what lines before it exported. */
  run(line: string): Promise<Outcome>;
  /** The API of a space, by its name. */
  apiOf(space: string): Promise<Api>;
  /** Puts a file into the reader's folder. */
  write(file: string, content: string | Uint8Array): void;
  /** Puts the newest package of that id into the reader's folder. */
  download(id: string, file: string): Promise<void>;
  /** Gives Terraform the state that it would have of the copy of Hello World in America. */
  writeState(): Promise<void>;
  close(): Promise<void>;
}

const gitToken = "a-token-of-barry";

/** What every page supposes to be said once in the terminal. */
export const connection =
  'export OCTOPUS_URL=https://octopus.example.com OCTOPUS_API_KEY=API-… OCTOPUS_SPACE="Management"';

/**
 * An Octopus with the space Management, where somebody has built a template, and a golden space. Nothing is installed.
 * @param more.git - there is a template in Git, too, a second one in the database, and a runbook that asks for values
 */
export async function startDocsStage(command: BuiltCommand, { git }: { git: boolean }): Promise<DocsStage> {
  const environment = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", LANG: "C.UTF-8" };
  const server = createOctopusServer({ worker: { environment } });
  const [url, apiKey] = [await server.listen(), server.apiKey];
  const { standIn: gitHost } = await startGitHub();
  const system = createApi({ url, apiKey }, "/api");
  const pathOf = async (space: string): Promise<string> => {
    const found = (await system.list("/spaces")).find(({ Name: name }) => name === space);
    if (found === undefined) throw new Error(`There is no space "${space}".`);
    return `/api/${found.Id}`;
  };
  const apiOf = async (space: string): Promise<Api> => createApi({ url, apiKey }, await pathOf(space));
  const me = await system.get("/users/me");
  // Octopus's client keeps ids of spaces by their names, whatever the server: the first space has the same id on each.
  for (const Name of ["Management", "Golden"])
    await system.post("/spaces", { Name, SpaceManagersTeamMembers: [me.Id] });
  const api = await apiOf("Management");
  const barry = await signIn({ url, apiKey, spaceName: "Management" });
  await buildHelloWorld(barry);
  await addTags(api);
  await fillGolden(await apiOf("Golden"));
  if (git) {
    gitHost.accounts.set("barry", "User").set("acme", "Organization");
    gitHost.tokens.set(gitToken, { login: "barry", scopes: ["repo", "delete_repo"] });
    editRepository(gitHost.pathOf(gitHost.add("acme", "hello_world_cac")), {
      files: { "README.md": "# Hello World CaC\n" },
    });
    await buildHelloWorldCac(barry, { url: gitHost.server.url, token: gitToken });
    await buildWebShop(barry);
    await buildRotateKeys(barry);
  }

  const accountId = await addServiceAccount({ url, apiKey }, api);
  const folder = mkdtempSync(join(tmpdir(), "docs-reader-"));
  const write = (file: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), content);
  };
  // What the pages start besides: npx finds the command, Terraform has a state, and nobody looks at what is opened.
  const programs = { npx: 'exec "$@"', terraform: '[ "$2" = push ] || cat terraform.tfstate', "xdg-open": "exit 0" };
  for (const [name, script] of Object.entries(programs)) {
    write(`bin/${name}`, `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, "bin", name), 0o755);
  }
  mkdirSync(join(folder, ".config/fish/completions"), { recursive: true });
  write("tenants.csv", tenantTable(url));
  write("passwords.json", JSON.stringify({ "Database[Production].Password": "p#{ss" }));

  const keys = ["MANAGED_TENANT_API_KEY", "AMERICA_KEY", "EUROPE_KEY", "ASIA_KEY"];
  const env = {
    PATH: [join(folder, "bin"), command.bin, process.env["PATH"] ?? ""].join(":"),
    HOME: folder,
    TMPDIR: tmpdir(),
    LANG: "C.UTF-8",
    NEW_PASSWORD: "a new password",
    ...Object.fromEntries(keys.map((name) => [name, apiKey])),
    ...(git && { GIT_TOKEN: gitToken }),
  };
  const exports: string[] = [];
  return {
    folder,
    api,
    barry,
    apiOf,
    write,
    async run(line) {
      const text = line
        .replaceAll("https://octopus.example.com", url)
        .replaceAll("API-…", apiKey)
        .replaceAll("GIT_TOKEN=…", `GIT_TOKEN=${gitToken}`)
        .replaceAll("<that GUID>", accountId)
        .replaceAll("'\\''s: …'", `'\\''s: "Description" in the project "Web Shop"'`)
        .replaceAll("--git-host github ", `--git-host github --git-host-url ${gitHost.server.url} `);
      if (line.startsWith("export ")) exports.push(text);
      return runInBash([...exports, text].join("\n"), { cwd: folder, env });
    },
    async download(id, file) {
      const newest = (await api.list("/packages")).find((item) => item["PackageId"] === id);
      const response = await fetch(`${url}${await pathOf("Management")}/packages/${newest?.Id}/raw`, {
        headers: { "X-Octopus-ApiKey": apiKey },
      });
      if (!response.ok) throw new Error(`There is no package "${id}": ${await response.text()}`);
      write(file, new Uint8Array(await response.arrayBuffer()));
    },
    async writeState() {
      const projects = await (await apiOf("America")).list("/projects");
      const copy = projects.find(({ Name: name }) => name === "Hello World");
      const attributes = { id: copy?.Id, name: "Hello World", space_id: copy?.["SpaceId"] };
      const instances = [{ schema_version: 0, attributes }];
      const resource = { mode: "managed", type: "octopusdeploy_project", name: "project_hello_world", instances };
      write("terraform.tfstate", JSON.stringify({ version: 4, serial: 7, outputs: {}, resources: [resource] }));
    },
    async close() {
      await Promise.all([server.close(), gitHost.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a reader has done who comes to the pages about many spaces: three templates are installed, and each space has a copy of each. */
export async function settle(stage: DocsStage, templates: readonly string[]): Promise<void> {
  const names = templates.map((name) => `--project "${name}"`).join(" ");
  const install = `managed-spaces install ${names} --git-host github --git-owner acme`;
  await well(stage, connection);
  await well(stage, templates.includes("Hello World CaC") ? install : `managed-spaces install ${names}`);
  await well(stage, "managed-spaces tenants add --csv tenants.csv");
  if (templates.includes("Hello World CaC")) {
    await addBaselineSecrets(stage.barry, { "GitCredential[Git].Password": gitToken });
    await connectAll(stage.api, "Keys");
  }
  await well(stage, 'managed-spaces populate --tenants ".*"');
  for (const name of templates) {
    await serialize(stage, name);
    await well(stage, `managed-spaces deploy --project "${name}" --tenants ".*"`);
  }
}

async function serialize(stage: DocsStage, project: string): Promise<void> {
  const carrier = project.endsWith("CaC") ? `__ ${project}` : project;
  const keeping = `--keeping-runbook "__ Keep Packages" --keeping-runbook-project "${carrier}"`;
  await well(stage, `managed-spaces run serialize-project --project "${project}" ${keeping}`);
}

async function well(stage: DocsStage, line: string): Promise<void> {
  const { code, stdout, stderr } = await stage.run(line);
  if (code !== 0) throw new Error(`${line} ended with ${code}.\n${stdout}\n${stderr}`);
}

/** Connects every tenant to the project, in Sync. */
async function connectAll(api: Api, projectName: string): Promise<void> {
  const idOf = async (path: string, name: string): Promise<string> =>
    (await api.list(path)).find((document) => document["Name"] === name)?.Id ?? "";
  const added = { [await idOf("/projects", projectName)]: [await idOf("/environments", "Sync")] };
  for (const tenant of await api.list("/tenants")) {
    const connected = tenant["ProjectEnvironments"];
    await api.put(`/tenants/${tenant.Id}`, {
      ...tenant,
      ProjectEnvironments: { ...(typeof connected === "object" ? connected : {}), ...added },
    });
  }
}

/** A service account, and the account in the space that brings its tokens. @returns the service account's id */
async function addServiceAccount(server: { url: string; apiKey: string }, api: Api): Promise<string> {
  const audience = "api://managed-spaces";
  const subject = "space:management:*:environment:sync";
  const { serviceAccountId } = await createServiceAccount(server, { issuer: server.url, subject, audience });
  await api.post("/accounts", {
    Name: "Managed Spaces",
    AccountType: "GenericOidcAccount",
    Audience: audience,
    DeploymentSubjectKeys: ["space", "environment"],
  });
  return serviceAccountId;
}

async function addTags(api: Api): Promise<void> {
  const sets = {
    Region: ["North", "South", "Europe"],
    "Managed Spaces Ring": ["Canary", "Early", "Everyone"],
  };
  for (const [Name, tags] of Object.entries(sets))
    await api.post("/tagsets", { Name, Tags: tags.map((tag) => ({ Name: tag, Color: "#333333" })) });
}

function tenantTable(url: string): string {
  return [
    "name,url,space,tags,api_key_variable",
    `America,${url},,Region/North;Managed Spaces Ring/Canary,AMERICA_KEY`,
    `Europe,${url},,Region/Europe;Managed Spaces Ring/Early,EUROPE_KEY`,
    `Customer Asia,${url},,Region/South;Managed Spaces Ring/Everyone,ASIA_KEY`,
    "",
  ].join("\n");
}

async function fillGolden(api: Api): Promise<void> {
  const secret = { HasValue: true, NewValue: "a secret of the golden space" };
  await api.post("/environments", { Name: "Production" });
  await api.post("/accounts", { Name: "Azure Production", AccountType: "Token", Token: secret });
  await api.post("/git-credentials", {
    Name: "GitHub",
    Details: { Type: "UsernamePassword", Username: "x-access-token", Password: secret },
  });
}

/** What projects have in common that somebody makes beside Hello World. */
async function listOwnFields(user: OctopusUser): Promise<Record<string, unknown>> {
  const lifecycle = await user.find("/lifecycles", "Simple");
  const group = await user.find("/projectgroups", "Hello World");
  return { LifecycleId: lifecycle?.Id, ProjectGroupId: group?.Id, TenantedDeploymentMode: "TenantedOrUntenanted" };
}

async function buildWebShop(user: OctopusUser): Promise<void> {
  const fields = await listOwnFields(user);
  await user.create("/projects", { Name: "Web Shop", Description: "Sells octopuses of plush.", ...fields });
}

/** A runbook of somebody's own, which asks for a text and a secret. */
async function buildRotateKeys(user: OctopusUser): Promise<void> {
  const project = await user.create("/projects", { Name: "Keys", ...(await listOwnFields(user)) });
  const asked = (Name: string, IsSensitive: boolean): Record<string, unknown> => ({
    Name,
    Value: "",
    Type: IsSensitive ? "Sensitive" : "String",
    IsSensitive,
    Scope: {},
    Prompt: { Label: Name, Description: "", Required: false },
  });
  const variables = await user.get(`/variables/variableset-${project.Id}`);
  await user.update(`/variables/variableset-${project.Id}`, {
    ...variables,
    Variables: [asked("Reason", false), asked("Password", true)],
  });
  const runbook = await user.create("/runbooks", {
    Name: "Rotate Keys",
    ProjectId: project.Id,
    MultiTenancyMode: "TenantedOrUntenanted",
    EnvironmentScope: "All",
  });
  const path = `/runbookProcesses/${String(runbook["RunbookProcessId"])}`;
  const rotate = 'echo "Rotated, since: $(get_octopusvariable "Reason")"';
  await user.update(path, { ...(await user.get(path)), Steps: [scriptStep("Rotate", rotate)] });
}

/** The built command, with the templates and the package that it installs. */
export function addTemplates({ program }: BuiltCommand): void {
  for (const part of ["templates", "package"])
    cpSync(join(projectRoot, "dist", part), join(dirname(program), part), { recursive: true });
}

function runInBash(script: string, options: { cwd: string; env: Record<string, string> }): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(
      "bash",
      ["-o", "pipefail", "-c", script],
      { ...options, maxBuffer: 2 ** 26 },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    );
    child.stdin?.end();
  });
}

/** The description of the Web Shop is changed in the template, and otherwise in a space. @returns the space's */
export async function disagree(stage: DocsStage, space: string): Promise<string> {
  const own = "Sells octopuses of plush, and squids.";
  const change = async (api: Api, Description: string): Promise<void> => {
    const project = (await api.list("/projects")).find(({ Name }) => Name === "Web Shop");
    await api.put(`/projects/${project?.Id}`, { ...project, Description });
  };
  await change(stage.api, "Sells octopuses of wool.");
  await change(await stage.apiOf(space), own);
  await serialize(stage, "Web Shop");
  return own;
}
