import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sensitive } from "../model/sensitive.ts";
import { taskLog } from "../model/tasks.ts";
import { bash, createStage, linesOf, runSteps, work } from "./worker-stage.ts";

test("stdout is Info, stderr is Error, and the task succeeds", async () => {
  const { task, lines } = await runSteps(createStage(), [bash("Hello", "echo hello\necho oops >&2")]);
  expect(lines).toEqual(expect.arrayContaining(["Info: hello", "Error: oops"]));
  expect(task).toMatchObject({ State: "Success", FinishedSuccessfully: true, HasWarningsOrErrors: true });
});

test("a script that ends with another code than 0 fails the task", async () => {
  const { task, lines } = await runSteps(createStage(), [bash("Hello", "exit 3")]);
  expect(task).toMatchObject({ State: "Failed", ErrorMessage: expect.stringContaining("exit code 3") });
  expect(lines).toContain("Fatal: The remote script failed with exit code 3");
});

test("fail_step tells why", async () => {
  const { lines } = await runSteps(createStage(), [bash("Hello", 'fail_step "No space left"; echo never')]);
  expect(lines).toContain("Fatal: No space left");
  expect(lines).not.toContain("Info: never");
});

test("variables arrive as they are, empty ones and unknown ones differ by a line break", async () => {
  const value = `a 'b' "c" $d \\ \`e\` ü\nsecond line\n`;
  const body = `get_octopusvariable Text | od -An -tx1 | tr -d ' \\n'; echo
    get_octopusvariable Empty | wc -c | tr -d ' '
    get_octopusvariable Nope | wc -c | tr -d ' '
    get_octopusvariable text | wc -c | tr -d ' '`;
  const variables = [
    { Id: "1", Name: "Text", Value: value },
    { Id: "2", Name: "Empty", Value: "" },
  ];
  const { lines } = await runSteps(createStage(), [bash("Hello", body)], { variables });
  expect(lines).toEqual([`Info: ${Buffer.from(value).toString("hex")}`, "Info: 0", "Info: 1", "Info: 1"]);
});

test("octopus_parameters holds all variables when the script asks for it", async () => {
  const body = `echo "[\${octopus_parameters[Text]}] \${octopus_parameters[Octopus.Project.Name]}"`;
  const { lines } = await runSteps(createStage(), [bash("Hello", body)], {
    variables: [{ Id: "1", Name: "Text", Value: "a\nb\n" }],
  });
  expect(lines).toEqual(["Info: [a", "Info: b", "Info: ] Hello World"]);
});

test("octopus_parameters is not declared otherwise", async () => {
  const { lines } = await runSteps(createStage(), [
    bash("Hello", "declare -p octopus_parameters >/dev/null 2>&1 || echo undeclared"),
  ]);
  expect(lines).toEqual(["Info: undeclared"]);
});

test("tokens of the body are replaced, unknown ones stay", async () => {
  const body = "echo '#{Octopus.Project.Name} #{Nope} ##{Octopus.Project.Name}'";
  const { lines } = await runSteps(createStage(), [bash("Hello", body)]);
  expect(lines).toEqual(["Info: Hello World #{Nope} #{Octopus.Project.Name}"]);
});

test("a body without tokens keeps its hashes, and Windows line ends become Unix ones", async () => {
  const { lines } = await runSteps(createStage(), [bash("Hello", "echo '## ### #'\r\necho two\r\n")]);
  expect(lines).toEqual(["Info: ## ### #", "Info: two"]);
});

test("levels last until the next one", async () => {
  const body = `write_highlight "look here"; write_warning "careful"; write_wait "hold on"; write_verbose "details"
    echo "##octopus[stderr-progress]" >&2; echo "downloading" >&2; echo plain`;
  const { log } = await runSteps(createStage(), [bash("Hello", body)]);
  const lines = linesOf(log, { verbose: true });
  expect(lines).toEqual(
    expect.arrayContaining([
      "Highlight: look here",
      "Warning: careful",
      "Wait: hold on",
      "Verbose: details",
      "Verbose: downloading",
      "Info: plain",
    ]),
  );
});

test("output variables reach later steps under the name of the step", async () => {
  const first = bash("First", 'set_octopusvariable Greeting "Hello there"; set_octopusvariable Nothing ""');
  const second = bash(
    "Second",
    'echo "$(get_octopusvariable "Octopus.Action[First].Output.Greeting") [#{Octopus.Action[First].Output.Nothing}]"',
  );
  const { lines } = await runSteps(createStage(), [first, second]);
  expect(lines).toContain("Info: Hello there [#{Octopus.Action[First].Output.Nothing}]");
});

test("progress is shown at the step", async () => {
  const { log } = await runSteps(createStage(), [bash("Hello", 'update_progress 40 "Working"')]);
  expect(log.Children[0]).toMatchObject({ ProgressPercentage: 40, ProgressMessage: "Working" });
});

test("artifacts are kept with the task", async () => {
  const stage = createStage();
  const { task } = await runSteps(stage, [
    bash(
      "Hello",
      "echo content >report.txt; new_octopusartifact report.txt 'The report.txt'; new_octopusartifact report.txt",
    ),
  ]);
  const artifacts = stage.model.collection("artifacts").list();
  expect(artifacts).toMatchObject([{ Filename: "The report.txt", ServerTaskId: task.Id }, { Filename: "report.txt" }]);
  expect(Buffer.from(stage.model.blobs.get(artifacts[0]?.Id ?? "") ?? "").toString()).toBe("content\n");
});

test("artifacts may have spaces and quotes in their paths and names", async () => {
  const stage = createStage();
  const script = `mkdir "a b"; echo content >"a b/ü (1).txt"; new_octopusartifact "$PWD/a b/ü (1).txt"
    new_octopusartifact "a b/ü (1).txt" 'the "first"; one'`;
  const { task } = await runSteps(stage, [bash("Hello", script)]);
  expect(task).toMatchObject({ State: "Success" });
  const artifacts = stage.model.collection("artifacts").list();
  expect(artifacts).toMatchObject([{ Filename: "ü (1).txt" }, { Filename: 'the "first"; one' }]);
  for (const { Id } of artifacts) expect(Buffer.from(stage.model.blobs.get(Id) ?? "").toString()).toBe("content\n");
});

test("secrets are masked: sensitive variables, sensitive outputs and values that a script asks to mask", async () => {
  const body = `echo "a hunter2secret b"; echo "hunter2secret" >&2
    printf hunter2; sleep 0.05; printf 'secret\\n'
    __mask_sensitive_value "derived-token"; echo "x derived-token y"
    set_octopusvariable Key "sensitive-output" -sensitive; echo "sensitive-output"`;
  const stage = createStage();
  const variables = [
    { Id: "1", Name: "Password", Type: "Sensitive", IsSensitive: true, Value: sensitive("hunter2secret") },
  ];
  const { log } = await runSteps(
    stage,
    [bash("Hello", body), bash("Later", 'echo "$(get_octopusvariable "Octopus.Action[Hello].Output.Key")"')],
    { variables },
  );
  const text = linesOf(log, { verbose: true }).join("\n");
  expect(text).not.toMatch(/hunter2secret|derived-token|sensitive-output/);
  expect(text).toContain("Info: a ******** b");
  expect(text).toContain("Info: x ******** y");
});

test("a secret of several lines is masked as a whole", async () => {
  const pem = "-----BEGIN KEY-----\nAAAABBBB\nCCCCDDDD\n-----END KEY-----\n";
  const variables = [{ Id: "1", Name: "Pem", Value: sensitive(pem) }];
  const { lines } = await runSteps(
    createStage(),
    [bash("Hello", 'echo before; get_octopusvariable Pem; echo "-----BEGIN KEY-----"; echo after')],
    { variables },
  );
  expect(lines).toEqual(["Info: before", "Info: ********", "Info: -----BEGIN KEY-----", "Info: after"]);
});

test("the key of the variables is not shown", async () => {
  const { log } = await runSteps(createStage(), [bash("Hello", "ps -o args= -p $$")]);
  expect(linesOf(log, { verbose: true }).join("\n")).not.toMatch(/[0-9A-F]{64}/);
});

test("a message that cannot be read is a warning, others of unknown names have no effect", async () => {
  const body = `echo "##octopus[setVariable name='!!!']"; echo "##octopus[somethingNew a='YQ==']"; echo " ##octopus[mask]"`;
  const { lines } = await runSteps(createStage(), [bash("Hello", body)]);
  expect(lines).toEqual(["Warning: Could not parse '##octopus[setVariable name='!!!']'", "Info:  ##octopus[mask]"]);
});

test("FailScriptOnErrorOutput makes a line on stderr a failure, a service message not", async () => {
  const properties = { "Octopus.Action.FailScriptOnErrorOutput": "True" };
  const loud = await runSteps(createStage(), [bash("Hello", "echo oops >&2", { properties })]);
  const quiet = await runSteps(createStage(), [bash("Hello", "__mask_sensitive_value abcdef", { properties })]);
  expect([loud.task["State"], quiet.task["State"]]).toEqual(["Failed", "Success"]);
});

test("each step has a directory of its own, which goes afterwards, and nothing of our environment", async () => {
  const directory = await mkdtemp(join(tmpdir(), "worker-test-"));
  const stage = createStage();
  const task = stage.queue([
    bash("One", "touch here; pwd; env | cut -d= -f1 | sort | tr '\\n' ' '"),
    bash("Two", "ls; pwd"),
  ]);
  await work(stage, { workDirectory: directory, environment: { PATH: process.env["PATH"] ?? "", OURS: "yes" } });
  const lines = linesOf(taskLog(stage.model, task.Id));
  expect(lines.filter((line) => line.startsWith(`Info: ${directory}/Work-`))).toHaveLength(2);
  expect(new Set(lines).has("Info: here")).toBe(false);
  expect(lines.join("\n")).toContain("OURS");
  expect(lines.join("\n")).not.toMatch(/HOME|npm_/);
  expect(readdirSync(directory)).toEqual([]);
  await rm(directory, { recursive: true });
});

test("a script may use set -eu and return", async () => {
  const { task, lines } = await runSteps(createStage(), [
    bash("Hello", "set -eu\nset_octopusvariable A b\nwrite_highlight ok\nreturn 0"),
  ]);
  expect(lines).toEqual(["Highlight: ok"]);
  expect(task["State"]).toBe("Success");
});

test("another language than Bash is a failure that names it", async () => {
  const { lines } = await runSteps(createStage(), [
    bash("Hello", "x", { properties: { "Octopus.Action.Script.Syntax": "PowerShell" } }),
  ]);
  expect(lines.join()).toContain("PowerShell");
});

test("a few words of PowerShell are understood, and the first that is not is named", async () => {
  const powerShell = (body: string) =>
    bash("Say", body, { properties: { "Octopus.Action.Script.Syntax": "PowerShell" } });

  const said = await runSteps(createStage(), [
    powerShell("# greet\nWrite-Host 'hello'; Start-Sleep -Milliseconds 5\nWrite-Warning \"careful\""),
  ]);
  const refused = await runSteps(createStage(), [powerShell("Write-Host 'hello'\nGet-ChildItem C:\\")]);

  expect(said.task["State"]).toBe("Success");
  expect(said.lines.filter((line) => /hello|careful/.test(line))).toEqual(["Info: hello", "Warning: careful"]);
  expect(refused.lines.join()).toContain(
    'the worker has no PowerShell, only Bash. It understands Write-Host and Start-Sleep, and not "Get-ChildItem C:\\"',
  );
});
