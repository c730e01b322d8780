import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { commandLineHelp, readCommandLine, StartError } from "../command-line.ts";
import { startLocalOctopus } from "./local-octopus.ts";

const start = join(import.meta.dirname, "..", "start.ts");

function run(...args: string[]): ChildProcess {
  const child = spawn(process.execPath, ["--import", "tsx", start, ...args]);
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

async function outputOf(child: ChildProcess): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const [[code], stdout, stderr] = await Promise.all([
    once(child, "exit"),
    child.stdout === null ? "" : text(child.stdout),
    child.stderr === null ? "" : text(child.stderr),
  ]);
  return { code, stdout, stderr };
}

test("without options everything has its usual value", () => {
  expect(readCommandLine([])).toEqual({
    wantsHelp: false,
    port: 8066,
    isEmpty: false,
    spaces: 0,
    faults: {},
    options: { worker: true },
  });
});

test("every option that is read is in the help, which fits on one screen", () => {
  const named = [...commandLineHelp.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, option]) => option);
  expect(named).toEqual([
    "--port",
    "--api-key",
    "--name",
    "--version",
    "--fleet",
    "--empty",
    "--no-worker",
    "--faults",
    "--help",
  ]);
  expect(commandLineHelp.split("\n").length).toBeLessThan(24);
});

test.each([
  [["--port", "abc"], /"--port abc": a port is a whole number from 0 to 65535/],
  [["--port", "65536"], /from 0 to 65535/],
  [["--port="], /from 0 to 65535/],
  [["--port=-1"], /from 0 to 65535/],
  [["--port=0x50"], /from 0 to 65535/],
  [["--port"], /"--port": Option '--port <value>' argument missing\. See/],
  [["--port", "-1"], /Option '--port' argument is ambiguous\. See/],
  [["--nonsense"], /Unknown option '--nonsense'\. See/],
  [["8066"], /Unexpected argument '8066'\. See/],
  [["--api-key="], /"--api-key": its value is empty/],
  [["--fleet", "many"], /"--fleet many": a fleet has from 0 to 9999 spaces/],
  [["--version", "latest"], /"--version latest": a version is a line such as 2024\.4, or a whole version/],
  [["--faults", "x"], /"--faults x": this is no JSON/],
  [["--faults", '{"fail":1}'], /fail: Invalid input/],
])("%j is refused in one line", (args, sentence) => {
  expect(() => readCommandLine(args)).toThrow(StartError);
  expect(() => readCommandLine(args)).toThrow(sentence);
  expect(() => readCommandLine(args)).not.toThrow(/\n/);
});

test("a port that is taken is said in one sentence", async () => {
  const { url } = await startLocalOctopus();
  const { port } = new URL(url);
  expect(await outputOf(run("--port", port))).toEqual({
    code: 1,
    stdout: "",
    stderr: `Failed to start the local Octopus on port "${port}": another program listens there. Choose another port with --port, or 0 for a free one.\n`,
  });
});

test("it starts with as many spaces as it is told", async () => {
  const child = run("--port", "0", "--fleet", "4", "--no-worker");
  const [line] = await once(child.stdout ?? child, "data");
  const page = await fetch(/http:\S+/.exec(String(line))?.[0] ?? "");

  expect(await page.text()).toContain("5 spaces on 1 server");
});

test("it says where it listens, and ends without an error on Ctrl-C", async () => {
  const child = run("--port", "0", "--empty");
  child.stdout?.once("data", () => child.kill("SIGINT"));
  const { code, stdout, stderr } = await outputOf(child);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(
    /^The local Octopus listens at http:\/\/127\.0\.0\.1:\d+\nAPI key: API-\w+\nStop it with Ctrl-C\.\n$/,
  );
});
