import { expect, test } from "vitest";
import { describeValues } from "../../../lib/compare/describe-value.ts";
import { reference } from "../../../lib/model/graph.ts";

const secret = { $secret: { variable: "Password" } };

test("values are told in words: names for ids, a line for a field, nothing for what is empty", () => {
  const production = reference("environment", ["Production"]);

  expect(
    describeValues([
      undefined,
      null,
      false,
      "one\r\ntwo",
      production,
      [production, "x"],
      { $text: ["feed ", reference("feed", ["Docker Hub"])] },
      { Value: "", Scope: { Environment: [production] }, Name: "Region", $id: "1f", Type: "String" },
      [{ Name: "a", Note: "b" }],
    ]),
  ).toEqual([
    "",
    "",
    "false",
    "one\ntwo",
    'the environment "Production"',
    'the environment "Production"\nx',
    "feed Docker Hub",
    'Name: Region\nScope:\n  Environment: the environment "Production"\nType: String',
    "- Name: a\n  Note: b",
  ]);
});

test("what is a secret on one side is shown on none", () => {
  const hidden = "a value, which is not shown since it is a secret elsewhere";

  expect(describeValues(["correct horse", secret, undefined])).toEqual([hidden, "a secret, which is not shown", ""]);
  expect(describeValues([{ Value: "correct horse" }, { Value: secret }, { Value: "" }])).toEqual([
    `Value: ${hidden}`,
    "Value: a secret, which is not shown",
    "",
  ]);
  expect(describeValues([[{ Key: "correct horse" }], [{ Key: secret }]]).join()).not.toContain("horse");
});
