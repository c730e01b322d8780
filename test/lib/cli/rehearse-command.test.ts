import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FleetReport } from "../../../lib/fleet/fleet-report.ts";
import { Rehearsal } from "../../../lib/fleet/rehearsal.ts";
import { runCommand } from "../../run-command.ts";
import { publish } from "../../steps/deployment-stage.ts";
import { startRehearsals } from "../../steps/rehearsal-stage.ts";

test("rehearses the newest package of the feed, a file, and a baseline", async () => {
  const stage = await startRehearsals();
  const environment = { OCTOPUS_URL: stage.url, OCTOPUS_API_KEY: stage.apiKey, OCTOPUS_SPACE: "Default" };
  const run = (...argv: string[]): ReturnType<typeof runCommand> => runCommand(["rehearse", ...argv], environment);
  await stage.addSpace("Africa");
  await stage.addSpace("Apac", { environments: ["Production", "Development"] });
  const folder = mkdtempSync(join(tmpdir(), "rehearse-"));
  const brought = await publish(stage, "1.0.0");
  await publish(stage, "1.0.1");
  writeFileSync(join(folder, "baseline.yaml"), "environments:\n  - name: Test\n");
  stage.takeWrites();

  const newest = await run("--package", "hello_world", "--out", join(folder, "page.html"));
  const older = await run("--package", "hello_world", "--package-version", "1.0.0", "--tenants", "Af.*", "--json");
  const file = await run("--package", brought.path, "--fail-when-refused");
  const baseline = await run("--baseline", join(folder, "baseline.yaml"));
  const lost = [
    await run("--package", brought.path, "--out", "/proc/a/b.html"),
    await run("--package", brought.path, "--out", "/dev/null/b.html"),
  ];

  expect(stage.takeWrites()).toEqual([]);
  expect(newest).toMatchObject({ code: 0, stderr: "" });
  expect(newest.stdout).toMatch(
    /^The package "hello_world" 1\.0\.1 in 2 copies: 1 would be changed, 1 would refuse it\.\n1 space lacks the environment "Test": Apac\./,
  );
  expect(readFileSync(join(folder, "page.html"), "utf8")).toContain("Rehearsal of hello_world 1.0.1");
  expect(Rehearsal.parse(JSON.parse(older.stdout))).toMatchObject({ counts: { copies: 1, changed: 1 } });
  expect(file).toMatchObject({ code: 1, stdout: expect.stringContaining('"hello_world" 1.0.0') });
  expect(baseline.stdout).toContain("1 would be changed, 1 would stay as it is");
  for (const { code, stdout, stderr } of lost) {
    expect([code, stdout]).toEqual([1, file.stdout]);
    expect(stderr).toMatch(/^The page cannot be written to "\/.*b\.html"\. Name a file in a folder that is there\.\n$/);
  }
});

test("rehearses one ring, by the names that deploy and fleet have for it", async () => {
  const stage = await startRehearsals();
  const environment = { OCTOPUS_URL: stage.url, OCTOPUS_API_KEY: stage.apiKey, OCTOPUS_SPACE: "Default" };
  const run = (command: string, ...argv: string[]): ReturnType<typeof runCommand> =>
    runCommand([command, ...argv], environment);
  const africa = await stage.addSpace("Africa");
  await stage.addSpace("Asia");
  await publish(stage, "1.0.0");
  for (const [set, ring] of [
    ["Managed Spaces Ring", "Canary"],
    ["Wave", "First"],
  ]) {
    await stage.upstream.post("/tagsets", { Name: set, Tags: [{ Name: ring, Color: "#333333" }] });
    const tenant = await stage.upstream.get(`/tenants/${africa.tenantId}`);
    const known = Array.isArray(tenant["TenantTags"]) ? tenant["TenantTags"] : [];
    await stage.upstream.put(`/tenants/${africa.tenantId}`, { ...tenant, TenantTags: [...known, `${set}/${ring}`] });
  }
  const rehearse = (...argv: string[]): ReturnType<typeof runCommand> =>
    run("rehearse", "--package", "hello_world", ...argv);

  const canary = await rehearse("--ring", "canary", "--json");
  const first = await rehearse("--ring", "First", "--ring-set", "Wave", "--json");
  const none = await rehearse("--ring", "Canari");
  const nobody = await rehearse("--ring", "Canary", "--tenants", "Asia");
  const fleet = await run("fleet", "--ring", "Canary", "--no-compare", "--json");

  for (const { stdout } of [canary, first])
    expect(Rehearsal.parse(JSON.parse(stdout)).copies.map(({ space }) => space)).toEqual(["Africa"]);
  expect(Rehearsal.parse(JSON.parse(canary.stdout)).selection).toBe("tenants in the ring canary");
  expect(none.stderr).toContain(
    'o tenant that is meant is in the ring "Canari": none has the tag "Managed Spaces Ring/Canari" in the space "Default". Did you mean "Canary"?',
  );
  expect(nobody.stderr).toContain('o tenant that is meant is in the ring "Canary"');
  expect(FleetReport.parse(JSON.parse(fleet.stdout))).toMatchObject({
    selection: "in the ring Canary",
    spaces: [{ name: "Africa" }],
  });
});

test("refuses what would do nothing, and places that there are not", async () => {
  const stage = await startRehearsals();
  await stage.addSpace("Africa");
  await publish(stage, "1.0.0");
  const environment = { OCTOPUS_URL: stage.url, OCTOPUS_API_KEY: stage.apiKey, OCTOPUS_SPACE: "Default" };
  const run = async (...argv: string[]): Promise<string> =>
    (await runCommand(["rehearse", "--package", "hello_world", ...argv], environment)).stderr;

  expect(await run("--into-project", "Shop")).toContain(
    '--into-project means nothing to the package "hello_world", which is of a project. Leave it away.',
  );
  expect(await run("--polling-machines")).toContain("--polling-machines means nothing to the package");
  expect(await run("--machines", "off")).toContain('--machines is "off". Use disabled, leaveOut or asTheyAre.');
  expect(await run("--git-projects", "no")).toContain('--git-projects is "no". Use leaveOut or sameRepository.');
});

test.each([
  [[], "One thing is rehearsed: a package or a baseline."],
  [["--package", "hello_worlds"], 'There is neither a file "hello_worlds", nor has the built-in feed'],
  [["--baseline", "nowhere.yaml"], 'The baseline cannot be read from "nowhere.yaml".'],
  [["--package", "hello_world", "--tenants", "Nobody"], 'No tenant of the space "Default" has the name "Nobody"'],
])("says what is wrong with %j", async (argv, sentence) => {
  const stage = await startRehearsals();
  await stage.addSpace("Africa");
  await publish(stage, "1.0.0");
  const environment = { OCTOPUS_URL: stage.url, OCTOPUS_API_KEY: stage.apiKey, OCTOPUS_SPACE: "Default" };

  const { code, stderr } = await runCommand(["rehearse", ...argv], environment);

  expect(code).toBe(argv.length === 0 ? 64 : 1);
  expect(stderr.toLowerCase()).toContain(sentence.toLowerCase());
});
