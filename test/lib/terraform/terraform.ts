import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";

const execute = promisify(execFile);

/** Whether a real Terraform is on this machine; where it is not, what needs it is skipped. */
export const hasTerraform = spawnSync("terraform", ["version"], { stdio: "ignore" }).status === 0;

/** Whether the provider lies in Terraform's implied mirror too: tests download nothing. */
export const hasProvider =
  hasTerraform && existsSync(join(homedir(), ".terraform.d/plugins/registry.terraform.io/octopusdeploy/octopusdeploy"));

/** A folder with a module in it, for the length of a test. */
export interface TerraformFolder {
  /** Does not block: the server that Terraform talks to may be in this process. @throws with what Terraform said, when it fails */
  run(...args: string[]): Promise<string>;
  /** The same, for who wants to see what it said when it failed. */
  tryRun(...args: string[]): Promise<string>;
  /** Puts another module in the place of this one; what Terraform knows of the space stays. */
  replace(files: ReadonlyMap<string, string>): void;
}

export function createTerraformFolder(
  files: ReadonlyMap<string, string>,
  environment: Record<string, string> = {},
): TerraformFolder {
  const folder = mkdtempSync(join(tmpdir(), "terraform-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeModule(folder, files);
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: homedir(),
    TF_CLI_CONFIG_FILE: "/dev/null",
    TF_IN_AUTOMATION: "1",
    ...environment,
  };
  return {
    run: (...args) => runTerraform(folder, args, env),
    tryRun: (...args) => runTerraform(folder, args, env).catch((error: unknown) => String(error)),
    replace(next) {
      const before = readdirSync(folder, { recursive: true, encoding: "utf8" });
      for (const path of before.filter((one) => one.endsWith(".tf"))) rmSync(join(folder, path));
      writeModule(folder, next);
    },
  };
}

function writeModule(folder: string, files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

async function runTerraform(folder: string, args: string[], env: Record<string, string>): Promise<string> {
  try {
    return (await execute("terraform", args, { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 })).stdout;
  } catch (error) {
    const said =
      error instanceof Error && "stdout" in error && "stderr" in error
        ? `${String(error.stdout)}\n${String(error.stderr)}`
        : String(error);
    throw new Error(`terraform ${args.join(" ")} failed:\n${said}`, { cause: error });
  }
}
