import { install, type InstallOptions, type InstallOutcome } from "../../../lib/install/install.ts";
import { createOctopusClient } from "../../../lib/octopus/octopus-client.ts";
import type { Api, Document } from "../../api.ts";
import { startOctopus, type TestServer } from "../../steps/managed-tenants.ts";
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

/** A server whose default space has these projects, as a person built them. */
export async function startWithProjects(...names: string[]): Promise<TestServer> {
  const octopus = await startOctopus();
  const [lifecycle] = await octopus.api.list("/lifecycles");
  const [group] = await octopus.api.list("/projectgroups");
  for (const Name of names)
    await octopus.api.post("/projects", { Name, LifecycleId: lifecycle?.Id, ProjectGroupId: group?.Id });
  octopus.server.requests.length = 0;
  return octopus;
}

/** The document of that name in a collection. @throws when there is none */
export async function getNamed(api: Api, path: string, name: string): Promise<Document> {
  const found = (await api.list(path)).find((document) => document["Name"] === name);
  if (found === undefined) throw new Error(`There is no "${name}" in ${path}.`);
  return found;
}
