import { expect, test } from "vitest";
import { findField, isAccumulating, isCommaList, isMapName, isOrderedList } from "../../../lib/resources/fields.ts";
import { listHolders, listOwners } from "../../../lib/resources/holders.ts";
import { getKind, resourceKinds } from "../../../lib/resources/index.ts";

const process = getKind("deploymentProcess");
const properties = ["Steps", "Actions", "Properties"];

test("an empty list of environments is all of them, an empty list of tags is none", () => {
  expect(isAccumulating(process, ["Steps", "Actions", "Environments"])).toBe(false);
  expect(isAccumulating(process, ["Steps", "Actions", "ExcludedEnvironments"])).toBe(true);
  expect(isAccumulating(getKind("project"), ["ProjectTags"])).toBe(true);
  expect(isAccumulating(getKind("runbook"), ["Environments"])).toBe(false);
});

test("the order of included variable sets decides, and so may any in what steps name; that of environments does not", () => {
  expect(isOrderedList(getKind("project"), ["IncludedLibraryVariableSetIds"])).toBe(true);
  expect(isOrderedList(process, ["Steps", "Actions", "Inputs", "anything"])).toBe(true);
  expect(isOrderedList(process, ["Steps", "Actions", "Environments"])).toBe(false);
});

test("target tags are a list in one text, instructions are words, and a field that no kind knows is neither", () => {
  expect(isCommaList(process, [...properties, "Octopus.Action.TargetRoles"])).toBe(true);
  expect(findField(process, [...properties, "Octopus.Action.Manual.Instructions"]).text).toBe("words");
  expect(findField(getKind("runbook"), ["Description"]).text).toBe("words");
  expect(findField(process, [...properties, "Acme.Text"]).text).toBeUndefined();
  expect(isCommaList(process, [...properties, "Acme.Text"])).toBe(false);
});

test("people and steps name what is in properties, and nothing else", () => {
  expect(["Properties", "Inputs", "DisplaySettings", "Scope", "Steps"].filter(isMapName)).toEqual([
    "Properties",
    "Inputs",
    "DisplaySettings",
  ]);
});

test("what a target is found in follows from what the kinds have", () => {
  expect(listHolders({ kind: "action", key: ["Web", "Deploy"] })).toEqual([
    { kind: "deploymentProcess", key: ["Web"] },
  ]);
  expect(listOwners({ kind: "action", key: ["Web", "Backup", "Save"] })).toEqual([
    { kind: "runbookProcess", key: ["Web", "Backup"] },
    { kind: "runbook", key: ["Web", "Backup"] },
    { kind: "project", key: ["Web"] },
  ]);
  expect(listHolders({ kind: "tag", key: ["Region", "Europe"] })).toEqual([{ kind: "tagSet", key: ["Region"] }]);
  expect(listHolders({ kind: "template", key: ["Common", "Color"] }).map(({ kind }) => kind)).toEqual([
    "libraryVariableSet",
    "project",
  ]);
});

test.each(resourceKinds.map((kind) => [kind.id, kind] as const))(
  "%s declares as late, made or the server's only what is on top",
  (_id, kind) => {
    const lists = [kind.serverMade, kind.mirrors, kind.createOnly, kind.deferred].map((fields) => fields ?? []);
    const [made = [], mirrored = []] = lists;
    expect(made.filter((field) => mirrored.includes(field))).toEqual([]);
    // What the server makes need not be described.
    expect([...made, ...mirrored].filter((field) => kind.fields?.[field] !== undefined)).toEqual([]);
  },
);
