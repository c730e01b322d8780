import type { Api, Document } from "../api.ts";

export interface ProjectSize {
  name: string;
  steps: number;
  runbooks: number;
  variables: number;
}

/** A project, by default of 20 steps, 5 runbooks and 60 variables, a few of each kind pointing to environments and feeds. */
export async function buildLargeProject(
  api: Api,
  { name, steps, runbooks, variables: count }: ProjectSize = { name: "Large", steps: 20, runbooks: 5, variables: 60 },
): Promise<void> {
  const environments: string[] = [];
  const known = await api.list("/environments");
  for (const Name of ["Development", "Test", "Production", "Sync"])
    environments.push(
      (known.find((document) => document["Name"] === Name) ?? (await api.post("/environments", { Name }))).Id,
    );
  const [lifecycle] = await api.list("/lifecycles");
  const [group] = await api.list("/projectgroups");
  const feed = (await api.list("/feeds?feedType=BuiltIn"))[0];
  const project = await api.post("/projects", { Name: name, LifecycleId: lifecycle?.Id, ProjectGroupId: group?.Id });

  const process = await api.get(`/projects/${project.Id}/deploymentprocesses`);
  await api.put(`/projects/${project.Id}/deploymentprocesses`, {
    ...process,
    Steps: Array.from({ length: steps }, (_, index) => step(`Step ${index + 1}`, { feed, environments })),
  });
  for (let index = 1; index <= runbooks; index += 1) {
    const runbook = await api.post("/runbooks", {
      Name: `Runbook ${index}`,
      ProjectId: project.Id,
      MultiTenancyMode: "Untenanted",
      EnvironmentScope: "All",
    });
    const runbookProcess = await api.get(`/runbookProcesses/RunbookProcess-${runbook.Id}`);
    await api.put(`/runbookProcesses/RunbookProcess-${runbook.Id}`, {
      ...runbookProcess,
      Steps: [step("Only step", { feed, environments: [] })],
    });
  }
  const variables = await api.get(`/variables/variableset-${project.Id}`);
  await api.put(`/variables/variableset-${project.Id}`, {
    ...variables,
    Variables: Array.from({ length: count }, (_, index) => variable(index, environments)),
  });
}

/** What the copy needs in its space. */
export async function addEnvironments(api: Api): Promise<void> {
  for (const name of ["Development", "Test", "Production"]) await api.post("/environments", { Name: name });
}

function step(name: string, { feed, environments }: { feed: Document | undefined; environments: string[] }): unknown {
  const isPackage = name.endsWith("5");
  const script = {
    "Octopus.Action.RunOnServer": "true",
    "Octopus.Action.Script.ScriptSource": "Inline",
    "Octopus.Action.Script.Syntax": "Bash",
    "Octopus.Action.Script.ScriptBody": `echo ${name}`,
  };
  const reference = {
    Name: "tool",
    PackageId: "tool",
    FeedId: feed?.Id,
    AcquisitionLocation: "Server",
    Properties: { Extract: "True" },
  };
  return {
    Name: name,
    Actions: [
      {
        Name: name,
        ActionType: "Octopus.Script",
        Properties: script,
        Environments: isPackage ? environments.slice(1, 3) : [],
        Packages: isPackage ? [reference] : [],
      },
    ],
  };
}

function variable(index: number, [development = "", test = "", production = "", sync = ""]: string[]): unknown {
  const name = `Setting.${index}`;
  if (index % 6 !== 0)
    return {
      Name: name,
      Value: `value ${index}`,
      Type: "String",
      Scope: index % 2 === 0 ? { Environment: [development, test] } : {},
    };
  return {
    Name: name,
    Value: `secret ${index}`,
    Type: "Sensitive",
    IsSensitive: true,
    Scope: { Environment: [production, sync] },
  };
}

/** The values of its secrets, by variable name. */
export const largeProjectSecrets: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from({ length: 10 }, (_, index) => [`Setting.${index * 6}`, `secret ${index * 6}`]),
);
