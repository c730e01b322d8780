import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fit, widthOf } from "../../../../lib/fleet/run-many/display-width.ts";
import { drawTable } from "../../../../lib/fleet/run-many/draw-table.ts";
import { createRound, type RunState, type TenantRun } from "../../../../lib/fleet/run-many/tenant-run.ts";
import { endQueued, startStage, type Stage } from "./stage.ts";

const states: readonly RunState[] = [
  "toStart",
  "queued",
  "running",
  "held",
  "succeeded",
  "failed",
  "canceled",
  "refused",
  "leftOut",
  "doneBefore",
];

const awkward = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
  fc.constantFrom("日本 Kunden", "👩‍👩‍👧 Familie", "\u001b[2J", "a\nb", "e\u0301".repeat(9), "x".repeat(300)),
);

test("the table is as wide and as high as the terminal at most, whatever tenants are called", () => {
  const runs = fc.array(fc.record({ name: awkward, state: fc.constantFrom(...states), reason: awkward }), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(runs, fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 60 }), (given, columns, rows) => {
      const all = given.map((one, index): TenantRun => ({ ...one, tenantId: String(index), isJoined: false }));
      const round = createRound(all, () => undefined);
      const lines = drawTable(round, { title: "Deploy", columns, rows, colors: true, begun: 0, now: 99_000 });
      expect(lines.length).toBeLessThanOrEqual(Math.max(1, rows - 1));
      for (const line of lines) {
        const bare = [31, 32, 33, 36, 0].reduce((text, code) => text.replaceAll(`\u001b[${code}m`, ""), line);
        expect(widthOf(bare)).toBeLessThanOrEqual(columns);
        expect(bare).not.toMatch(/\p{Cc}/u);
      }
    }),
  );
});

test("a text that does not fit ends with an ellipsis", () => {
  expect([fit("Antarctica", 12), fit("Antarctica", 5), fit("日本語", 4), fit("a", 0)]).toEqual([
    "Antarctica  ",
    "Anta…",
    "日… ",
    "",
  ]);
});

test("at a terminal one table is drawn anew, in a pipe there are lines without colors", async () => {
  const stage = await startStage({ worker: false });
  const written: string[] = [];
  const asia = stage.tenants["Asia"] ?? "";

  const { code } = await stage.manage(["deploy", "--tenants", ".*"], {
    terminal: { size: () => ({ columns: 60, rows: 12 }), hasColors: true },
    write: (_stream, text) => void written.push(text),
    pause: () => Promise.resolve(endQueued(stage, [asia])),
  });

  const shown = written.join("");
  const last = written.at(-1) ?? "";
  expect(code).toBe(1);
  expect(shown).toContain("\u001b[0J");
  expect(shown).toContain("in the queue        ServerTasks-1");
  expect(shown).toContain("\u001b[31m  Asia     failed              ServerTasks-3  It failed.");
  expect(shown).toContain("3 of 3 done, 1 not well");
  expect(last).not.toContain("\u001b");
  expect(last).toContain("2 of 3 succeeded, 1 did not.");
});

const hasScript = spawnSync("script", ["--version"]).status === 0;
if (!hasScript) console.log("There is no script of util-linux here: the table is not tried at a real terminal.");

const programFile = fileURLToPath(new URL("./terminal-program.ts", import.meta.url));

/** As a person starts it, at a terminal of 70 columns. */
function startAtTerminal(stage: Stage, argv: readonly string[]): { ended: Promise<string>; press(keys: string): void } {
  const program = ["node", "--import", "tsx", programFile, ...argv];
  const command = `stty cols 70 rows 15; exec ${program.map((word) => `'${word}'`).join(" ")}`;
  const child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
    env: {
      ...process.env,
      TERM: "xterm",
      NO_COLOR: "",
      OCTOPUS_URL: stage.url,
      OCTOPUS_API_KEY: stage.apiKey,
      OCTOPUS_SPACE: "Default",
    },
  });
  let text = "";
  child.stdout.on("data", (chunk) => void (text += String(chunk)));
  const ended = new Promise<string>((resolve) => {
    child.on("close", (code) => resolve(`${text}\nended with ${code}`));
  });
  return { ended, press: (keys) => void child.stdin.write(keys) };
}

test.skipIf(!hasScript)("at a real terminal, Ctrl-C starts no more, and a second one ends at once", async () => {
  const stage = await startStage({ worker: false, names: ["Africa", "Asia", "Europe"] });
  const started = (): number => stage.server.model.collection("tasks").size;

  const first = startAtTerminal(stage, ["deploy", "--tenants", ".*", "--at-once", "1"]);
  await expect.poll(started).toBe(1);
  first.press("\u0003");
  await expect
    .poll(() => stage.server.requests.filter(({ path }) => path.includes("/tasks?ids=")).length)
    .toBeGreaterThan(2);
  endQueued(stage);
  const gentle = await first.ended;

  const second = startAtTerminal(stage, ["deploy", "--tenants", ".*", "--at-once", "1"]);
  await expect.poll(started).toBe(2);
  second.press("\u0003");
  const looks = stage.server.requests.length;
  await expect.poll(() => stage.server.requests.length).toBeGreaterThan(looks);
  second.press("\u0003");
  const ended = await second.ended;

  expect(gentle).toContain("\u001b[0J");
  expect(gentle).toContain("Starts no more.");
  expect(stripVTControlCharacters(gentle)).toContain("1 of 3 succeeded, 2 were not started.");
  expect(gentle).toContain("ended with 3");
  expect(ended).toContain("Ended at once: what was started goes on in Octopus.");
  expect(ended).toContain("ended with 130");
  expect(started()).toBe(2);
});
