import { expect, test } from "vitest";
import { findAttention } from "../../../lib/fleet/find-attention.ts";
import { makeReport } from "./make-report.ts";

test("what a baseline says comes with the space: the command that helps populates it", () => {
  const report = makeReport({ spaces: 40, templates: 7, seed: 1 });
  const baseline = report.templates.find(({ kind }) => kind === "Baseline")?.key;
  for (const { copies } of report.spaces)
    for (const copy of copies) if (copy.template === baseline) copy.inStep = "behind";

  const attention = findAttention(report, { isNew: () => false });

  const mends = attention.filter(({ template }) => template === baseline).map(({ mend }) => mend?.command);
  expect(mends).toEqual([expect.stringMatching(/^managed-spaces populate/)]);
  const others = attention.filter(({ state, template }) => state === "behind" && template !== baseline);
  expect(others.length).toBeGreaterThan(0);
  for (const { mend } of others) expect(mend?.command).toMatch(/^managed-spaces deploy --project /);
});
