import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { splitCredentials } from "../../lib/git/git-credentials.ts";
import { ParameterError, UnavailableError, type StepError } from "../../lib/step/errors.ts";
import { makeTemporaryFolder } from "../../lib/step/temporary-folder.ts";
import { readTerraformState } from "../../lib/terraform/read-state.ts";
import { runTerraform } from "../../lib/terraform/run-terraform.ts";

/** A project that octoterra's module, or ours, made in some space: one that Terraform's state knows. */
export interface StateProject {
  workspace: string;
  projectId: string;
  name: string;
  server: string;
  spaceId: string;
  space: string;
  /** Without credentials; "" for a project in the database. */
  repository: string;
}

export interface PgBackend {
  connection: string;
  schema: string | undefined;
  /** Something of the run is put there, and taken away again. */
  workingDirectory: string;
  signal: AbortSignal;
}

/**
 * The projects in the state files of a directory: `terraform.tfstate`, and one in each folder of `terraform.tfstate.d`
 * (https://developer.hashicorp.com/terraform/language/backend/local).
 * @throws {@link ParameterError} for a directory without state, or a file that is none
 */
export async function readLocalStates(directory: string): Promise<StateProject[]> {
  const workspaces = await listFolders(join(directory, "terraform.tfstate.d"));
  const files = [
    { workspace: "default", path: join(directory, "terraform.tfstate") },
    ...workspaces.map((workspace) => ({
      workspace,
      path: join(directory, "terraform.tfstate.d", workspace, "terraform.tfstate"),
    })),
  ];
  const texts = await Promise.all(files.map(async (file) => ({ ...file, text: await findText(file.path) })));
  if (texts.every(({ text }) => text === undefined))
    throw new ParameterError(
      `There is no Terraform state in "${directory}". Enter the directory that has terraform.tfstate or terraform.tfstate.d.`,
    );
  return texts.flatMap(({ workspace, text, path }) =>
    text === undefined ? [] : parseState(text, { workspace, source: path }),
  );
}

/**
 * The projects in all workspaces of a `pg` backend, by Terraform itself. The connection, which holds a password, goes by the environment
 * alone (https://developer.hashicorp.com/terraform/language/backend/pg).
 * @throws {@link UnavailableError} without Terraform on the worker, or when it cannot reach the database
 */
export async function readPgStates(backend: PgBackend): Promise<StateProject[]> {
  const { path: directory, remove } = await makeTemporaryFolder(backend.workingDirectory, "state");
  try {
    await writeFile(join(directory, "main.tf"), 'terraform {\n  backend "pg" {}\n}\n');
    const terraform = createTerraform(directory, backend);
    await terraform(["init", "-input=false", "-no-color"]);
    const listed = await terraform(["workspace", "list", "-no-color"]);
    const workspaces = listed
      .split("\n")
      .map((line) => line.replace(/^\*?\s+/, "").trim())
      .filter(Boolean);
    const projects: StateProject[] = [];
    for (const workspace of workspaces) {
      const text = await terraform(["state", "pull"], { TF_WORKSPACE: workspace });
      if (text.trim() !== "") projects.push(...parseState(text, { workspace, source: `the workspace ${workspace}` }));
    }
    return projects;
  } finally {
    await remove();
  }
}

type Terraform = (args: string[], environment?: Record<string, string>) => Promise<string>;

const passedOn = ["PATH", "HOME", "TMPDIR", "SYSTEMROOT", "TF_CLI_CONFIG_FILE", "SSL_CERT_FILE", "PGSSLROOTCERT"];

function createTerraform(directory: string, { connection, schema, signal }: PgBackend): Terraform {
  const inherited = Object.entries(process.env).filter(([name]) => passedOn.includes(name));
  const environment = {
    ...Object.fromEntries(inherited),
    PG_CONN_STR: connection,
    ...(schema !== undefined && { PG_SCHEMA_NAME: schema }),
    // We only look: nobody's database gets a schema by that.
    PG_SKIP_SCHEMA_CREATION: "true",
    PG_SKIP_TABLE_CREATION: "true",
    PG_SKIP_INDEX_CREATION: "true",
  };
  return async (args, more = {}) => {
    const end = await runTerraform(args, { directory, environment: { ...environment, ...more }, signal });
    if ("output" in end) return end.output;
    throw explain(end.failure, { doing: args.slice(0, 2).join(" "), connection });
  };
}

function explain(said: string, { doing, connection }: { doing: string; connection: string }): StepError {
  const password = URL.canParse(connection) ? decodeURIComponent(new URL(connection).password) : "";
  const plain = said.replaceAll(connection, "****").replaceAll(password === "" ? "\0" : password, "****");
  return new UnavailableError(
    `Failed to read Terraform's state by "terraform ${doing}": ${plain}. Check "Terraform Connection" and that the worker reaches the database.`,
  );
}

function parseState(text: string, { workspace, source }: { workspace: string; source: string }): StateProject[] {
  const { resources, server, spaceId, space } = readTerraformState(text, source);
  return resources
    .filter(({ type }) => type === "octopusdeploy_project")
    .map((project) => ({
      workspace,
      projectId: project.id,
      name: project.name,
      server,
      spaceId: project.spaceId === "" ? spaceId : project.spaceId,
      space,
      repository: withoutCredentials(project.gitUrl),
    }));
}

function withoutCredentials(url: string): string {
  try {
    return url === "" ? "" : splitCredentials(url).url;
  } catch {
    // An address that Git could not use either: not shown, since it may hold anything.
    return "";
  }
}

async function listFolders(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .toSorted();
  } catch {
    return [];
  }
}

async function findText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}
