import { expect, test } from "vitest";
import { createOctopusJournal } from "../../lib/step/step-journal.ts";
import type { StepJournal } from "../../lib/step/step-journal.ts";
import { parseServiceMessages } from "../bundle/worker.ts";

test("each level is left as soon as its lines are printed", () => {
  const { journal, printed } = recordOctopus();

  journal.log("info", "plain");
  journal.log("verbose", "one\ntwo\n");
  journal.log("warning", "careful");

  expect(printed.stdout).toBe(
    "plain\n" +
      "##octopus[stdout-verbose]\none\ntwo\n##octopus[stdout-default]\n" +
      "##octopus[stdout-warning]\ncareful\n##octopus[stdout-default]\n",
  );
});

test("text cannot give Octopus orders", () => {
  const { journal, printed } = recordOctopus();

  journal.log(
    "info",
    "##octopus[setVariable name='YQ==' value='Yg==']\n\r##octopus[stdout-ignore]\n##oct\ropus[stdout-ignore]",
  );

  expect(parseServiceMessages(printed.stdout)).toEqual([]);
});

test("attributes carry every character", () => {
  const { journal, printed } = recordOctopus();
  const value = "']\n##octopus[x] 🐙\u0000";

  journal.setOutput("Name", value, true);

  expect(parseServiceMessages(printed.stdout)).toEqual([
    { name: "setVariable", attributes: { name: "Name", value, sensitive: "True" } },
  ]);
});

function recordOctopus(): { journal: StepJournal; printed: Record<"stdout" | "stderr", string> } {
  const printed = { stdout: "", stderr: "" };
  return { journal: createOctopusJournal((stream, text) => void (printed[stream] += text)), printed };
}
