import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UnavailableError } from "../step/errors.ts";
import { splitInitParameters } from "./init-parameters.ts";
import { readTerraformState, type StateResource } from "./read-state.ts";
import { runTerraform } from "./run-terraform.ts";

export interface StateOptions {
  /** The configuration, by file: at least the backend's type. */
  files: ReadonlyMap<string, string>;
  /** What `terraform init` gets besides, as a line. */
  initParameters: string;
  /** "" for a backend without workspaces. */
  workspace: string;
  environment: Readonly<Record<string, string>>;
  /** Something of the run is put there, and taken away by {@link StateFolder.close}. */
  workingDirectory: string;
  signal: AbortSignal;
  /** Takes secrets out of what Terraform says. */
  hide: (text: string) => string;
}

/** A configuration in a folder of its own that is connected to its backend. */
export interface StateFolder {
  /** What the workspace manages; nothing where it is not there. @throws {@link UnavailableError} when it cannot be read */
  list(): Promise<StateResource[]>;
  /** Chooses the workspace, and makes it where it is not there. @throws {@link UnavailableError} when it cannot be made */
  select(): Promise<void>;
  /** Takes a resource into the state. @returns why that failed, if it did */
  import(address: string, id: string): Promise<string | undefined>;
  close(): Promise<void>;
}

/** @throws {@link UnavailableError} when Terraform is not there, or cannot connect */
export async function openState(options: StateOptions): Promise<StateFolder> {
  const { workspace, hide } = options;
  await mkdir(options.workingDirectory, { recursive: true });
  const directory = await mkdtemp(join(options.workingDirectory, "managed-spaces-state-"));
  const close = (): Promise<void> => rm(directory, { recursive: true, force: true });
  const { TF_WORKSPACE: _other, ...environment } = options.environment;

  async function run(parameters: readonly string[]): Promise<string> {
    const end = await runTerraform(parameters, { directory, environment, signal: options.signal });
    if ("output" in end) return end.output;
    throw new UnavailableError(`"terraform ${parameters.slice(0, 2).join(" ")}" failed: ${hide(end.failure)}.`);
  }

  async function isThere(): Promise<boolean> {
    if (workspace === "") return true;
    const listed = await run(["workspace", "list", "-no-color"]);
    return listed.split("\n").some((line) => line.replace(/^\*?\s+/, "").trim() === workspace);
  }

  async function select(): Promise<void> {
    if (workspace !== "") await run(["workspace", (await isThere()) ? "select" : "new", "-no-color", workspace]);
  }

  const connecting = ["init", "-input=false", "-no-color", ...splitInitParameters(options.initParameters)];
  try {
    for (const [file, text] of options.files) await writeFile(join(directory, file), text);
    // Of two that make the schema of pg at once, one is told so.
    await run(connecting).catch((error: unknown) => {
      if (!(error instanceof UnavailableError) || !/already exists|duplicate key/.test(error.message)) throw error;
      return run(connecting);
    });
  } catch (error) {
    await close();
    throw error;
  }
  return {
    select,
    close,
    async list() {
      if (!(await isThere())) return [];
      await select();
      const text = await run(["state", "pull"]);
      return text.trim() === "" ? [] : readTerraformState(text, workspace).resources;
    },
    async import(address, id) {
      const place = { directory, environment, signal: options.signal };
      const end = await runTerraform(["import", "-input=false", "-no-color", address, id], place);
      return "output" in end ? undefined : hide(end.failure);
    },
  };
}
