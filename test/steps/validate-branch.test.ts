import { expect, test } from "vitest";
import { textOfPage } from "../text-of-page.ts";
import { messages, processFile } from "./copies-stage.ts";
import { startValidation } from "./validation-stage.ts";

test("a pull request that breaks nothing gets a green check, one comment and a page", async () => {
  const stage = await startValidation();
  await stage.addCopy("Hello");
  const pull = stage.propose(stage.upstream, "docs", { "docs.md": "More\n" });

  const { outputs, log, page, error } = await stage.validate(
    {},
    {
      "Octopus.Web.ServerUri": "https://octopus.example.com/",
      "Octopus.Space.Id": "Spaces-1",
      "Octopus.Task.Id": "ServerTasks-7",
    },
  );
  const again = await stage.validate();

  expect(error).toBe("");
  expect(stage.statusOf(stage.upstream, pull)).toEqual({
    state: "success",
    description: "No problem found",
    url: "https://octopus.example.com/app#/Spaces-1/tasks/ServerTasks-7",
  });
  expect(pull.comments.map(({ body }) => body)).toEqual([
    expect.stringMatching(/^### managed-spaces\/validate \(Hello World CaC\): no problem found\n/),
  ]);
  expect(outputs).toMatchObject({ Problems: "0", Validated: "1" });
  expect(messages(log, "highlight").at(-1)).toBe(
    `Validated the pull request 1 of "${stage.standIn.server.url}/octopuscac/hello_world_cac.git" of "Hello World CaC": no problem.`,
  );
  expect(textOfPage(page)).toContain("1: Change docs");
  expect(again.outputs).toMatchObject({ Validated: "0" });
  expect(again.told).toContain('Nothing of "Hello World CaC" waits to be validated.');
});

test("tells what is wrong with files, names and scripts, with the file and the line", async () => {
  const stage = await startValidation();
  await stage.addCopy("Hello");
  const before = stage.read(stage.upstream);
  const pull = stage.propose(stage.upstream, "broken", {
    [processFile]: before.replace(
      /Octopus.Action.Script.ScriptBody = "echo Wave"\n(\s*)Octopus.Action.Script.ScriptSource = "Inline"/,
      [
        'Octopus.Action.GitRepository.Source = "Project"',
        'Octopus.Action.Script.ScriptFileName = "scripts/wave.sh"',
        'Octopus.Action.Script.ScriptSource = "GitRepository"',
        'Wave.Greeting = "#{Nobody.Defines} #{Octopus.Project.Name} #{if Maybe}#{Maybe}#{/if} #{Wave.Greeting}"',
      ].join("\n$1"),
    ),
    ".octopus/runbooks/clean.ocl": 'name = "Clean"\n\nrun_retention_policy {\n  # comment\n}\n',
  });

  const { outputs, told, error } = await stage.validate({ failOnProblems: "True" });

  expect(before).toContain("echo Wave");
  const lists: { problems: string[] }[] = JSON.parse(outputs["Lists"] ?? "[]");
  expect(lists[0]?.problems).toEqual([
    expect.stringMatching(/^Failed to read ".octopus\/runbooks\/clean.ocl": it is no OCL in line 4, where a comment/),
    `The step "wave" in ${processFile} takes the file "scripts/wave.sh", which is not in the repository there.`,
    `The project "Hello World CaC" has no variable "Nobody.Defines", which the step "wave" in ${processFile} uses.`,
  ]);
  expect(stage.statusOf(stage.upstream, pull)).toMatchObject({
    state: "failure",
    description: expect.stringMatching(/^3 problems: /),
  });
  expect(told).toContain("A merge was not tried, since files of the branch cannot be read.");
  expect(error).toBe("The validation found 3 problems. Look at the page of this task, and correct the branch.");
});

test("names, variables and secrets are looked up in every managed space as well", async () => {
  const stage = await startValidation();
  const { management, template } = stage;
  await stage.addCopy("Hello");
  await management.post("/environments", { Name: "Staging" });
  const set = await management.get(`/variables/${String(template["VariableSetId"])}`);
  await management.put(`/variables/${set.Id}`, {
    ...set,
    Variables: [{ Name: "Db.Password", Value: "hunter2hunter2", Type: "Sensitive", IsSensitive: true, Scope: {} }],
  });
  const pull = stage.propose(stage.upstream, "staging", {
    [processFile]: stage
      .read(stage.upstream)
      .replace("echo Wave", "echo #{Db.Password} #{Region}")
      .replace(/(action [^{]*\{\n)/, '$1        environments = ["staging", "nowhere"]\n'),
    ".octopus/variables.ocl": 'variable "Region" {\n    value "eu" {}\n}\n',
  });

  const { told, outputs, page } = await stage.validate();

  const lists: { problems: string[] }[] = JSON.parse(outputs["Lists"] ?? "[]");
  expect(lists[0]?.problems.toSorted()).toEqual([
    expect.stringMatching(/^The space "America" has no environment with the slug "nowhere", which the step /),
    expect.stringMatching(/^The space "America" has no environment with the slug "staging", which the step /),
    expect.stringMatching(/^The space "America" has no value for the secret "Db.Password", which the step "wave" in /),
    expect.stringMatching(/^The space "Default" has no environment with the slug "nowhere", which the step /),
  ]);
  expect(pull.comments[0]?.body).toContain('The space "America" has no value for the secret');
  expect(`${told} ${page} ${pull.comments[0]?.body}`).not.toContain("hunter2");
});

test("tries the merge into each copy, and tells a conflict by copy and file", async () => {
  const stage = await startValidation();
  const copy = await stage.addCopy("Hello");
  await stage.addCopy("Quiet");
  const before = stage.read(stage.upstream);
  stage.edit(copy.repository, { files: { [processFile]: before.replace("echo Greet", "echo Howdy") } });
  const pull = stage.propose(stage.upstream, "greet", { [processFile]: before.replace("echo Greet", "echo Hi") });

  const { outputs } = await stage.validate();
  const head = stage.head(stage.upstream);
  stage.edit(stage.upstream, { files: { [processFile]: before.replace("echo Greet", "echo Hi") } });
  const later = stage.propose(stage.upstream, "docs", { "docs.md": "More\n" });
  const second = await stage.validate({ pullRequest: String(later.number) });

  const problem = `"Hello" in the space "America" is in conflict in ${processFile}: modified in the copy, modified in the template.`;
  expect(JSON.parse(outputs["Lists"] ?? "")).toMatchObject([{ state: "failure", problems: [problem] }]);
  expect(pull.comments[0]?.body).toContain("is in conflict in");
  expect(JSON.parse(second.outputs["Lists"] ?? "")).toMatchObject([
    { state: "success", problems: [], remarks: [expect.stringContaining("without this branch already")] },
  ]);
  expect(head).not.toBe("");
});

test("a submodule that would be elsewhere for a copy is told of that copy alone", async () => {
  const stage = await startValidation();
  stage.standIn.accounts.set("contoso", "Organization");
  await stage.addCopy("Far", {}, "contoso");
  await stage.addCopy("Near");
  const pull = stage.propose(stage.upstream, "lib", {
    ".gitmodules": '[submodule "lib"]\n\tpath = lib\n\turl = ../lib.git\n',
    lib: { submodule: "1".repeat(40) },
  });

  const { outputs } = await stage.validate();

  expect(JSON.parse(outputs["Lists"] ?? "")).toMatchObject([
    {
      problems: [
        expect.stringMatching(/^"Far" in the space "America": The template's submodule "lib" has the address/),
      ],
    },
  ]);
  expect(stage.statusOf(stage.upstream, pull)).toMatchObject({ state: "failure" });
});

test("of a copy's branch tells what its own space lacks, and what the template's next update would do to it", async () => {
  const stage = await startValidation();
  const copy = await stage.addCopy("Hello");
  const before = stage.read(stage.upstream);
  stage.edit(stage.upstream, { files: { [processFile]: before.replace("echo Greet", "echo Hi") } });
  const pull = stage.propose(copy.repository, "ours", {
    [processFile]: before.replace("echo Greet", "echo Howdy #{Ours}"),
  });

  const without = await stage.validate();
  const { outputs } = await stage.validate({ withCopies: "True" });

  expect(without.outputs).toMatchObject({ Validated: "0" });
  expect(JSON.parse(outputs["Lists"] ?? "")).toMatchObject([
    {
      number: 1,
      problems: [
        `The project "Hello" has no variable "Ours", which the step "greet" in ${processFile} uses.`,
        expect.stringContaining(`is in conflict in ${processFile}`),
      ],
    },
  ]);
  expect(stage.statusOf(copy.repository, pull)).toMatchObject({ state: "failure" });
});

test("one comment is kept up to date, and says what people wrote as text", async () => {
  const stage = await startValidation();
  const name = "<img src=x> @octocat [a](https://evil.example.com) www.evil.example.com";
  const content = (variable: string): string => stage.read(stage.upstream).replace("echo Wave", `echo #{${variable}}`);
  const pull = stage.propose(stage.upstream, "names", { [processFile]: content(name) });

  await stage.validate();
  const [first] = pull.comments.map(({ body }) => body);
  stage.edit(stage.upstream, { branch: "names", files: { [processFile]: content("Octopus.Project.Name") } });
  await stage.validate();

  expect(first).toContain("\\<img src=x\\> @\u200boctocat \\[a\\](https:\u200b//evil.example.com) www\u200b.evil");
  expect(pull.comments.map(({ body }) => body)).toEqual([expect.stringContaining(": no problem found\n")]);
  expect(stage.statusOf(stage.upstream, pull)).toMatchObject({ state: "success" });
});

test("a stranger's request from a fork is read from the host's own repository, and is told of its files alone", async () => {
  const stage = await startValidation();
  const copy = await stage.addCopy("Hello");
  const before = stage.read(stage.upstream);
  stage.edit(copy.repository, { files: { [processFile]: before.replace("echo Greet", "echo Howdy") } });
  const pull = stage.proposeFromFork(stage.upstream, "theirs", {
    [processFile]: before.replace("echo Greet", "echo #{Api.Token}").replace("echo Wave", "echo #{Unknown}"),
  });

  const { outputs, page } = await stage.validate();

  const [list] = JSON.parse(outputs["Lists"] ?? "[]");
  expect(list).toMatchObject({ state: "failure", branch: "theirs" });
  expect(list.problems.join(" ")).toContain('"Hello" in the space "America" is in conflict');
  expect(textOfPage(page)).toContain("from another repository");
  expect(stage.statusOf(stage.upstream, pull)).toEqual({
    state: "success",
    description: "From another repository: no problem in the files. The managed spaces are told in Octopus.",
    url: "",
  });
  const said = pull.comments.map(({ body }) => body).join();
  expect(said).toContain("only what concerns the files is told here");
  expect(said).not.toMatch(/America|Hello"|Default|problems? in managed|Octopus\)/);
  const asked = stage.standIn.server.requests.map(({ path }) => path);
  expect(asked.some((path) => path.startsWith("/octopuscac/"))).toBe(true);
  expect(asked.filter((path) => path.includes("mallory"))).toEqual([]);
});

test("a broken file in a stranger's request is told on it", async () => {
  const stage = await startValidation();
  const pull = stage.proposeFromFork(stage.upstream, "theirs", { [processFile]: "// hello\n" });

  await stage.validate();

  expect(stage.statusOf(stage.upstream, pull)).toMatchObject({
    state: "failure",
    description: "From another repository: 1 problem in the files. The managed spaces are told in Octopus.",
  });
  expect(pull.comments[0]?.body).toContain("it is no OCL in line 1");
});

test("where anybody may read the repository, no space is named on the host", async () => {
  const stage = await startValidation();
  stage.upstream.isPrivate = false;
  const copy = await stage.addCopy("Hello");
  const before = stage.read(stage.upstream);
  stage.edit(copy.repository, { files: { [processFile]: before.replace("echo Greet", "echo Howdy") } });
  const pull = stage.propose(stage.upstream, "greet", { [processFile]: before.replace("echo Greet", "echo Hi") });

  const { page } = await stage.validate();

  expect(textOfPage(page)).toContain('"Hello" in the space "America" is in conflict');
  const said = `${pull.comments.map(({ body }) => body).join()} ${JSON.stringify(stage.statusOf(stage.upstream, pull))}`;
  expect(said).toContain("1 problem in managed spaces: the page in Octopus tells which.");
  expect(said).toContain("1 problem. The page in Octopus tells which.");
  expect(said).not.toContain("America");
});

test("a branch without a pull request gets a status; one that is gone, or that has moved on, is told in a sentence", async () => {
  const stage = await startValidation();
  const copy = await stage.addCopy("Hello");
  const old = stage.edit(stage.upstream, {
    branch: "idea",
    parents: [stage.head(stage.upstream)],
    files: { "docs.md": "More\n" },
  });
  const pull = stage.propose(copy.repository, "ours", { "docs.md": "Ours\n" });
  const address = `${stage.standIn.server.url}/octopuscac/hello_world_cac.git`;
  const payload = (body: object): Record<string, string> => ({ payload: JSON.stringify(body) });

  const alone = await stage.validate({ branch: "idea" });
  const gone = await stage.validate(payload({ ref: "refs/heads/none", repository: { clone_url: address } }));
  const moved = await stage.validate(
    payload({
      pull_request: { number: pull.number, head: { sha: old } },
      repository: { full_name: `octopuscac/${copy.repository.name}` },
    }),
  );
  pull.state = "closed";
  const closed = await stage.validate(
    payload({ pullRequest: pull.number, repository: `octopuscac/${copy.repository.name}` }),
  );
  const others = await stage.validate(payload({ branch: "main", repository: "acme/other" }));
  const nothing = await stage.validate(payload({ zen: "Keep it logically awesome." }));
  const broken = await stage.validate({ payload: "<html>" });

  expect(alone.outputs).toMatchObject({ Validated: "1", Problems: "0" });
  expect(stage.upstream.statuses.get(old)?.get("managed-spaces/validate")).toMatchObject({ state: "success" });
  expect(messages(gone.log, "warning")).toEqual([
    `The branch "none" of "${address}" is gone, so nothing of it is validated.`,
  ]);
  expect(moved.told).toContain(`The pull request 1 has moved on since: its newest commit `);
  expect(moved.outputs).toMatchObject({ Validated: "1" });
  expect(messages(closed.log, "warning")[0]).toMatch(/^The pull request 1 of ".*" is closed by now, so nothing is/);
  expect(messages(others.log, "warning")[0]).toMatch(/^"acme\/other" is the repository of neither the template /);
  expect(nothing.outputs).toMatchObject({ Validated: "0" });
  expect([gone, closed, others, nothing].map(({ error }) => error)).toEqual(["", "", "", ""]);
  expect(broken.error).toContain('the "Payload" is no JSON object.');
});

test("a host that goes down in the middle leaves the check pending, and the next run answers", async () => {
  const stage = await startValidation();
  const pull = stage.propose(stage.upstream, "docs", { "docs.md": "More\n" });
  const down = { status: 503, body: { message: "down" } };
  let seen = 0;
  stage.standIn.answerFirst(({ method }) => (method !== "GET" && (seen += 1) > 1 ? down : undefined));

  const first = await stage.validate();
  const pending = stage.statusOf(stage.upstream, pull);
  stage.standIn.answerFirst(() => undefined);
  const second = await stage.validate();

  expect(pending).toMatchObject({ state: "pending" });
  expect(first.error).toMatch(
    /^Failed to validate the pull request 1 of ".*": failed to comment on .*Gitea cannot answer/,
  );
  expect(JSON.parse(first.outputs["Lists"] ?? "")).toMatchObject([{ state: "error" }]);
  expect(second).toMatchObject({ error: "", outputs: { Validated: "1", Problems: "0" } });
  expect(stage.statusOf(stage.upstream, pull)).toMatchObject({ state: "success" });
});

test("what could not be looked at makes the check an error, which the next run tries again", async () => {
  const stage = await startValidation();
  await stage.addTenant("Nowhere", {
    "ManagedTenant.Octopus.Url": stage.octopus.url,
    "ManagedTenant.Octopus.SpaceId": "Spaces-4711",
  });
  const pull = stage.propose(stage.upstream, "docs", { "docs.md": "More\n" });

  const { told, outputs } = await stage.validate();
  const again = await stage.validate();

  expect(stage.statusOf(stage.upstream, pull)).toMatchObject({
    state: "error",
    description: "No problem found, 1 not looked at",
  });
  expect(told).toContain(
    'The space of the tenant "Nowhere" could not be looked at: The space Spaces-4711 is not there',
  );
  expect([outputs["Validated"], again.outputs["Validated"]]).toEqual(["1", "1"]);
});

test("only planning tells nobody, and what cannot be meant is refused", async () => {
  const stage = await startValidation();
  const pull = stage.propose(stage.upstream, "docs", { "docs.md": "More\n" });
  stage.takeWrites();

  const planned = await stage.validate({ onlyPlan: "True" });
  const both = await stage.validate({ branch: "docs", pullRequest: "1" });
  const word = await stage.validate({ pullRequest: "first" });

  expect(planned.outputs).toMatchObject({ Validated: "1" });
  expect(pull.comments).toEqual([]);
  expect(stage.takeWrites()).toEqual([]);
  expect(both.error).toContain('there are a "Branch" and a "Pull Request"');
  expect(word.error).toContain('The pull request "first" is no number');
});
