import { describe, expect, test } from "vitest";
import { checkValue, type Problem } from "../contract/check-value.ts";
import { findEndpoint, toContract } from "../contract/read-contract.ts";
import { parseShape } from "../contract/shape.ts";

const string = { type: "string" };
const contract = toContract({
  areas: {
    teas: {
      endpoints: [
        {
          method: "GET",
          path: "/api/{spaceId}/teas",
          aliases: ["/api/teas", "/api/spaces/{spaceIdentifier}/teas"],
          status: [200],
          answer: "page @Tea",
        },
        { method: "GET", path: "/api/{spaceId}/teas/{id}", aliases: ["/api/teas/{id}"], status: [200], answer: "@Tea" },
        {
          method: "GET",
          path: "/api/{spaceId}/teas/all",
          aliases: ["/api/teas/all"],
          status: [200],
          answer: "list @Tea",
        },
        { method: "PUT", path: "/api/{spaceId}/teas/sortorder", body: "string[]", status: [200], answer: "none" },
      ],
      types: {
        Tea: {
          Name: { ...string, required: true },
          Kind: { ...string, enum: ["Green", "Black"] },
          Water: { type: "object", fields: { Degrees: { type: "integer" } } },
          Leaves: { type: "array", items: { type: "Leaf" } },
          Notes: { type: "object", fields: { "*": string } },
          Extra: { type: "object" },
          Picked: { type: "dateTime" },
        },
        Leaf: { Length: { type: "number" } },
      },
    },
  },
});

describe("an address of the contract", () => {
  test.each([
    ["/api/Spaces-1/teas", "/api/{spaceId}/teas"],
    ["/API/spaces-1/TEAS/", "/api/{spaceId}/teas"],
    ["/api/teas", "/api/{spaceId}/teas"],
    ["/api/spaces/default/teas", "/api/{spaceId}/teas"],
    ["/api/Spaces-1/teas/Teas-1", "/api/{spaceId}/teas/{id}"],
    ["/api/Spaces-1/teas/a%2Fb", "/api/{spaceId}/teas/{id}"],
    ["/api/Spaces-1/teas/All", "/api/{spaceId}/teas/all"],
    ["/api/Spaces-1/teas/Teas-1/leaves", undefined],
    ["/api/users/teas", undefined],
  ])("%s is %s", (asked, documented) => {
    expect(findEndpoint(contract, "GET", asked)?.endpoint.path).toBe(documented);
  });

  test("tells what stands in its open segments", () => {
    expect(findEndpoint(contract, "GET", "/api/Spaces-1/teas/a%2Fb")?.parameters).toEqual({
      spaceid: "Spaces-1",
      id: "a/b",
    });
  });

  test("has a method", () => {
    expect(findEndpoint(contract, "DELETE", "/api/teas")).toBeUndefined();
  });
});

function problemsOf(shape: string, value: unknown, direction: "request" | "answer" = "request"): string[] {
  const tell = ({ path, problem, expected }: Problem): string => `${path} ${problem} ${expected ?? ""}`.trim();
  return checkValue(contract, "teas", parseShape(shape), value, { direction }).map(tell);
}

describe("a value", () => {
  const tea = {
    Name: "Assam",
    Kind: "Black",
    Water: { Degrees: 95 },
    Leaves: [{ Length: 1.5 }],
    Notes: { any: "x" },
    Extra: { any: [1] },
    Picked: "2026-03-01T08:00:00Z",
  };

  test.each([
    ["@Tea", tea],
    ["page @Tea", { Items: [tea], TotalResults: 1 }],
    ["list @Tea", [tea, tea]],
    ["{Tea:@Tea More:object[]@Leaf Kinds:enum(On|Off)[]}", { Tea: tea, More: [{}], Kinds: ["On"] }],
    ["any", { what: "ever" }],
    ["@Tea", { Name: "Assam", Kind: null, Water: null }],
  ])("is as %s has it", (shape, value) => {
    expect(problemsOf(shape, value)).toEqual([]);
  });

  test.each([
    [{}, ["Name missing"]],
    [{ Name: null }, ["Name missing"]],
    [{ Name: "", name: "" }, ["name unknown"]],
    [{ Name: 3 }, ["Name type string"]],
    [{ Name: "", Kind: "Red" }, ["Kind enum Green, Black"]],
    [{ Name: "", Water: { Degrees: 95.5, Salt: 1 } }, ["Water.Degrees type integer", "Water.Salt unknown"]],
    [{ Name: "", Water: [] }, ["Water type object"]],
    [{ Name: "", Leaves: [{ Colour: 1 }, { Colour: 2 }] }, ["Leaves[].Colour unknown"]],
    [{ Name: "", Leaves: {} }, ["Leaves type array"]],
    [{ Name: "", Notes: { a: 1, b: 2 } }, ["Notes.* type string"]],
    [{ Name: "", Picked: "yesterday" }, ["Picked type dateTime"]],
    [[], ["type object"]],
  ])("%j is told to be otherwise", (value, problems) => {
    expect(problemsOf("@Tea", value)).toEqual(problems);
  });

  test("lacks in an answer whatever is documented", () => {
    expect(problemsOf("@Leaf", {}, "answer")).toEqual(["Length missing"]);
    expect(problemsOf("@Leaf", { Length: null }, "answer")).toEqual([]);
  });
});

test("a shape that cannot be read is no contract", () => {
  expect(() => parseShape("{Name:string")).toThrow("which is no shape");
});
