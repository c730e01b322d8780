import { expect, test } from "vitest";
import type { PlannedResource } from "../../../lib/compare/compare-graph.ts";
import type { KeptDifference } from "../../../lib/compare/difference.ts";
import { describeKept, describeWrite } from "../../../lib/compare/report.ts";

const outcome: PlannedResource = {
  target: { kind: "deploymentProcess", key: ["Web"] },
  description: 'the deployment process of "Web"',
  action: "update",
  changes: [],
  kept: [],
  isAdopted: false,
  secrets: [],
};

test("names what was changed by the names of its items", () => {
  const changes = [
    { path: ["Steps", "Build", "Actions", "Build", "Properties", "Script"], place: "", what: "changed" as const },
    { path: ["Steps", "Test"], place: "", what: "added" as const },
    { path: ["Steps"], place: "", what: "reordered" as const },
  ];

  expect(describeWrite({ ...outcome, changes, secrets: ["one", "two"] }, { onlyPlan: false })).toBe(
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
    place: "",
    what: "added" as const,
  }));

  expect(describeWrite({ ...outcome, changes }, { onlyPlan: false })).toMatch(/"V7" \(added\), 4 more\.$/);
});

test.each<[KeptDifference, string]>([
  [
    { path: ["Steps", "Build", "Condition"], place: "", what: "changed", isConflict: true },
    '"Build › Condition" in the deployment process of "Web" was changed in this space and stays so. The package has something else there.',
  ],
  [
    { path: ["Steps", "Mine"], place: "", what: "added", isConflict: false },
    '"Mine" in the deployment process of "Web" was added in this space and stays so.',
  ],
  [
    { path: ["Steps"], place: "", what: "reordered", isConflict: false },
    'The order of "Steps" in the deployment process of "Web" was changed in this space and stays so.',
  ],
  [
    { path: [], place: "", what: "removed", isConflict: false },
    'The deployment process of "Web" was removed in this space and stays so.',
  ],
  [
    { path: ["Variables", "Title"], place: "", what: "blocked", isConflict: false },
    '"Title" in the deployment process of "Web" stays away or as it is, since the copy does not have what it refers to.',
  ],
  [
    {
      path: ["Steps", "Notify"],
      place: "steps",
      what: "taken",
      isConflict: true,
      space: { Name: "notify" },
    },
    '"Notify" in the deployment process of "Web" stays away, since this space has its own "notify", which is left as it is. Rename that one to let the template\'s arrive.',
  ],
])("says of %o what stays", (kept, sentence) => {
  expect(describeKept({ ...outcome, kept: [kept] })).toEqual([{ text: sentence, isConflict: kept.isConflict }]);
});
