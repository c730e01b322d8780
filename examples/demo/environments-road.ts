import {
  buildWebShop,
  development,
  furnish,
  secretName,
  setSteps,
  targets,
  writeMapping,
  type EnvironmentSpace,
} from "./environment-spaces.ts";
import { fingerprint } from "./hello-world.ts";
import { signIn, type OctopusUser } from "./octopus-user.ts";
import { renderTable } from "./render-table.ts";
import { runInstall } from "./run-install.ts";
import type { Stage } from "./stage.ts";
import { connectTenants } from "./tenants.ts";

export interface EnvironmentsRoadOptions {
  /** The server with the spaces Development and Test. */
  url: string;
  apiKey: string;
  /** The server with the space Production. */
  second: { url: string; apiKey: string };
  stage: Stage;
}

const project = "Web Shop";

/** An instance, or a space, per environment: a project is built in Development, promoted to Test, and then to Production. */
export async function takeTheEnvironmentsRoad(options: EnvironmentsRoadOptions): Promise<string> {
  const { url, apiKey, second, stage } = options;
  const servers = { Development: { url, apiKey }, Test: { url, apiKey }, Production: second };
  const users: Record<string, OctopusUser> = {};
  await stage("Three spaces on two local Octopus servers", async () => {
    for (const [space, server] of Object.entries(servers)) users[space] = await openSpace(server, space);
    for (const { space, ...own } of Object.values(targets)) await furnish(userOf(users, space), { space, ...own });
    return `Development and Test on ${url}, Production on ${second.url}; each has an environment and workers of its own`;
  });
  const barry = userOf(users, development.space);
  await stage(`Built the project "${project}" in Development`, () => buildWebShop(barry));
  await stage("managed-spaces install", () =>
    runInstall(["--project", project], { OCTOPUS_URL: url, OCTOPUS_API_KEY: apiKey, OCTOPUS_SPACE: development.space }),
  );
  await stage("Gave the tenants Test and Production their mappings", () => giveMappings(barry, users, servers));

  await promote(barry, { users, stage }, "Test");
  await promote(barry, { users, stage }, "Production");
  await stage("The people of Production turn the new basket off", () => turnBasketOff(userOf(users, "Production")));
  await stage("Development gets another step", () => addStep(barry));
  await promote(barry, { users, stage }, "Test");
  await promote(barry, { users, stage }, "Production");
  return tabulate(Object.values(users));
}

async function openSpace({ url, apiKey }: { url: string; apiKey: string }, space: string): Promise<OctopusUser> {
  const first = await signIn({ url, apiKey, spaceName: "Default" });
  await first.createSpace(space);
  return signIn({ url, apiKey, spaceName: space });
}

function userOf(users: Readonly<Record<string, OctopusUser>>, space: string): OctopusUser {
  const user = users[space];
  if (user === undefined) throw new Error(`Nobody has signed in to the space "${space}".`);
  return user;
}

async function giveMappings(
  barry: OctopusUser,
  users: Readonly<Record<string, OctopusUser>>,
  servers: Readonly<Record<string, { url: string; apiKey: string }>>,
): Promise<string> {
  const set = await barry.find("/libraryvariablesets", "Octopus Server");
  const templates = Array.isArray(set?.["Templates"]) ? set["Templates"] : [];
  const secret = { Name: secretName, DisplaySettings: { "Octopus.ControlType": "Sensitive" } };
  await barry.update(`/libraryvariablesets/${set?.Id}`, { ...set, Templates: [...templates, secret] });
  const tenants = Object.entries(targets).map(([name, target]) => ({
    name,
    url: servers[name]?.url ?? "",
    apiKey: servers[name]?.apiKey ?? "",
    values: {
      "ManagedTenant.Octopus.SpaceId": target.space,
      "ManagedTenant.Mapping": writeMapping(target),
      [secretName]: { HasValue: true, NewValue: target.password },
    },
  }));
  await connectTenants(barry, tenants, [project]);
  return `such as: environments: { Development: ${targets["Production"]?.environment} } (${Object.keys(users).length} spaces)`;
}

interface Promotion {
  users: Readonly<Record<string, OctopusUser>>;
  stage: Stage;
}

/** The newest package to the space, and a deployment there that shows what arrived. */
async function promote(barry: OctopusUser, { users, stage }: Promotion, tenant: string): Promise<void> {
  const target = targets[tenant];
  if (target === undefined) throw new Error(`There is no space for the tenant "${tenant}".`);
  if (tenant === "Test") await stage('Ran "__ 1. Serialize Project"', () => run(barry, "__ 1. Serialize Project"));
  await stage(`Ran "__ 2. Deploy Project" for ${tenant}`, () => run(barry, "__ 2. Deploy Project", tenant));
  await stage(`Deployed "${project}" in ${target.space}`, () => deployThere(userOf(users, target.space), target));
}

async function run(barry: OctopusUser, runbook: string, tenant?: string): Promise<string> {
  return (await barry.runRunbook(project, runbook, tenant)).highlights.at(-1) ?? "";
}

async function deployThere(user: OctopusUser, { environment, apiUrl, password }: EnvironmentSpace): Promise<string> {
  const { log } = await user.deploy(project, environment);
  const expected = [
    `Web Shop in ${environment} calls ${apiUrl}`,
    `Its password: ${fingerprint(password)}`,
    "Tracing: off",
  ];
  const missing = expected.filter((line) => !log.includes(line));
  if (missing.length > 0)
    throw new Error(`The copy in "${user.spaceName}" does not say: ${missing.join("; ")}\n${log}`);
  const [, basket = ""] = /Its new basket is: (\w+)/.exec(log) ?? [];
  return `${expected[0] ?? ""}, with a password of its own; its new basket is ${basket}`;
}

async function turnBasketOff(user: OctopusUser): Promise<void> {
  const own = await user.find("/projects", project);
  const set = await user.get(`/variables/variableset-${own?.Id}`);
  const variables: { Name: string }[] = Array.isArray(set["Variables"]) ? set["Variables"] : [];
  const turned = variables.map((one) => (one.Name === "Feature.NewBasket" ? { ...one, Value: "off" } : one));
  await user.update(`/variables/variableset-${own?.Id}`, { ...set, Variables: turned });
}

async function addStep(barry: OctopusUser): Promise<void> {
  const own = await barry.find("/projects", project);
  if (own !== undefined) await setSteps(barry, own, ["Fill with sample data", "Ship", "Smoke test"]);
}

async function tabulate(users: readonly OctopusUser[]): Promise<string> {
  const rows = [["Space", "Server", "Environments", "Steps of Web Shop", "Runbooks"]];
  for (const user of users) {
    const names = async (path: string): Promise<string> =>
      (await user.list(path)).map((document) => document.Name).join(", ");
    const own = await user.find("/projects", project);
    const process = await user.get(`/projects/${own?.Id}/deploymentprocesses`);
    const steps: { Name: string }[] = Array.isArray(process["Steps"]) ? process["Steps"] : [];
    rows.push([
      user.spaceName,
      user.url,
      await names("/environments"),
      steps.map(({ Name }) => Name).join(", "),
      await names("/runbooks"),
    ]);
  }
  return renderTable(rows);
}
