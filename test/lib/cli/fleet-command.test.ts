import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { FleetReport } from "../../../lib/fleet/fleet-report.ts";
import { runCommand, type Outcome } from "../../run-command.ts";
import { startFleet, type FleetStage } from "../../steps/fleet-stage.ts";

interface Stage {
  fleet: FleetStage;
  directory: string;
  keys: string;
  run(...options: string[]): Promise<Outcome>;
}

async function start(): Promise<Stage> {
  const fleet = await startFleet();
  const far = await fleet.addInstance();
  const asia = await fleet.addSpace("Asia", far);
  await fleet.publish("2026.1.1");
  await fleet.deploy(asia, "2026.1.1");
  const directory = mkdtempSync(join(tmpdir(), "fleet-command-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const keys = join(directory, "keys.json");
  writeFileSync(keys, JSON.stringify({ [`${far.url}/`]: far.apiKey }));
  const environment = { OCTOPUS_URL: fleet.url, OCTOPUS_API_KEY: fleet.apiKey, OCTOPUS_SPACE: "Default" };
  return {
    fleet,
    directory,
    keys,
    run: (...options) => runCommand(["fleet", ...options], environment, { workingDirectory: directory }),
  };
}

test("a look from the command line tells what needs a person, and leaves page, tables and metrics", async () => {
  const { fleet, directory, keys, run } = await start();
  await fleet.publish("2026.1.2");

  const { code, stdout, stderr } = await run("--instance-keys", keys, "--out", "fleet");

  expect(stderr).toBe("");
  expect(code).toBe(0);
  expect(stdout).toContain(
    `Behind: 1 of 1 copies of "Hello World" is behind 2026.1.2 by 1 version: "Asia". Deploy the newest version. managed-spaces deploy --project 'Hello World' --tenants Asia\n`,
  );
  expect(stdout).toMatch(
    /1 space on 1 instance: 1 thing needs a person \(1 behind\)\.\nRead with \d+ requests in [\d.]+ s\.\n$/,
  );
  const read = (name: string): string => readFileSync(join(directory, "fleet", name), "utf8");
  expect(FleetReport.parse(JSON.parse(read("fleet.json"))).spaces).toHaveLength(1);
  expect(read("fleet.html")).toContain("<!doctype html>");
  expect(read("fleet.prom")).toMatch(
    /managed_spaces_copy_versions_behind\{.*template="hello_world".*\} 1\n[\s\S]*# EOF\n$/,
  );
  expect(read("fleet-versions.csv")).toContain("Hello World,2026.1.1,2026.1.2,1,");

  const again = await run("--instance-keys", keys, "--out", "fleet");
  expect(again).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('There is a file "fleet/fleet.html" already.'),
  });
  expect((await run("--instance-keys", keys, "--out", "fleet", "--replace")).code).toBe(0);
});

test("what scripts want: JSON, an exit code, the history as CSV", async () => {
  const { fleet, directory, keys, run } = await start();
  await run("--instance-keys", keys);
  await fleet.publish("2026.1.2");

  const { code, stdout } = await run("--instance-keys", keys, "--json", "--fail", "worse", "--history", "history.csv");

  expect(code).toBe(2);
  expect(FleetReport.parse(JSON.parse(stdout)).attention).toMatchObject([{ state: "behind", isNew: true }]);
  expect(readFileSync(join(directory, "history.csv"), "utf8")).toContain("Day,Space,Tenant id,Succeeded");
  expect((await run("--instance-keys", keys, "--fail", "worse")).code).toBe(0);
  expect((await run("--instance-keys", keys, "--fail", "attention")).code).toBe(2);
});

test("a place that is none is told, and is no error to report", async () => {
  const { directory, keys, run } = await start();

  const history = await run("--instance-keys", keys, "--history", "nowhere/history.csv");
  const deep = await run("--instance-keys", keys, "--out", "a/b/c");

  expect(history.stderr).toContain(`"${join(directory, "nowhere/history.csv")}" cannot be written: ENOENT`);
  expect(history.code).toBe(1);
  expect(deep).toMatchObject({ code: 0, stderr: "" });
  expect(existsSync(join(directory, "a/b/c/fleet.html"))).toBe(true);
});

test("a folder that cannot be made is told before anything is looked at", async () => {
  const { fleet, keys, run } = await start();
  const places = [keys, join(keys, "fleet"), "/dev/null/fleet/today", "/dev/null/fleet"];
  const before = fleet.server.requests.length;

  const outcomes: Outcome[] = [];
  for (const place of places) outcomes.push(await run("--instance-keys", keys, "--out", place));

  expect(outcomes.map(({ code }) => code)).toEqual(places.map(() => 1));
  for (const [index, { stderr }] of outcomes.entries())
    expect(stderr).toMatch(
      new RegExp(
        `^Failed to look at the fleet: "${places[index] ?? ""}" cannot be written: E.*\\. Name another place\\.\n$`,
      ),
    );
  expect(fleet.server.requests.slice(before).filter(({ path }) => path.includes("tenant"))).toEqual([]);
});

test("what makes no sense is refused before anything is asked, and no key is ever shown", async () => {
  const { fleet, directory, run } = await start();
  const broken = join(directory, "broken.json");
  writeFileSync(broken, "API-VERYSECRET0123456789");
  const before = fleet.server.requests.length;

  const outcomes = [
    await run("--fail", "sometimes"),
    await run("--watch", "--port", "http"),
    await run("--watch", "--port", "70000"),
    await run("--watch", "--budget", "0"),
    await run("--budget", "30"),
    await run("--watch", "--json"),
    await run("--replace"),
    await run("--instance-keys", broken),
    await run("--instance-keys", "nowhere.json"),
  ];

  expect(outcomes.map(({ code }) => code)).toEqual([64, 64, 64, 64, 64, 64, 64, 1, 1]);
  expect(outcomes.map(({ stderr }) => stderr)).toEqual([
    expect.stringContaining('--fail is "sometimes". Use never, worse or attention.'),
    '--port is "http". Use a number from 0 to 65535.\n',
    '--port is "70000". Use a number from 0 to 65535.\n',
    '--budget is "0". Use a number from 1 to 99999.\n',
    "--budget is for --watch alone. Add --watch, or leave it away.\n",
    "--json is for one look, and --watch looks until Ctrl-C. Use one of the two.\n",
    "--replace is for files that --out or --history writes. Add one of them, or leave it away.\n",
    expect.stringContaining("holds no keys of instances. It has to be a JSON object of addresses and API keys"),
    expect.stringContaining('he file "nowhere.json" cannot be read. Check --instance-keys.'),
  ]);
  expect(JSON.stringify(outcomes)).not.toContain("VERYSECRET");
  expect(fleet.server.requests.length).toBe(before);
  expect(existsSync(join(directory, "fleet"))).toBe(false);
});

test("--watch serves the page to this machine alone, and brings what changes", async () => {
  const { fleet, directory, keys } = await start();
  const stop = new AbortController();
  const printed: string[] = [];
  const running = runCommand(
    ["fleet", "--watch", "--instance-keys", keys, "--budget", "6000"],
    { OCTOPUS_URL: fleet.url, OCTOPUS_API_KEY: fleet.apiKey, OCTOPUS_SPACE: "Default" },
    { workingDirectory: directory, signal: stop.signal, write: (_, text) => void printed.push(text) },
  );
  await expect.poll(() => printed.join("")).toContain("The fleet is at http://127.0.0.1:");
  const url = /http:\/\/127\.0\.0\.1:\d+\/[\w-]+\//.exec(printed.join(""))?.[0] ?? "";

  const page = await fetch(url);
  expect(await page.text()).toContain('data-watch="events"');
  expect((await fetch(new URL("/", url))).status).toBe(404);
  expect((await fetch(url, { method: "POST" })).status).toBe(404);
  const events = await fetch(new URL("events", url));
  expect(events.headers.get("content-type")).toBe("text/event-stream");
  await events.body?.cancel();
  const { port } = new URL(url);
  const second = await runCommand(
    ["fleet", "--watch", "--instance-keys", keys, "--port", port],
    { OCTOPUS_URL: fleet.url, OCTOPUS_API_KEY: fleet.apiKey, OCTOPUS_SPACE: "Default" },
    { workingDirectory: directory },
  );
  expect(second).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(
      `the page cannot be served at port ${port} of this machine: something else listens`,
    ),
  });
  stop.abort();
  expect((await running).code).toBe(0);
});

test("--watch says until when it waits, at the terminal and on each page that is opened meanwhile", async () => {
  const { fleet, directory, keys } = await start();
  const stop = new AbortController();
  const printed: string[] = [];
  const running = runCommand(
    ["fleet", "--watch", "--instance-keys", keys, "--budget", "1"],
    { OCTOPUS_URL: fleet.url, OCTOPUS_API_KEY: fleet.apiKey, OCTOPUS_SPACE: "Default" },
    { workingDirectory: directory, signal: stop.signal, write: (_, text) => void printed.push(text) },
  );
  await expect
    .poll(() => printed.join(""))
    .toMatch(/ until Ctrl-C\. The next look is in \d+ minutes: looks may take 1 requests a minute \(--budget\)\.\n$/);
  const url = /http:\/\/127\.0\.0\.1:\d+\/[\w-]+\//.exec(printed.join(""))?.[0] ?? "";

  const [, readAt = ""] = /"readAt":"([^"]+)"/.exec(await readFirst(new URL("events", url))) ?? [];
  const told = await readFirst(new URL(`events?readAt=${readAt}`, url));
  stop.abort();

  expect(told).toMatch(/^data: \{"budget":\{"perMinute":1,"nextAt":"\d{4}-\d\d-\d\dT[\d:.]+Z"\}\}\n\n$/);
  expect((await running).code).toBe(0);
});

/** What a page that listens is told first, or the beginning of it. */
async function readFirst(url: URL): Promise<string> {
  const reader = (await fetch(url)).body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  await reader?.cancel();
  return new TextDecoder().decode(value);
}
