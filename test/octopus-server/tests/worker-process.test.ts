import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sensitive } from "../model/sensitive.ts";
import { cancelTask, taskLog } from "../model/tasks.ts";
import { startWorker } from "../worker/worker.ts";
import { bash, createStage, linesOf, runSteps, work } from "./worker-stage.ts";

test("after a failure the steps for success are skipped, those for failures and for any case run", async () => {
  const steps = [
    bash("Break", "exit 1"),
    bash("Next", "echo next"),
    bash("Rescue", 'echo "rescued: #{Octopus.Deployment.Error}"', { step: { Condition: "Failure" } }),
    bash("Clean up", "echo cleaned", { step: { Condition: "Always" } }),
  ];
  const { task, lines, log } = await runSteps(createStage(), steps);
  expect(lines).toEqual(
    expect.arrayContaining(["Info: rescued: The remote script failed with exit code 1", "Info: cleaned"]),
  );
  expect(lines).not.toContain("Info: next");
  expect(log.Children.map((child) => child.Status)).toEqual(["Failed", "Skipped", "Success", "Success"]);
  expect(task["State"]).toBe("Failed");
});

test("a step for failures is skipped when all is well", async () => {
  const { lines } = await runSteps(createStage(), [bash("Rescue", "echo rescued", { step: { Condition: "Failure" } })]);
  expect(lines).toEqual([]);
});

test.each([
  ['#{if Octopus.Action[First].Output.Changed == "yes"}True#{/if}', true],
  ['#{if Octopus.Action[First].Output.Changed == "no"}True#{/if}', false],
  ["#{unless Octopus.Deployment.Error}True#{/unless}", true],
  ["#{Missing}", false],
  ["False", false],
  ["#{if Octopus.Action[First].Output.Changed == 'yes'}True#{/if}", false],
  ["#{if Octopus.Action[First].Output.Changed}True", false],
])("a step with the run condition %s runs: %s", async (expression, runs) => {
  const step = { Condition: "Variable", Properties: { "Octopus.Step.ConditionVariableExpression": expression } };
  const { lines } = await runSteps(createStage(), [
    bash("First", "set_octopusvariable Changed yes"),
    bash("Second", "echo ran", { step }),
  ]);
  expect(lines.includes("Info: ran")).toBe(runs);
});

test("a filter that cannot work on its text fails the step, as an expression that goes in circles does", async () => {
  const variables = [
    { Name: "Coded", Value: "#{Text | FromBase64}" },
    { Name: "Text", Value: "not Base64" },
  ];
  const { task } = await runSteps(createStage(), [bash("Decode", "echo ran")], { variables });
  expect(task["State"]).toBe("Failed");
  expect(task["ErrorMessage"]).toContain("An expression could not be evaluated: FormatException");
  const circle = await runSteps(createStage(), [bash("Turn", "echo ran")], {
    variables: [{ Name: "Turning", Value: "#{Turning}" }],
  });
  expect(circle.task["ErrorMessage"]).toContain('The variable "Turning" refers to itself');
});

test("a worker in Germany reads and writes numbers as people do there", async () => {
  const stage = createStage();
  const steps = [bash("Count", 'echo "#{calc A + 0,5} #{A | Format N2}"')];
  const task = stage.queue(steps, { variables: [{ Name: "A", Value: "1.234,5" }] });
  await work(stage, { culture: "de-DE" });
  const log = stage.model.taskLogs.get(task.Id);
  expect(log === undefined ? [] : linesOf(log)).toContain("Info: 1235 1.234,50");
});

test("steps that start with the previous one run beside it and do not see its outputs", async () => {
  const steps = [
    bash("One", 'set_octopusvariable A 1; touch "#{Flags}/one"; until [ -e "#{Flags}/two" ]; do sleep 0.02; done'),
    bash(
      "Two",
      'touch "#{Flags}/two"; until [ -e "#{Flags}/one" ]; do sleep 0.02; done; echo "two: [$(get_octopusvariable "Octopus.Action[One].Output.A")]"',
      { step: { StartTrigger: "StartWithPrevious" } },
    ),
    bash("Three", 'echo "three: [$(get_octopusvariable "Octopus.Action[One].Output.A")]"; rm -r "#{Flags}"'),
  ];
  const stage = createStage();
  const flags = await mkdtemp(join(tmpdir(), "worker-flags-"));
  const { lines } = await runSteps(stage, steps, { variables: [{ Id: "1", Name: "Flags", Value: flags }] });
  expect(lines).toEqual(["Info: two: []", "Info: three: [1]"]);
});

test("disabled, skipped, excluded and foreign steps do not run; a required one cannot be skipped", async () => {
  const steps = [
    bash("Disabled", "echo 1", { action: { IsDisabled: true } }),
    bash("Skipped", "echo 2"),
    bash("Required", "echo 3", { action: { IsRequired: true } }),
    bash("Production only", "echo 4", { action: { Environments: ["Environments-2"] } }),
    bash("Not in Development", "echo 5", { action: { ExcludedEnvironments: ["Environments-1"] } }),
    bash("For tagged tenants", "echo 6", { action: { TenantTags: ["Region/US"] } }),
    bash("Here", "echo 7", { action: { Environments: ["Environments-1"] } }),
  ];
  const { lines } = await runSteps(createStage(), steps, {
    run: { SkipActions: ["action-Skipped", "action-Required"] },
  });
  expect(lines).toEqual(["Info: 3", "Info: 7"]);
});

test("a step is tried again as often as it says", async () => {
  const body =
    'n=$(( $(cat "#{Counter}" 2>/dev/null || echo 0) + 1 )); echo $n >"#{Counter}"; echo "try $n"; [ $n = 3 ] && rm "#{Counter}"; exit $(( 3 - n ))';
  const properties = { "Octopus.Action.AutoRetry.MaximumCount": "2" };
  const { task, lines } = await runSteps(createStage(), [bash("Hello", body, { properties })], {
    variables: [{ Id: "1", Name: "Counter", Value: join(tmpdir(), `worker-retry-${process.pid}`) }],
  });
  expect(lines.filter((line) => line.startsWith("Info: try"))).toEqual(["Info: try 1", "Info: try 2", "Info: try 3"]);
  expect(task["State"]).toBe("Success");
});

test("a step that takes longer than its limit is stopped, with all that it started", async () => {
  const properties = { "Octopus.Action.ExecutionTimeout.Minutes": "0.005" };
  const { lines } = await runSteps(createStage(), [bash("Hello", "sleep 60 & sleep 60", { properties })]);
  expect(lines.at(-1)).toContain("time limit");
});

test("parameters of a step template become variables; a project variable of the same name wins and is told", async () => {
  const properties = {
    "Greeting.Name": "#{Octopus.Project.Name}!",
    "Greeting.Other": "parameter",
    "Greeting.Secret": sensitive("s3cr3t-parameter"),
  };
  const body = 'echo "#{Greeting.Name} #{Greeting.Other}"; get_octopusvariable Greeting.Secret';
  const { lines } = await runSteps(createStage(), [bash("Hello", body, { properties })], {
    variables: [{ Id: "1", Name: "Greeting.Other", Value: "project" }],
  });
  expect(lines).toContain("Info: Hello World! project");
  expect(lines).toContain("Info: ********");
  expect(lines.filter((line) => line.startsWith("Warning"))).toHaveLength(1);
});

test("the most specific scope wins, whatever the order", async () => {
  const variables = [
    { Id: "1", Name: "A", Value: "everywhere" },
    { Id: "2", Name: "A", Value: "environment", Scope: { Environment: ["Environments-1", "Environments-9"] } },
    { Id: "3", Name: "A", Value: "elsewhere", Scope: { Environment: ["Environments-2"] } },
    { Id: "4", Name: "B", Value: "environment", Scope: { Environment: ["Environments-1"] } },
    { Id: "5", Name: "B", Value: "action", Scope: { Action: ["action-Hello"] } },
    { Id: "6", Name: "C", Value: "runbook", Scope: { ProcessOwner: ["Runbooks-1"] } },
    { Id: "7", Name: "C", Value: "everywhere" },
    { Id: "8", Name: "D", Value: "machine", Scope: { Machine: ["Machines-1"] } },
    { Id: "9", Name: "E", Value: "project" },
  ];
  const libraryVariables = [
    { Id: "10", Name: "E", Value: "library" },
    { Id: "11", Name: "F", Value: "library" },
    { Id: "12", Name: "C", Value: "both", Scope: { ProcessOwner: ["Runbooks-1"], Environment: ["Environments-1"] } },
  ];
  const { lines } = await runSteps(createStage(), [bash("Hello", "echo '#{A} #{B} #{C} #{D} #{E} #{F}'")], {
    variables,
    libraryVariables,
  });
  expect(lines).toEqual(["Info: environment action both #{D} project library"]);
});

test("prompted values take the place of defaults", async () => {
  const variables = [
    { Id: "v1", Name: "A", Value: "default", Prompt: { Label: "A" } },
    { Id: "v2", Name: "B", Value: null, Type: "Sensitive", IsSensitive: true, Prompt: { Label: "B" } },
  ];
  const { lines } = await runSteps(createStage(), [bash("Hello", "echo '#{A} #{B}'")], {
    variables,
    run: { FormValues: { v1: "typed", v2: "typed-secret" } },
  });
  expect(lines).toEqual(["Info: typed ********"]);
});

test("a tenant brings its values: common and of the project, of the environment first, defaults last", async () => {
  const stage = createStage();
  const { model } = stage;
  model.collection("tenants").add({
    Id: "Tenants-1",
    SpaceId: "Spaces-1",
    Name: "America",
    TenantTags: ["Region/US"],
    ProjectEnvironments: { "Projects-1": ["Environments-1"] },
  });
  const templates = [
    { Id: "t1", Name: "Common", DefaultValue: "default" },
    { Id: "t2", Name: "Defaulted", DefaultValue: "for #{Octopus.Deployment.Tenant.Name}" },
    { Id: "t3", Name: "Absent", DefaultValue: null },
  ];
  model
    .collection("libraryvariablesets")
    .add({ Id: "LibraryVariableSets-1", SpaceId: "Spaces-1", Templates: templates });
  Object.assign(model.collection("projects").find("Projects-1") ?? {}, {
    Templates: [{ Id: "p1", Name: "Own", DefaultValue: null }],
  });
  const value = (fields: Record<string, unknown>) =>
    model
      .collection("tenantvariables")
      .add({ SpaceId: "Spaces-1", TenantId: "Tenants-1", EnvironmentIds: [], ...fields });
  value({ OwnerId: "LibraryVariableSets-1", TemplateId: "t1", Value: sensitive("tenant-secret") });
  value({ OwnerId: "Projects-1", TemplateId: "p1", Value: "any" });
  value({ OwnerId: "Projects-1", TemplateId: "p1", Value: "development", EnvironmentIds: ["Environments-1"] });
  const body =
    "echo '#{Common}/#{Defaulted}/#{Absent}/#{Own}/#{Octopus.Deployment.Tenant.Id}/#{Octopus.Deployment.Tenant.Tags}'";
  const { lines } = await runSteps(stage, [bash("Hello", body, { action: { TenantTags: ["Region/US"] } })], {
    tenantId: "Tenants-1",
  });
  expect(lines).toEqual(["Info: ********/for America/#{Absent}/development/Tenants-1/Region/US"]);
});

test("system variables say where and what runs", async () => {
  const names = [
    "Octopus.Web.ServerUri",
    "Octopus.Space.Id",
    "Octopus.Project.Name",
    "Octopus.ProjectGroup.Name",
    "Octopus.Environment.Name",
    "Octopus.Runbook.Name",
    "Octopus.Task.Id",
    "Octopus.Step.Name",
    "Octopus.Action.Name",
    "Octopus.Action.StepName",
    "Octopus.Step.Number",
    "Octopus.Deployment.CreatedBy.Username",
    "Octopus.Action[Hello].Script.Syntax",
    "Octopus.Deployment.Tenant.Id",
  ];
  const { task, lines } = await runSteps(createStage(), [
    bash("Hello", names.map((name) => `echo "$(get_octopusvariable "${name}")"`).join("\n")),
  ]);
  expect(lines).toEqual(
    [
      "http://octopus.test",
      "Spaces-1",
      "Hello World",
      "Group",
      "Development",
      "Say Hello",
      task.Id,
      "Hello",
      "Hello",
      "Hello",
      "1",
      "admin",
      "Bash",
      "",
    ].map((value) => `Info: ${value}`),
  );
});

test("accounts expand into their parts", async () => {
  const stage = createStage();
  stage.model.collection("accounts").add({
    Id: "Accounts-1",
    AccountType: "AmazonWebServicesAccount",
    AccessKey: "AKIA",
    SecretKey: sensitive("aws-secret-key"),
  });
  const { lines } = await runSteps(stage, [bash("Hello", "echo '#{Aws} #{Aws.AccessKey} #{Aws.SecretKey}'")], {
    variables: [{ Id: "1", Name: "Aws", Value: "Accounts-1" }],
  });
  expect(lines).toEqual(["Info: Accounts-1 AKIA ********"]);
});

test("packages are extracted or kept as files, and say where they are", async () => {
  const stage = createStage();
  stage.addPackage("hello_world", "1.0.2", { "a/b.txt": "two" });
  stage.addPackage("hello_world", "1.0.1", { "a/b.txt": "one" });
  const reference = (name: string, extract: string) => ({
    Name: name,
    PackageId: "Hello_World",
    FeedId: "feeds-builtin",
    Properties: { Extract: extract },
  });
  const body = `cat "$(get_octopusvariable "Octopus.Action.Package[Module].ExtractedPath")/a/b.txt"; echo
    cat Module/a/b.txt; echo
    wc -c <"#{Octopus.Action.Package[Archive].PackageFilePath}" >/dev/null && echo "#{Octopus.Action.Package[Archive].PackageFileName}"
    echo "#{Octopus.Action.Package[Module].PackageId} #{Octopus.Action.Package[Module].PackageVersion} #{Octopus.Action[Hello].Package[Module].PackageVersion}"`;
  const step = bash("Hello", body, {
    action: { Packages: [reference("Module", "True"), reference("Archive", "False")] },
  });
  const selected = ["Module", "Archive"].map((name) => ({
    ActionName: "Hello",
    PackageReferenceName: name,
    Version: "1.0.1",
  }));
  const { lines } = await runSteps(stage, [step], { run: { SelectedPackages: selected } });
  expect(lines).toEqual(["Info: one", "Info: one", "Info: Archive.zip", "Info: Hello_World 1.0.1 1.0.1"]);
});

test("a script from a package runs in the extracted package, with parameters and substitution in files", async () => {
  const stage = createStage();
  stage.addPackage("scripts", "2.0.0", {
    "run.sh": 'echo "#{Octopus.Project.Name} $1 $2"; cat config/a.json',
    "config/a.json": '{"env":"#{Octopus.Environment.Name}"}\n',
  });
  const properties = {
    "Octopus.Action.Script.ScriptSource": "Package",
    "Octopus.Action.Script.ScriptFileName": "run.sh",
    "Octopus.Action.Script.ScriptParameters": '"first one" second',
    "Octopus.Action.SubstituteInFiles.TargetFiles": "config/*.json",
  };
  const step = bash("Hello", "", {
    properties,
    action: { Packages: [{ Name: "", PackageId: "scripts", FeedId: "feeds-builtin", Properties: {} }] },
  });
  const { lines } = await runSteps(stage, [step], {
    run: { SelectedPackages: [{ ActionName: "Hello", PackageReferenceName: "", Version: "2.0.0" }] },
  });
  expect(lines).toEqual(["Info: Hello World first one second", 'Info: {"env":"Development"}']);
});

test("a package that is not there is named", async () => {
  const step = bash("Hello", "echo x", {
    action: { Packages: [{ Name: "M", PackageId: "gone", FeedId: "feeds-builtin", Version: "1.2.3", Properties: {} }] },
  });
  const { lines } = await runSteps(createStage(), [step]);
  expect(lines[0]).toContain('package "gone" version "1.2.3"');
});

test.each([
  ["Octopus.Kubernetes", "Octopus.Kubernetes"],
  ["Octopus.TentaclePackage", "any deployment target"],
])("an action of the type %s fails, naming %s", async (ActionType, named) => {
  const { task, lines } = await runSteps(createStage(), [bash("Hello", "", { action: { ActionType } })]);
  expect(lines.join()).toContain(named);
  expect(task["State"]).toBe("Failed");
});

test("a step for targets runs once for each cloud region", async () => {
  const stage = createStage();
  for (const name of ["East", "West"]) {
    stage.model.collection("machines").add({
      SpaceId: "Spaces-1",
      Name: name,
      Roles: ["web"],
      EnvironmentIds: ["Environments-1"],
      Endpoint: { CommunicationStyle: "None" },
    });
  }
  const step = { Properties: { "Octopus.Action.TargetRoles": "web" } };
  const body = 'echo "#{Octopus.Machine.Name} #{R}"; set_octopusvariable Who "#{Octopus.Machine.Name}"';
  const later = bash(
    "Later",
    "echo '#{Octopus.Action[Hello].Output[East].Who} #{Octopus.Action[Hello].Output[West].Who}'",
  );
  const variables = [
    { Id: "1", Name: "R", Value: "machine", Scope: { Machine: ["Machines-2"] } },
    { Id: "2", Name: "R", Value: "role", Scope: { Role: ["web"] } },
  ];
  const { lines } = await runSteps(stage, [bash("Hello", body, { step }), later], { variables });
  expect(lines).toEqual(["Info: East role", "Info: West machine", "Info: East West"]);
});

test("a manual intervention waits for an answer, and proceeds or aborts", async () => {
  const stage = createStage();
  const manual = bash("Approve", "", {
    action: { ActionType: "Octopus.Manual" },
    properties: { "Octopus.Action.Manual.Instructions": "Check #{Octopus.Project.Name}" },
  });
  const after = bash(
    "After",
    "echo '#{Octopus.Action[Approve].Output.Manual.Notes} #{Octopus.Action[Approve].Output.Manual.ResponsibleUser.Username}'",
  );
  const tasks = [stage.queue([manual, after]), stage.queue([manual, after], { projectId: "Projects-2" })];
  const worker = startWorker(stage.model, { taskCap: 1 });
  const pending = () => stage.model.collection("interruptions").list((item) => item["IsPending"] === true);
  await expect.poll(() => pending().length).toBe(2);
  expect(tasks.map((task) => task["HasPendingInterruptions"])).toEqual([true, true]);
  for (const [index, interruption] of pending().entries()) {
    const Form = { Values: { Notes: "fine", Result: index === 0 ? "Proceed" : "Abort" } };
    stage.model
      .collection("interruptions")
      .replace(interruption.Id, { ...interruption, Form, IsPending: false, ResponsibleUserId: "Users-1" });
  }
  await worker.idle();
  await worker.stop();
  expect(tasks.map((task) => task["State"])).toEqual(["Success", "Failed"]);
  expect(linesOf(taskLog(stage.model, tasks[0]?.Id ?? ""))).toEqual([
    "Wait: Waiting for somebody to take responsibility for: Check Hello World",
    "Info: fine admin",
  ]);
});

test("in guided failure mode a person says whether a step is run again, ignored or failed", async () => {
  const stage = createStage();
  const steps = [bash("Break", "exit 4"), bash("After", "echo after")];
  const task = stage.queue(steps, { run: { UseGuidedFailure: true } });
  const worker = startWorker(stage.model);
  for (const Result of ["Retry", "Ignore"]) {
    const pending = () => stage.model.collection("interruptions").list((item) => item["IsPending"] === true)[0];
    await expect.poll(pending).toMatchObject({ Type: "GuidedFailure", Title: "Guided failure: Break" });
    Object.assign(pending() ?? {}, { IsPending: false, Form: { Values: { Notes: "", Result } } });
  }
  await worker.idle();
  await worker.stop();
  expect(task["State"]).toBe("Success");
  const lines = linesOf(taskLog(stage.model, task.Id));
  expect(lines.filter((line) => line.includes("exit code 4"))).toHaveLength(2);
  expect(lines).toContain("Info: after");
});

test("canceling a task that waits for a person withdraws the question", async () => {
  const stage = createStage();
  const task = stage.queue([bash("Approve", "", { action: { ActionType: "Octopus.Manual" } })]);
  const worker = startWorker(stage.model);
  await expect.poll(() => task["HasPendingInterruptions"]).toBe(true);
  cancelTask(stage.model, task.Id);
  await worker.idle();
  await worker.stop();
  expect(task).toMatchObject({ State: "Canceled", HasPendingInterruptions: false });
  expect(stage.model.collection("interruptions").list((item) => item["IsPending"] === true)).toEqual([]);
});

test("canceling ends the processes of a task", async () => {
  const stage = createStage();
  const task = stage.queue([
    bash("Hello", "echo started; trap '' TERM; sleep 60 & wait"),
    bash("Always", "echo never", { step: { Condition: "Always" } }),
  ]);
  const worker = startWorker(stage.model);
  await expect.poll(() => linesOf(taskLog(stage.model, task.Id))).toContain("Info: started");
  cancelTask(stage.model, task.Id);
  await worker.idle();
  await worker.stop();
  expect(task).toMatchObject({ State: "Canceled", IsCompleted: true });
  expect(linesOf(taskLog(stage.model, task.Id))).not.toContain("Info: never");
});

test("tasks of one project and environment run one after the other, others side by side up to the cap", async () => {
  const stage = createStage();
  const steps = [bash("Hello", "sleep 0.2")];
  const tasks = [stage.queue(steps), stage.queue(steps), stage.queue(steps, { projectId: "Projects-2" })];
  const together = new Set<string>();
  stage.model.taskChanged.add(() =>
    together.add(tasks.map((task, index) => (task["State"] === "Executing" ? index : "")).join("")),
  );
  await work(stage, { taskCap: 5 });
  expect([...together].some((pair) => pair === "02" || pair === "12")).toBe(true);
  expect([...together].some((pair) => pair.includes("01"))).toBe(false);
});

test("the cap holds", async () => {
  const stage = createStage();
  const tag = [{ Id: "1", Name: "Octopus.Task.ConcurrencyTag", Value: "#{Octopus.Task.Id}" }];
  const tasks = [1, 2, 3, 4].map(() => stage.queue([bash("Hello", "sleep 0.1")], { variables: tag }));
  let most = 0;
  stage.model.taskChanged.add(
    () => (most = Math.max(most, tasks.filter((task) => task["State"] === "Executing").length)),
  );
  await work(stage, { taskCap: 2 });
  expect(most).toBe(2);
});

test("a task for later waits, one that waited too long is canceled, a stopped queue holds all back", async () => {
  const stage = createStage();
  const later = stage.queue([bash("Hello", "true")], {
    task: { QueueTime: new Date(Date.now() + 3_600_000).toISOString() },
  });
  const late = stage.queue([bash("Hello", "true")], {
    task: { QueueTimeExpiry: new Date(Date.now() - 1000).toISOString() },
  });
  await work(stage);
  Object.assign(stage.model.collection("spaces").find("Spaces-1") ?? {}, { TaskQueueStopped: true });
  const held = stage.queue([bash("Hello", "true")]);
  await work(stage);
  expect([later, late, held].map((task) => task["State"])).toEqual(["Queued", "Canceled", "Queued"]);
});

test("a task whose documents are gone fails and does not stop the worker", async () => {
  const stage = createStage();
  const broken = stage.queue([bash("Hello", "true")], { run: { FrozenProcessId: "gone" } });
  const fine = stage.queue([bash("Hello", "true")]);
  await work(stage);
  expect(broken).toMatchObject({ State: "Failed", ErrorMessage: expect.stringContaining("gone") });
  expect(fine["State"]).toBe("Success");
});

test("a variable that refers to itself fails the step that meets it", async () => {
  const { lines } = await runSteps(createStage(), [bash("Hello", "true")], {
    variables: [{ Id: "1", Name: "A", Value: "#{A}" }],
  });
  expect(lines.join()).toContain('The variable "A" refers to itself');
});
