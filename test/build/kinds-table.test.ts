import { expect, test } from "vitest";
import { renderKindsTable, renderUncopiedTable } from "../../build/kinds-table.ts";
import { getKind, resourceKinds } from "../../lib/resources/index.ts";
import type { ResourceKind } from "../../lib/resources/resource-kind.ts";

test("every kind has a row, in which nothing is left open", () => {
  const [, , ...rows] = renderKindsTable().split("\n");

  expect(rows).toHaveLength(resourceKinds.length);
  for (const row of rows) expect(row).toMatch(/^\| (?:[^|\s][^|]* \| ){4}[^|\s][^|]* \|$/);
});

test("a row says what the kind, its Terraform form and the baseline's sections say", () => {
  const kinds = ["lifecycle", "channel", "versionControl", "variableSet"].map(getKind);

  expect(renderKindsTable(kinds).split("\n").slice(2)).toEqual([
    "| lifecycle | resource, or looked up by `octopusdeploy_lifecycles`; what every space has is found | made and changed; `Slug` only when made | field by field, `Phases` one by one | `lifecycles` |",
    "| channel of a project | resource | made and changed; `Slug` only when made | field by field, `Rules` one by one | `projects[].channels` |",
    "| version control settings of a project | in the project's resource, which has a block of persistence settings | there with its owner, changed | field by field | `projects[].git` |",
    "| variables of a project, library variable set or script module | resource | there with its owner, changed | field by field, `Variables` one by one | `libraryVariableSets[].variables`, `scriptModules[].script` and `projects[].variables` |",
  ]);
});

test("of a kind that is only pointed to, the row says that it has to be there", () => {
  const moon: ResourceKind = {
    id: "moon",
    label: "moon",
    isLookUpOnly: true,
    list: () => Promise.resolve([]),
    nameOf: () => "",
  };

  expect(renderKindsTable([moon])).toContain("| moon | none | has to be there | its name | no |");
});

test("what nobody copies for one reason is in one row", () => {
  const reasons = { tasks: "runs that were", licenses: "one server's", deployments: "runs that were" };

  expect(renderUncopiedTable(reasons).split("\n").slice(2)).toEqual([
    "| `tasks` and `deployments` | runs that were |",
    "| `licenses` | one server's |",
  ]);
});
