import { install, type InstallOptions, type InstallOutcome } from "../../../lib/install/install.ts";
import { createOctopusClient } from "../../../lib/octopus/octopus-client.ts";
import type { Api, Document } from "../../api.ts";
import type { TestServer } from "../../steps/managed-tenants.ts";
import { createBuiltSteps } from "./built-steps.ts";

/** Installs into the default space with the least that there is to say; `options` say the rest. */
export function runInstall(octopus: TestServer, options: Partial<InstallOptions> = {}): Promise<InstallOutcome> {
  const { url, apiKey } = octopus;
  const space = createOctopusClient({ url, apiKey }).inSpace({ Id: "Spaces-1", Name: "Default" });
  return install(space, {
    instanceUrl: undefined,
    stepsKey: undefined,
    apiKey,
    replaceKey: false,
    projects: [],
    goldenSpaces: [],
    engine: undefined,
    terraformBackend: "",
    terraformInitParameters: "",
    workerPool: undefined,
    containerImage: undefined,
    containerFeed: undefined,
    baseline: { text: "environments: []" },
    publish: false,
    companion: false,
    gitHost: { host: undefined, url: undefined, owner: undefined, token: undefined },
    serviceAccountId: undefined,
    oidcAccount: undefined,
    onlyPlan: false,
    flavor: undefined,
    readBuilt: () => createBuiltSteps(),
    ...options,
  });
}

/** The document of that name in a collection. @throws when there is none */
export async function getNamed(api: Api, path: string, name: string): Promise<Document> {
  const found = (await api.list(path)).find((document) => document["Name"] === name);
  if (found === undefined) throw new Error(`There is no "${name}" in ${path}.`);
  return found;
}
