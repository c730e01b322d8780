import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { projectRoot, readProjectVersion } from "../../build/project.ts";
import { findNode, nodeVersions } from "../bundle/node-versions.ts";
import { runProgram } from "../run-program.ts";
import { gitToken, startGitTemplate } from "../steps/git-template.ts";
import { startOctopus, type TestServer } from "../steps/managed-tenants.ts";

/** An empty folder into which somebody installed the packed package, and nothing else. */
let folder: string;
let program: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "managed-spaces-packed-"));
  npm(["pack", "--pack-destination", folder], projectRoot);
  const [tarball = ""] = readdirSync(folder);
  writeFileSync(join(folder, "package.json"), "{}");
  npm(["install", "--offline", "--no-audit", "--no-fund", join(folder, tarball)], folder);
  program = join(folder, "node_modules/managed-spaces/dist/managed-spaces.cjs");
});

function npm(argv: readonly string[], cwd: string): void {
  const { status, stderr } = spawnSync("npm", [...argv], { cwd, encoding: "utf8" });
  expect([status, stderr.replaceAll(/^npm (warn|notice).*$/gm, "").trim()]).toEqual([0, ""]);
}

function environmentOf({ url, apiKey }: TestServer): Record<string, string> {
  return { OCTOPUS_URL: url, OCTOPUS_API_KEY: apiKey, OCTOPUS_SPACE: "Default" };
}

test("npx runs it from the folder into which it was installed", () => {
  const { status, stdout } = spawnSync("npx", ["--offline", "managed-spaces", "--version"], {
    cwd: folder,
    encoding: "utf8",
  });

  expect([status, stdout]).toEqual([0, `${readProjectVersion()}\n`]);
});

const nodes = nodeVersions.map((name) => ({ name, binary: findNode(name) ?? "" }));

test.each(nodes)("$name without Git plans, installs, looks and completes", async ({ name, binary }) => {
  if (binary === "") return console.warn(`${name} is not installed: "npm test" does that.`);
  const octopus = await startOctopus();
  const bin = mkdtempSync(join(tmpdir(), "managed-spaces-no-git-"));
  symlinkSync(binary, join(bin, "node"));
  const run = (...argv: string[]): ReturnType<typeof runProgram> =>
    runProgram(join(bin, "node"), [program, ...argv], { ...environmentOf(octopus), PATH: bin });

  const planned = await run("install", "--plan", "--json");
  const installed = await run("install");
  const again = await run("install");
  const doctor = await run("doctor", "--json");
  const step = await run("run", "serialize-space", "--plan", "--package-id", "golden", "--json");
  const completed = await run("complete", "=ins");

  expect(planned).toMatchObject({ code: 0, stderr: expect.stringContaining("would create") });
  expect(JSON.parse(planned.stdout)).toMatchObject({ isPlan: true, changes: expect.arrayContaining([]) });
  expect(installed.code).toBe(0);
  expect(again.stdout).toContain("Everything is in place; nothing to do.");
  expect(JSON.parse(doctor.stdout)).toContainEqual(expect.objectContaining({ about: "Server", state: "good" }));
  expect(JSON.parse(step.stdout)).toMatchObject({ step: "serialize-space", isWell: true });
  expect(completed.stdout).toMatch(/^install\t/);
});

test("what needs Git says so in one sentence", async () => {
  const template = await startGitTemplate();
  const bin = mkdtempSync(join(tmpdir(), "managed-spaces-no-git-"));
  symlinkSync(process.execPath, join(bin, "node"));

  const forked = await runProgram(
    join(bin, "node"),
    [program, "run", "fork-repository", "--project", "Hello World CaC", "--tenant", "America", "--json"].concat([
      "--git-host",
      template.hostId,
      "--git-host-url",
      template.host.server.url,
      "--git-owner",
      "contoso",
    ]),
    { ...environmentOf(template), GIT_TOKEN: gitToken, PATH: bin },
  );

  expect(forked.code).toBe(1);
  expect(forked.stderr).toMatch(/^Failed to fork [^\n]*Git is not installed[^\n]*\n$/);
  expect(JSON.parse(forked.stdout)).toMatchObject({ isWell: false, failure: forked.stderr.trim() });
  expect(JSON.stringify(forked)).not.toContain(gitToken);
});
