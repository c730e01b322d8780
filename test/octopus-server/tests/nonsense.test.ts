import { expect, test } from "vitest";
import { routes } from "../routes/index.ts";
import { createApiStage, scriptAction } from "./api-stage.ts";

const kinds: Readonly<Record<string, string>> = {
  project: "Projects-1",
  projects: "Projects-1",
  runbook: "Runbooks-1",
  release: "Releases-1",
  snapshot: "RunbookSnapshots-1",
  environment: "Environments-1",
  channel: "Channels-1",
  tenant: "Tenants-1",
  target: "Spaces-1",
  version: "1",
  space: "Spaces-1",
};

const nonsense: readonly unknown[] = [
  {},
  [],
  {
    Name: 7,
    Steps: [null, 5, { Actions: "x" }, { Name: {}, Actions: [null, { Name: [], Packages: [1], Properties: [] }] }],
  },
  {
    Name: ["a"],
    Rules: [null, { ActionPackages: 5 }],
    Filter: [],
    Action: 5,
    Parameters: [null, 1, {}],
    Properties: { a: null, b: 5, c: [], d: { x: 1 } },
  },
  {
    ProjectName: {},
    EnvironmentNames: [null, {}],
    Tenants: [5],
    Variables: [],
    SelectedPackages: [null, {}],
    Version: {},
    ProjectId: [],
    RunbookId: {},
  },
  {
    ProjectName: "Hello World",
    RunbookName: "Backup",
    EnvironmentNames: ["Development"],
    Variables: { a: {} },
    RunAt: "never",
    SkipStepNames: [{}],
  },
];

test("no route fails on a body that makes no sense", async () => {
  const stage = await createApiStage();
  await stage.environment("Development");
  await stage.runbook(await stage.project("Hello World"), "Backup");
  await stage.setSteps("/api/Spaces-1/projects/Projects-1/deploymentprocesses", [scriptAction("Say")]);

  for (const { method, path: pattern } of routes.filter((route) => route.method !== "DELETE")) {
    const path = pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => kinds[name] ?? idFor(pattern));
    // One route after the other: of thousands of connections at once, a busy machine resets some.
    const answers = await Promise.all(
      (method === "GET" ? [undefined] : nonsense).map(async (body) => ({
        request: `${method} ${path} ${JSON.stringify(body)}`,
        answer: await stage.call(method, path, body),
      })),
    );
    expect(answers.filter(({ answer }) => answer.status === 500)).toEqual([]);
  }
});

/** The first id of the kind that a path lists. */
function idFor(path: string): string {
  const kind = path.split("/").findLast((_segment, index, all) => all[index + 1]?.startsWith("{") === true) ?? "";
  const known: Readonly<Record<string, string>> = {
    channels: "Channels-1",
    runbookProcesses: "RunbookProcess-Runbooks-1",
    deploymentprocesses: "deploymentprocess-Projects-1",
    variables: "variableset-Projects-1",
    environments: "Environments-1",
    projects: "Projects-1",
    runbooks: "Runbooks-1",
    lifecycles: "Lifecycles-1",
  };
  return known[kind] ?? "X-1";
}
