import { beforeAll, expect, test } from "vitest";
import type { ResourceGraph, Target } from "../../../lib/model/graph.ts";
import { objectsOf } from "../../../lib/model/json.ts";
import { actionOf, bodyOf, map, namesIn, readFixture, valuesOf } from "./fixture-graph.ts";

let graph: ResourceGraph;

beforeAll(async () => {
  graph = await readFixture();
});

const namesOf = (found: readonly Target[], kind: string): string[] =>
  found.filter((one) => one.kind === kind).map(({ key }) => key.join("/"));

test.each([
  ["environments: { Development: Dev, Test: Staging }", "environment", ["Dev", "Production", "Staging", "Sync"]],
  ["environments: { (.*)uction: Live $1 }", "environment", ["Development", "Live Prod", "Sync", "Test"]],
  ["lifecycles: { simple: Two phases }", "lifecycle", ["Two phases"]],
  ["projectGroups: { Templates: From Development }", "projectGroup", ["From Development"]],
  ["feeds: { Docker Hub: Docker Mirror }", "feed", ["BuiltIn", "Docker Mirror"]],
  ["accounts: { Deployer: Live Deployer }", "account", ["Live Deployer"]],
  ["workerPools: { L.*: Windows }", "workerPool", ["Windows"]],
  ["libraryVariableSets: { Common: Shared }", "libraryVariableSet", ["Export Options", "Shared"]],
  ["deploymentTargets: { Web 1: Web 2 }", "machine", ["Web 2"]],
  ["tags: { Ring/Late: Wave/Last }", "tag", ["Wave/Last"]],
  ["tagSets: { Ring: Wave }", "tag", ["Wave/Late"]],
  ["teams: { Octopus Managers: Release managers }", "team", ["Everyone", "Release managers"]],
])("%s: what has to be in the space is called so", (yaml, kind, expected) => {
  const mapped = map(graph, yaml);

  expect(mapped.warnings).toEqual([]);
  expect(namesOf(mapped.graph.lookUps, kind).toSorted()).toEqual(expected);
});

test("keeps what tells a thing from others of its name, and secrets' variables", () => {
  const mapped = map(graph, "feeds: { Docker Hub: Mirror }\nenvironments: { Development: Dev }").graph;

  expect(mapped.lookUps.find(({ key }) => key[0] === "Mirror")).toMatchObject({ details: { FeedType: "Docker" } });
  expect(valuesOf(mapped, "Database[Development].Password")).toEqual([
    "secret Database[Development].Password (Environment Dev, Sync)",
  ]);
});

test("a project under another name takes all with it that is called by its name", () => {
  const { graph: mapped } = map(graph, "projects: { Hello World: Good morning }\nrunbooks: { Restart: Reboot }");

  expect(namesOf(mapped.nodes, "runbook")).toEqual(["Good morning/Reboot", "Good morning/__ 1. Serialize Project"]);
  expect(namesOf(mapped.nodes, "runbookProcess")).toContain("Good morning/Reboot");
  expect(bodyOf(mapped, "project")).toMatchObject({ Name: "Good morning" });
  expect(bodyOf(mapped, "runbook", "Reboot")).toMatchObject({ Name: "Reboot" });
  expect(JSON.stringify(mapped)).not.toMatch(/"(Hello World|Restart)"[\],]/);
  expect(mapped.nodes.map(({ id }) => id)).toEqual(graph.nodes.map(({ id }) => id));
});

test("leads target tags to others wherever they are: in scopes, steps and their properties", () => {
  const { graph: mapped } = map(graph, "targetTags: { web: frontend }");

  expect(valuesOf(mapped, "Scoped")).toContain("by role (Role db, frontend)");
  expect(actionOf(mapped, "Unpack")).toMatchObject({ Properties: { "Octopus.Action.TargetRoles": "frontend" } });
});

test("leaves behind what is only for an environment that stays, and what is only for that", () => {
  const { graph: mapped, remarks } = map(graph, "leaveOut: { environments: [Sync, Development] }");

  expect(valuesOf(mapped, "Scoped")).not.toContainEqual(expect.stringMatching(/Sync|by machine/));
  expect(actionOf(mapped, "Only in Sync")).toBeUndefined();
  expect(actionOf(mapped, 'Run "it"')).toBeUndefined();
  expect(namesOf(mapped.nodes, "runbook")).toEqual(["Hello World/__ 1. Serialize Project"]);
  expect(namesOf(mapped.nodes, "projectTrigger")).toEqual([]);
  expect(namesOf(mapped.lookUps, "environment")).toEqual(["Production", "Test"]);
  const why = "left out: it is only for environments that stay behind, and without them it would be for all";
  // A resource, an item, and what was only for one of them: each told once, whichever round it was found in.
  expect(remarks.map(({ about, text }) => `${about.kind} ${about.key.at(-1) ?? ""}: ${text}`).toSorted()).toEqual([
    `action Only in Sync: ${why}`,
    `action Run "it": ${why}`,
    `projectTrigger Cron: ${why}`,
    "projectTrigger Hourly: left out: its runbook stays behind",
    `projectTrigger Monthly: ${why}`,
    'projectTrigger Nightly "restart": left out: its runbook stays behind',
    `runbook Restart: ${why}`,
    `variable Database[Development].Password: ${why}`,
    `variable Scoped: ${why}`,
    `variable Twice: ${why}`,
  ]);
});

test("brings one environment along and no other", () => {
  const { graph: mapped } = map(
    graph,
    "leaveOutExcept: { environments: [Production] }\nenvironments: { Production: Live }",
  );

  expect(namesOf(mapped.lookUps, "environment")).toEqual(["Live"]);
  expect(valuesOf(mapped, "Database[Production].Password")).toEqual([
    "secret Database[Production].Password (Environment Live)",
  ]);
  expect(valuesOf(mapped, "Database[Development].Password")).toEqual([]);
});

test.each([
  ["runbooks: [__ .*]", /"runbook".{0,40}"__ 1/, "by process (ProcessOwner Hello World, Hello World/Restart)"],
  ["steps: ['Run \"it\"']", /Run ..it/, "by step (Action Hello World/__ 1. Serialize Project/Stop)"],
  ["channels: [Hot Fix]", /Hot Fix/, "by role (Role db, web)"],
  ["triggers: [Cron]", /Cron"/, "by role (Role db, web)"],
  ["variables: [A.B, Greeting]", /"A\.B"/, "by role (Role db, web)"],
  ["tags: [Ring/Late]", /"Late"/, "by role (Role db, web)"],
])("leaves out by name, and brings the rest: %s", (list, gone, stays) => {
  const { graph: mapped } = map(graph, `leaveOut: { ${list} }`);

  expect(JSON.stringify(mapped.nodes)).not.toMatch(gone);
  expect(valuesOf(mapped, "Scoped")).toContain(stays);
});

test("a step for target tags that stay behind stays with them, rather than run elsewhere", () => {
  const { graph: mapped } = map(graph, "leaveOut: { targetTags: [web] }");

  expect(actionOf(mapped, "Unpack")).toBeUndefined();
  expect(valuesOf(mapped, "Scoped")).toContain("by role (Role db)");
});

test("sets variables: to a text, from the run, secretly, in one scope, under another name", () => {
  const { graph: mapped } = map(
    graph,
    `variables:
  - { name: A.B, value: "1" }
  - { name: A_B, value: { variable: Tenant.A } }
  - { name: Greeting, scope: { environments: [] }, secret: { variable: Live.Greeting } }
  - { name: "Database\\\\[Production\\\\](.*)", rename: "Database[Live]$1", secret: { variable: Live.Password } }
  - { name: Account, of: Hello World, value: Live Deployer }
`,
    { variables: { "Tenant.A": "from #{the tenant}" } },
  );

  expect(valuesOf(mapped, "A.B")).toEqual(["1"]);
  expect(valuesOf(mapped, "A_B")).toEqual(["from ##{the tenant}"]);
  expect(valuesOf(mapped, "Greeting")).toEqual([
    expect.stringMatching(/^Hello \$\{you\}[^]*\(Environment Development, Test\)$/),
    "secret Live.Greeting",
  ]);
  expect(valuesOf(mapped, "Database[Live].Password")).toEqual(["secret Live.Password (Environment Production, Sync)"]);
  expect(namesOf(mapped.lookUps, "account")).toEqual(["Deployer", "Live Deployer"]);
});

test("steps and runbooks run in some environments only", () => {
  const { graph: mapped } = map(
    graph,
    `environments: { Production: Live }
onlyIn:
  steps: { Greet: [Production] }
  runbooks: { Restart: [Production, Test] }
notIn:
  steps: { 'Run "it"': [Production] }
`,
  );

  expect(namesIn(actionOf(mapped, "Greet")?.["Environments"])).toEqual(["Live"]);
  expect(namesIn(actionOf(mapped, 'Run "it"')?.["ExcludedEnvironments"])).toEqual(["Live"]);
  expect(actionOf(mapped, 'Run "it"')).toMatchObject({ Environments: [] });
  const runbook = bodyOf(mapped, "runbook", "Restart");
  expect(runbook).toMatchObject({ EnvironmentScope: "Specified" });
  expect(namesIn(runbook["Environments"])).toEqual(["Live", "Test"]);
});

test.each([
  ["environments: { Development: Live, Test: live }", 'the environments "Development" and "Test" would all be "Live"'],
  ["environments: { Development: TEST }", 'the environments "Development" and "Test" would all be "TEST"'],
  ["targetTags: { web: db }", 'the target tags "web" and "db" would all be "db"'],
  ["runbooks: { (Restart|__).*: One }", "2 things to one name"],
  ["environments: { (Tes)?t?.*: $1 }", 'leaves the environment "Development" without a name'],
  ["variables: [{ name: A_B, rename: A.B }]", 'two variables of "Hello World" to the name "A.B" with the same scope'],
  ["variables: [{ name: ByRole, value: open }]", 'the variable "ByRole" of "Hello World" is sensitive'],
  [
    "variables: [{ name: A_B, value: { variable: No } }, { name: A.B, value: { variable: Neither } }]",
    'no variable "Neither" for the variable "A.B" of "Hello World", "No" for the variable "A_B"',
  ],
  ["leaveOut: { lifecycles: [Simple] }", 'the project "Hello World" needs the lifecycle "Simple"'],
  ["leaveOut: { projects: [Hello World] }", "leaves nothing of the package"],
  ["leaveOutExcept: { environments: [Prodution] }", '"Prodution" (environments). Did you mean "Production"?'],
])("refuses %s", (yaml, told) => {
  const apply = (): unknown => map(graph, yaml);

  expect(apply).toThrow(/^Failed to apply the mapping:\n[^]*\nNothing was written\./);
  expect(apply).toThrow(told);
});

test("swaps two names, which leads nothing to one", () => {
  const { graph: mapped } = map(graph, "environments: { Development: Test, Test: Development }");

  expect(namesIn(actionOf(mapped, 'Run "it"')?.["Environments"])).toEqual(["Sync", "Test"]);
});

test.each([
  ["onlyIn: { steps: { Greet: [Prodution] } }", 'the environment "Prodution", which the mapping names under "onlyIn"'],
  ["onlyIn: { runbooks: { Restart: [Prodution] } }", '"onlyIn". Did you mean "Production"?'],
  ["notIn: { steps: { Greet: [Test, Prodution] } }", '"notIn". Did you mean "Production"?'],
  [
    "variables: [{ name: Account, value: Deplyer }]",
    'the account "Deplyer", which the mapping names under "variables"',
  ],
])("a misspelt name is no scope that the space lacks: %s is refused", (yaml, told) => {
  const has = ({ key }: Target): boolean => !["Prodution", "Deplyer"].includes(key[0] ?? "");

  expect(() => map(graph, `${yaml}\nscopes: skipUnlessPartialMatch`, { has })).toThrow(told);
});

test("speaks of an environment that only the space has", () => {
  const { graph: mapped } = map(graph, "notIn: { steps: { Greet: [Elsewhere] } }\nscopes: ignoreMismatch", {
    has: () => true,
  });

  expect(namesIn(actionOf(mapped, "Greet")?.["ExcludedEnvironments"])).toEqual(["Elsewhere"]);
});

test("spells names as the package does, and each in one way", () => {
  const { graph: mapped } = map(
    graph,
    `onlyIn: { steps: { Greet: [production, " Test ", TEST] }, runbooks: { Restart: [ELSEWHERE] } }
notIn: { steps: { 'Run "it"': [elsewhere] } }
variables: [{ name: Account, value: deployer }]`,
  );

  expect(namesIn(actionOf(mapped, "Greet")?.["Environments"])).toEqual(["Production", "Test"]);
  expect(namesIn(actionOf(mapped, 'Run "it"')?.["ExcludedEnvironments"])).toEqual(["elsewhere"]);
  expect(namesIn(bodyOf(mapped, "runbook", "Restart")["Environments"])).toEqual(["elsewhere"]);
  expect(namesOf(mapped.lookUps, "account")).toEqual(["Deployer"]);
});

test("tells of rules that are about nothing, with near names", () => {
  const { warnings } = map(
    graph,
    "environments: { Prodction: Live }\nleaveOut: { runbooks: [Restrt] }\nonlyIn: { steps: { Great: [Test] } }",
  );

  expect(warnings.toSorted()).toEqual([
    'Nothing in the package is what the mapping calls "Great" (steps). Did you mean "Greet"?',
    'Nothing in the package is what the mapping calls "Prodction" (environments). Did you mean "Production"?',
    'Nothing in the package is what the mapping calls "Restrt" (runbooks). Did you mean "Restart"?',
  ]);
});

const lacking =
  (...names: string[]) =>
  ({ kind, key }: Target): boolean =>
    kind !== "environment" || !names.includes(key[0] ?? "");
const greetings = {
  test: expect.stringMatching(/\(Environment Test\)$/),
  both: expect.stringMatching(/Development, Test\)$/),
};

/** The values of "Greeting" alone: one for Development and Test, and one for all. */
function mapGreetings(way: string, missing: string[]): string[] {
  const nodes = graph.nodes
    .filter(({ kind }) => kind === "variableSet")
    .map((node) => ({
      ...node,
      body: { Variables: objectsOf(node.body, "Variables").filter(({ Name }) => Name === "Greeting") },
    }));
  const yaml = `scopes: { variables: { environments: ${way} } }`;
  return valuesOf(map({ ...graph, nodes }, yaml, { has: lacking(...missing) }).graph, "Greeting");
}

test.each([
  { way: "errorUnlessExactMatch", missing: [], greeting: [greetings.both, "Hello"] },
  { way: "errorUnlessPartialMatch", missing: ["Development"], greeting: [greetings.test, "Hello"] },
  { way: "skipUnlessExactMatch", missing: ["Development"], greeting: ["Hello"] },
  { way: "skipUnlessPartialMatch", missing: ["Development"], greeting: [greetings.test, "Hello"] },
  { way: "skipUnlessPartialMatch", missing: ["Development", "Test"], greeting: ["Hello"] },
  { way: "ignoreMismatch", missing: ["Development"], greeting: [greetings.test, "Hello"] },
  { way: "ignoreMismatchOnNewLeaveExistingAlone", missing: ["Development"], greeting: [greetings.test, "Hello"] },
])("$way: a value for Development and Test where the space lacks $missing", ({ way, missing, greeting }) => {
  expect(mapGreetings(way, missing)).toEqual(greeting);
});

test.each([
  { way: "errorUnlessExactMatch", missing: ["Development"], told: '"Greeting" of "Hello World" ("Development")' },
  { way: "errorUnlessPartialMatch", missing: ["Development", "Test"], told: '("Development", "Test")' },
])("$way: refuses by name where the space lacks $missing", ({ way, missing, told }) => {
  expect(() => mapGreetings(way, missing)).toThrow(told);
});

test.each(["ignoreMismatch", "ignoreMismatchOnNewLeaveExistingAlone"])(
  "%s: what would apply everywhere is refused by name, unless the mapping names it",
  (way) => {
    const has = lacking("Sync", "Production");
    const yaml = `scopes: ${way}`;

    expect(() => map(graph, yaml, { has })).toThrow(
      /Nothing of the scope is left of (?=.*the action "Only in Sync" of "Hello World" \(environments\))(?=.*the variable "Scoped" of "Hello World" \(environments\)).*name it under "widen"/,
    );
    const { graph: mapped } = map(graph, `${yaml}\nwiden: { steps: [Only in Sync], variables: [.*] }`, { has });
    expect(namesIn(actionOf(mapped, "Only in Sync")?.["Environments"])).toEqual([]);
    expect(valuesOf(mapped, "Scoped")).toContain("only in Sync (Environment )");
  },
);

test("an account that the space does not have takes the value with it", () => {
  const has = ({ kind }: Target): boolean => kind !== "account";

  expect(valuesOf(map(graph, "scopes: skipUnlessPartialMatch", { has }).graph, "Account")).toEqual([]);
});

test("the package is as it was", () => {
  const before = JSON.stringify(graph);
  map(graph, "environments: { Development: Dev }\nleaveOut: { runbooks: [.*] }\nvariables: [{ name: .*, keep: true }]");

  expect(JSON.stringify(graph)).toBe(before);
});
