import { expect, test } from "vitest";
import { describeByKind, pluralOf } from "../../../lib/resources/describe-by-kind.ts";

test.each([
  { target: { kind: "runbook", key: ["Web", "Restart"] }, said: 'the runbook "Restart" of "Web"' },
  { target: { kind: "runbookProcess", key: ["Web", "Restart"] }, said: 'the runbook process of "Restart" of "Web"' },
  { target: { kind: "variableSet", key: ["Web"] }, said: 'the variables of "Web"' },
  { target: { kind: "stepTemplate", key: ["Say", "0123456789abcdef"] }, said: 'the step template "Say"' },
  { target: { kind: "tag", key: ["Region", "Europe"] }, said: 'the tag "Europe" of "Region"' },
])("a sentence says $said, and nothing that people do not know", ({ target, said }) => {
  expect(describeByKind(target)).toBe(said);
});

test("several of a kind are called as people call several", () => {
  expect(["proxy", "runbook process", "gateway", "machine policy", "runbook"].map(pluralOf)).toEqual([
    "proxies",
    "runbook processes",
    "gateways",
    "machine policies",
    "runbooks",
  ]);
});
