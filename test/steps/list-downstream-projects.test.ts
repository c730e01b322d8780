import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { step } from "../../steps/list-downstream-projects/step.ts";
import { cloneUrlOf, messages, startCopies } from "./copies-stage.ts";

test("lists every copy of the template, those that people deleted too", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  const gone = await stage.addCopy("Gone");
  await stage.managed.remove(`/projects/${gone.project.Id}`);

  const { outputs, log, pages } = await stage.run(step);

  expect(JSON.parse(outputs["Projects"] ?? "")).toMatchObject([
    { space: "America", project: "Gone", isDeleted: true, source: "receipt" },
    {
      space: "America",
      project: "Hello",
      projectId: copy.project.Id,
      repository: cloneUrlOf(stage.standIn, copy.repository),
      branch: "main",
      packageVersion: "2026.1.1.1",
      commit: stage.head(stage.upstream),
      lastChange: expect.stringMatching(/^\d{4}-\d\d-\d\d/),
      isDeleted: false,
    },
  ]);
  expect(messages(log)).toContainEqual(expect.stringMatching(/^America +Gone \(deleted\)/));
  expect(log.at(-1)?.message).toBe(
    '2 downstream projects of "Hello World CaC" known in the space "America": "Gone" (deleted), "Hello".',
  );
  expect(pages[0]).toContain("Downstream projects of Hello World CaC");
});

test("leaves out the copies of other templates", async () => {
  const stage = await startCopies();
  await stage.addCopy("Hello", { upstream: { spaceId: "Spaces-1", projectId: "Projects-999" } });

  expect((await stage.run(step)).outputs["Count"]).toBe("0");
});

test("lists what Terraform made, in every workspace of local state, and each project once", async () => {
  const stage = await startCopies();
  const copy = await stage.addCopy("Hello");
  const directory = temporaryDirectory();
  writeFileSync(
    join(directory, "terraform.tfstate"),
    state({ id: copy.project.Id, spaceId: stage.managedSpace.id, name: "Hello" }),
  );
  mkdirSync(join(directory, "terraform.tfstate.d", "europe_hello"), { recursive: true });
  const settings = {
    git_library_persistence_settings: [{ url: "https://barry:hunter22@git.example.com/cac/europe.git" }],
  };
  writeFileSync(
    join(directory, "terraform.tfstate.d", "europe_hello", "terraform.tfstate"),
    state({ id: "Projects-7", spaceId: "Spaces-9", name: "Hello EU", more: settings }),
  );

  const { outputs } = await stage.run(step, { terraformBackend: "local", terraformDirectory: directory });

  expect(JSON.parse(outputs["Projects"] ?? "")).toMatchObject([
    { project: "Hello", source: "receipt" },
    {
      project: "Hello EU",
      space: "Europe",
      url: "https://octopus.example.com/app#/Spaces-9/projects/Projects-7",
      repository: "https://git.example.com/cac/europe.git",
      source: "terraform europe_hello",
    },
  ]);
});

test.each([
  ["no state at all", undefined, /there is no Terraform state in/],
  ["a file that is no state", "not JSON", /it is no state of Terraform's/],
])("refuses a directory with %s", async (_what, content, sentence) => {
  const stage = await startCopies();
  const directory = temporaryDirectory();
  if (content !== undefined) writeFileSync(join(directory, "terraform.tfstate"), content);

  await expect(stage.run(step, { terraformBackend: "local", terraformDirectory: directory })).rejects.toThrow(sentence);
});

test("reads a PostgreSQL backend through Terraform, which gets the connection by its environment alone", async () => {
  const stage = await startCopies();
  const calls = standInForTerraform(
    `case "$1 $2" in "workspace list") printf '* default\\n  europe_hello\\n';; "state pull") if [ "$TF_WORKSPACE" = europe_hello ]; then cat "$0.state"; fi;; esac`,
  );

  const { outputs, log } = await stage.run(step, {
    terraformBackend: "pg",
    terraformConnection: "postgres://terraform:hunter22@db:5432/hello",
  });

  expect(JSON.parse(outputs["Projects"] ?? "")).toMatchObject([
    { project: "Hello EU", source: "terraform europe_hello" },
  ]);
  expect(calls()).toContain("state pull postgres://terraform:hunter22@db:5432/hello");
  expect(
    calls()
      .split("\n")
      .every((line) => !line.split(" postgres://")[0]?.includes("hunter22")),
  ).toBe(true);
  expect(JSON.stringify(log)).not.toContain("hunter22");
});

test("says why Terraform failed, without the password", async () => {
  const stage = await startCopies();
  standInForTerraform(`echo "│ Error: dial tcp: no route to host for $PG_CONN_STR, password hunter22." >&2; exit 1`);

  await expect(
    stage.run(step, { terraformBackend: "pg", terraformConnection: "postgres://terraform:hunter22@db:5432/hello" }),
  ).rejects.toThrow(
    /failed to read Terraform's state by "terraform init -input=false": dial tcp: no route to host for \*\*\*\*, password \*\*\*\*/,
  );
});

test("says that Terraform is missing", async () => {
  const stage = await startCopies();
  vi.stubEnv("PATH", temporaryDirectory());
  onTestFinished(() => void vi.unstubAllEnvs());

  const { error } = await stage.runAnyway(step, { terraformBackend: "pg", terraformConnection: "postgres://db/hello" });

  expect(error).toMatch(/Terraform is not installed on this worker/);
});

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "states-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A program of that name in front of all others; it notes its arguments and its connection. @returns what it noted */
function standInForTerraform(body: string): () => string {
  const directory = temporaryDirectory();
  const program = join(directory, "terraform");
  writeFileSync(program, `#!/bin/sh\necho "$* $PG_CONN_STR" >> "$0.calls"\n${body}\n`);
  writeFileSync(`${program}.state`, state({ id: "Projects-7", spaceId: "Spaces-9", name: "Hello EU" }));
  chmodSync(program, 0o755);
  vi.stubEnv("PATH", `${directory}:${process.env["PATH"] ?? ""}`);
  onTestFinished(() => void vi.unstubAllEnvs());
  return () => readFileSync(`${program}.calls`, "utf8");
}

function state({ id, spaceId, name, more = {} }: { id: string; spaceId: string; name: string; more?: object }): string {
  const instances = [{ attributes: { id, name, space_id: spaceId, git_library_persistence_settings: [], ...more } }];
  return JSON.stringify({
    version: 4,
    outputs: {
      octopus_server: { value: "https://octopus.example.com", type: "string" },
      octopus_space_name: { value: "Europe", type: "string" },
    },
    resources: [
      { mode: "managed", type: "octopusdeploy_project", name: "project_hello", instances },
      { mode: "data", type: "octopusdeploy_project", name: "other", instances },
      { mode: "managed", type: "octopusdeploy_variable", name: "x", instances: [{ attributes: {} }] },
    ],
  });
}
