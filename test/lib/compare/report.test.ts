import { expect, test } from "vitest";
import type { Outcome } from "../../../lib/apply/apply-graph.ts";
import type { KeptDifference } from "../../../lib/compare/merge.ts";
import { describeKept, describeWrite } from "../../../lib/compare/report.ts";

const outcome: Outcome = {
  target: { kind: "deploymentProcess", key: ["Web"] },
  description: 'the deployment process of "Web"',
  action: "update",
  changes: [],
  kept: [],
  secretCount: 0,
};

test("names what was changed by the names of its items", () => {
  const changes = [
    { path: ["Steps", "Build", "Actions", "Build", "Properties", "Script"], what: "changed" as const },
    { path: ["Steps", "Test"], what: "added" as const },
    { path: ["Steps"], what: "reordered" as const },
  ];

  expect(describeWrite({ ...outcome, changes, secretCount: 2 }, { onlyPlan: false })).toBe(
    'Updated the deployment process of "Web": "Build › Script", "Test" (added), "Steps" (reordered), 2 secrets.',
  );
  expect(describeWrite({ ...outcome, action: "create" }, { onlyPlan: true })).toBe(
    'Would make the deployment process of "Web".',
  );
  expect(describeWrite({ ...outcome, action: "none" }, { onlyPlan: false })).toBeUndefined();
});

test("does not list more than a person reads", () => {
  const changes = Array.from({ length: 12 }, (_, index) => ({
    path: ["Variables", `V${index}`],
    what: "added" as const,
  }));

  expect(describeWrite({ ...outcome, changes }, { onlyPlan: false })).toMatch(/"V7" \(added\), 4 more\.$/);
});

test.each<[KeptDifference, string]>([
  [
    { path: ["Steps", "Build", "Condition"], what: "changed", isConflict: true },
    '"Build › Condition" in the deployment process of "Web" was changed in this space and stays so. The package has something else there.',
  ],
  [
    { path: ["Steps", "Mine"], what: "added", isConflict: false },
    '"Mine" in the deployment process of "Web" was added in this space and stays so.',
  ],
  [
    { path: ["Steps"], what: "reordered", isConflict: false },
    'The order of "Steps" in the deployment process of "Web" was changed in this space and stays so.',
  ],
  [
    { path: [], what: "removed", isConflict: false },
    'The deployment process of "Web" was removed in this space and stays so.',
  ],
  [
    { path: ["Variables", "Title"], what: "blocked", isConflict: false },
    '"Title" in the deployment process of "Web" stays away, since people removed what it refers to.',
  ],
])("says of %o what stays", (kept, sentence) => {
  expect(describeKept({ ...outcome, kept: [kept] })).toEqual([{ text: sentence, isConflict: kept.isConflict }]);
});
