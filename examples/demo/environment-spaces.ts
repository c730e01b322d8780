import { scriptStep } from "./hello-world.ts";
import type { Document, OctopusUser } from "./octopus-user.ts";

/** What tells the three spaces from one another. */
export interface EnvironmentSpace {
  space: string;
  /** Its one environment. */
  environment: string;
  workerPool: string;
  apiUrl: string;
  password: string;
}

export const development: EnvironmentSpace = {
  space: "Development",
  environment: "Development",
  workerPool: "Development Linux",
  apiUrl: "https://dev.example.com",
  password: "dev: 'sample' data",
};

/** The spaces to which projects are promoted, by the names of their tenants. */
export const targets: Readonly<Record<string, EnvironmentSpace>> = {
  Test: {
    space: "Test",
    environment: "Test",
    workerPool: "Test Linux",
    apiUrl: "https://test.example.com",
    password: "test: p@ss #2",
  },
  Production: {
    space: "Production",
    environment: "Live",
    workerPool: "Live Linux",
    apiUrl: "https://example.com",
    password: "live: ünïcödé 🐙",
  },
};

/** What people who look after a space have in it: an environment, a lifecycle, workers. */
export async function furnish(user: OctopusUser, { environment, workerPool }: EnvironmentSpace): Promise<Document> {
  const own = await user.create("/environments", { Name: environment });
  await user.create("/workerpools", { Name: workerPool, WorkerPoolType: "StaticWorkerPool" });
  await user.create("/projectgroups", { Name: "Shop" });
  await user.create("/lifecycles", {
    Name: "One environment",
    Phases: [{ Name: environment, OptionalDeploymentTargets: [own.Id], AutomaticDeploymentTargets: [] }],
  });
  return own;
}

const ship = `echo "Web Shop in $(get_octopusvariable "Octopus.Environment.Name") calls $(get_octopusvariable "Api.Url")"
echo "Its new basket is: $(get_octopusvariable "Feature.NewBasket")"
echo "Its password: $(get_octopusvariable "Database.Password" | tr -d '\\n' | openssl dgst -sha256 -r | cut -c1-12)"
echo "Tracing: $(get_octopusvariable "Trace")"
`;

/** What somebody builds in the space Development, and nobody builds again. */
export async function buildWebShop(user: OctopusUser): Promise<void> {
  const own = await furnish(user, development);
  const sync = await user.create("/environments", { Name: "Sync" });
  const idOf = async (path: string, name: string): Promise<string> => (await user.find(path, name))?.Id ?? "";
  const project = await user.create("/projects", {
    Name: "Web Shop",
    Description: "Built in Development, and promoted.",
    LifecycleId: await idOf("/lifecycles", "One environment"),
    ProjectGroupId: await idOf("/projectgroups", "Shop"),
    TenantedDeploymentMode: "TenantedOrUntenanted",
  });
  await setSteps(user, project, ["Fill with sample data", "Ship"]);
  const reset = await user.create("/runbooks", {
    Name: "Reset data",
    ProjectId: project.Id,
    EnvironmentScope: "Specified",
    Environments: [own.Id],
    RunRetentionPolicy: { Strategy: "Default", QuantityToKeep: 100, ShouldKeepForever: false, Unit: "Items" },
  });
  const process = await user.get(`/runbookProcesses/${String(reset["RunbookProcessId"])}`);
  await user.update(`/runbookProcesses/${process.Id}`, { ...process, Steps: [scriptStep("Reset", "echo reset")] });
  await setVariables(user, project, [
    { Name: "Api.Url", Value: development.apiUrl, Type: "String", Scope: {} },
    { Name: "Feature.NewBasket", Value: "on", Type: "String", Scope: {} },
    { Name: "Trace", Value: "verbose", Type: "String", Scope: { Environment: [own.Id] } },
    {
      Name: "Database.Password",
      Value: development.password,
      Type: "Sensitive",
      IsSensitive: true,
      Scope: { Environment: [own.Id, sync.Id] },
    },
  ]);
}

/** Its steps, each a script; all but one do next to nothing. */
export async function setSteps(user: OctopusUser, project: Document, names: readonly string[]): Promise<void> {
  const path = `/projects/${project.Id}/deploymentprocesses`;
  const process = await user.get(path);
  const present = Array.isArray(process["Steps"]) ? process["Steps"] : [];
  const steps = names.map(
    (name) => present.find((step) => step.Name === name) ?? scriptStep(name, name === "Ship" ? ship : `echo "${name}"`),
  );
  await user.update(path, { ...process, Steps: steps });
}

async function setVariables(user: OctopusUser, project: Document, variables: readonly object[]): Promise<void> {
  const set = await user.get(`/variables/variableset-${project.Id}`);
  await user.update(`/variables/variableset-${project.Id}`, { ...set, Variables: variables });
}

/** The mapping of one space, as its tenant has it. */
export function writeMapping({ environment, workerPool, apiUrl }: EnvironmentSpace): string {
  return `environments: { Development: ${environment} }
workerPools: { Development Linux: ${workerPool} }
leaveOut:
  steps: [Fill with sample data]
  runbooks: [Reset .*]
variables:
  - { name: Api.Url, value: "${apiUrl}" }
  - { name: Trace, value: "off" }
  - { name: Database.Password, secret: { variable: ${secretName} } }
  - { name: 'Feature\\..*', keep: true }
scopes: skipUnlessPartialMatch
`;
}

/** Each tenant has one of its own. */
export const secretName = "Promoted.Database.Password";
