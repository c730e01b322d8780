import { readFileSync } from "node:fs";
import { readArchive } from "../../../lib/graph/package-archive.ts";
import type { OctopusSpace } from "../../../lib/octopus/octopus-client.ts";
import { createVariableDictionary } from "../../octopus-server/worker/octostache.ts";
import { bringNewest } from "../../steps/golden-space.ts";
import type { TestServer } from "../../steps/managed-tenants.ts";
import { createTerraformFolder, type TerraformFolder } from "./terraform.ts";

/** One of the modules of a package, as Terraform has it in a run in which every secret is known. */
export interface ModuleOfPackage {
  run(...args: string[]): Promise<string>;
  /** @returns what Terraform said */
  apply(...args: string[]): Promise<string>;
  /** @throws when Terraform would change something */
  planAgain(...args: string[]): Promise<string>;
  /** Puts the newest package in the place of this one. */
  update(): Promise<void>;
}

/**
 * Unpacks the newest package of an id.
 * @param module - `space_creation` or `space_population`
 */
export async function openModule(
  { url, apiKey, golden }: Pick<TestServer, "url" | "apiKey"> & { golden: OctopusSpace },
  packageId: string,
  { module = "space_population", spaceId }: { module?: string; spaceId?: string } = {},
): Promise<ModuleOfPackage> {
  const folder: TerraformFolder = createTerraformFolder(await readModules(golden, packageId), {
    TF_VAR_octopus_server: url,
    TF_VAR_octopus_apikey: apiKey,
    ...(spaceId !== undefined && { TF_VAR_octopus_space_id: spaceId }),
  });
  const run = (...args: string[]): Promise<string> => folder.run(`-chdir=${module}`, ...args);
  await run("init", "-input=false");
  return {
    run,
    apply: (...args) => run("apply", "-auto-approve", "-input=false", "-no-color", ...args),
    planAgain: (...args) => run("plan", "-detailed-exitcode", "-input=false", "-no-color", ...args),
    update: async () => folder.replace(await readModules(golden, packageId)),
  };
}

async function readModules(golden: OctopusSpace, packageId: string): Promise<Map<string, string>> {
  const { path } = await bringNewest(golden, packageId);
  const files = [...readArchive(readFileSync(path), packageId)].filter(([name]) => name.endsWith(".tf"));
  return new Map(
    files.map(([name, text]) => [name, name.includes("/project_variable_sensitive") ? fillSecrets(text) : text]),
  );
}

/** What Octopus makes of the file that it replaces expressions in, in a run that knows every secret. */
export function fillSecrets(text: string): string {
  const names = [...text.matchAll(/#\{([^|]*) \| ToBase64\}/g)].map(([, name = ""]) => name);
  const dictionary = createVariableDictionary(names.map((name) => [name, `the secret of ${name}`]));
  return dictionary.evaluate(text, { lenient: true }).text;
}
