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

test("a command that helps many is one that managed-spaces takes: it says for whom", () => {
  for (const spaces of [2, 40, 120]) {
    const report = makeReport({ spaces, templates: 1, seed: 3 });
    for (const instance of report.instances) instance.findings = [];
    for (const space of report.spaces) {
      space.tenant.name = `Tenant ${space.tenant.id} of $HOME`;
      for (const copy of space.copies) Object.assign(copy, { inStep: "behind", behind: 1 });
      const command = `managed-spaces populate --tenants '${space.tenant.name}'`;
      space.findings = [{ state: "notThere", text: "No space yet.", since: "", mend: { text: "Make it.", command } }];
    }

    const commands = findAttention(report, { isNew: () => false }).flatMap(({ mend }) => mend?.command ?? []);

    for (const command of commands)
      expect(command).toMatch(
        /^managed-spaces (populate|deploy --project ('[^']+'|\S+))(( --tenants 'Tenant \S+ of \$HOME'){1,50}| --tenants "\.\*")$/,
      );
    const populate = commands.find((one) => one.startsWith("managed-spaces populate"));
    expect(populate?.split("--tenants").length).toBe(spaces > 50 ? 2 : spaces + 1);
  }
});
