import fc from "fast-check";
import { expect, test } from "vitest";
import { reference, type Target } from "../../../lib/model/graph.ts";
import { readBody, type Names } from "../../../lib/graph/read-body.ts";
import { dropSecrets, listSecretPlaces, writeBody, type WriteOptions } from "../../../lib/graph/write-body.ts";
import type { JsonObject } from "../../../lib/model/json.ts";
import { getKind } from "../../../lib/resources/index.ts";

const environments = new Map([
  ["Environments-1", "Development"],
  ["Environments-2", "Production, the second"],
  ["Environments-10", "Test"],
]);

const names: Names = {
  spaceId: "Spaces-7",
  find(id) {
    const name = environments.get(id);
    return name === undefined ? undefined : { kind: "environment", key: [name] };
  },
  findTag: (tag) => ({ kind: "tag", key: tag.split("/") }),
  findStepTemplate: (id, version) =>
    id === "ActionTemplates-4" ? { kind: "stepTemplate", key: ["Notify", version] } : undefined,
};

const options: WriteOptions = {
  idOf({ kind, key }: Target) {
    if (kind === "space") return "Spaces-7";
    if (kind === "tag") return key.join("/");
    if (kind === "stepTemplate") return "ActionTemplates-4";
    return [...environments].find(([, name]) => name === key[0])?.[0] ?? "";
  },
  templateVersionOf: ({ key }) => key[1] ?? "",
  secretAt: () => undefined,
};

const id = fc.constantFrom(...environments.keys(), "Spaces-7");
const words = fc.constantFrom("", "see ", ", ", "/", '{"id":"', "Environments-99", "é");
const text = fc.array(fc.oneof(id, words), { maxLength: 4 }).map((parts) => parts.join(" "));
const action = fc.record({
  Name: fc.string({ minLength: 1 }),
  ActionType: fc.constant("Octopus.Script"),
  Environments: fc.uniqueArray(fc.constantFrom(...environments.keys())).map((ids) => ids.toSorted(byName)),
  TenantTags: fc.uniqueArray(fc.constantFrom("Tier/Gold", "Tier/Silver")).map((tags) => tags.toSorted()),
  Properties: fc.dictionary(fc.string(), text, { maxKeys: 4 }),
});

/** Lists whose order means nothing are read in the order of names. */
function byName(a: string, b: string): number {
  return (environments.get(a) ?? "") < (environments.get(b) ?? "") ? -1 : 1;
}

test("writes what reading made of a process back to what it was", () => {
  fc.assert(
    fc.property(fc.uniqueArray(action, { selector: ({ Name }) => Name, maxLength: 3 }), (actions) => {
      const kind = getKind("deploymentProcess");
      const document = { Steps: actions.map((one) => ({ Name: one.Name, Actions: [one] })) };

      const written = writeBody(kind, readBody(kind, document, { names }), options);

      expect(written).toEqual(JSON.parse(JSON.stringify(document)));
    }),
  );
});

test("gives items the ids that they have in the space, and keeps fields that it does not know", () => {
  const kind = getKind("deploymentProcess");
  const current: JsonObject = {
    Id: "deploymentprocess-Projects-1",
    Version: 4,
    Links: { Self: "/api" },
    Steps: [
      {
        Id: "s2",
        Name: "two",
        FromTheFuture: true,
        Actions: [{ Id: "a2", Name: "two", Links: {}, Packages: [{ Id: "p2", Name: "" }] }],
      },
      { Id: "s1", Name: "one", Actions: [] },
    ],
  };
  const body: JsonObject = {
    Steps: [
      { Name: "one", Actions: [] },
      { Name: "two", Actions: [{ Name: "two", Packages: [{ Name: "" }] }] },
      { Name: "new" },
    ],
  };

  expect(writeBody(kind, body, { ...options, current })).toEqual({
    Id: "deploymentprocess-Projects-1",
    Version: 4,
    Steps: [
      { Id: "s1", Name: "one", Actions: [] },
      {
        Id: "s2",
        Name: "two",
        FromTheFuture: true,
        Actions: [{ Id: "a2", Name: "two", Packages: [{ Id: "p2", Name: "" }] }],
      },
      { Name: "new" },
    ],
  });
});

test("sends nothing of what items say about themselves, and keeps what people named alike", () => {
  const kind = getKind("deploymentProcess");
  const hello = { $id: "aaaaaaaaaaaa", Name: "one", Properties: { $id: "theirs" } };

  expect(writeBody(kind, { Steps: [{ $id: "bbbbbbbbbbbb", Name: "one", Actions: [hello] }] }, options)).toEqual({
    Steps: [{ Name: "one", Actions: [{ Name: "one", Properties: { $id: "theirs" } }] }],
  });
});

test("puts the space's version of a step template beside its id", () => {
  const kind = getKind("runbookProcess");
  const properties = { "Octopus.Action.Template.Id": "ActionTemplates-4", "Octopus.Action.Template.Version": "12" };
  const document = { Steps: [{ Name: "one", Actions: [{ Name: "one", Properties: properties }] }] };

  expect(writeBody(kind, readBody(kind, document, { names }), options)).toEqual(document);
});

test("matches variables by name and scope, and sends a secret bare", () => {
  const kind = getKind("variableSet");
  const scope = { Environment: ["Environments-10", "Environments-1"] };
  const current: JsonObject = {
    Id: "variableset-Projects-1",
    Version: 2,
    Variables: [
      { Id: "v1", Name: "Password", IsSensitive: true, Value: null, Scope: {} },
      { Id: "v2", Name: "Password", IsSensitive: true, Value: null, Scope: scope },
    ],
  };
  const body = readBody(kind, current, { names });
  const places = listSecretPlaces(kind, body);
  const scoped = places.find(({ path }) => path.some((part) => part.includes("Test")))?.place;

  const written = writeBody(kind, body, {
    ...options,
    current,
    secretAt: (place) => (place === scoped ? "sesame" : undefined),
  });

  expect(places.map(({ path }) => path.join(" › "))).toEqual([
    "Variables › Password (Environment: Development, Test) › Value",
    "Variables › Password › Value",
  ]);
  expect(written["Variables"]).toMatchObject([
    { Id: "v2", Value: "sesame", Scope: { Environment: ["Environments-1", "Environments-10"] } },
    { Id: "v1", Value: null, Scope: {} },
  ]);
});

test("says of any other secret whether there is one", () => {
  const kind = getKind("feed");
  const body: JsonObject = { Name: "Docker Hub", Password: { $secret: { variable: "Docker.Password" } } };

  expect(writeBody(kind, body, { ...options, secretAt: () => "sesame" })["Password"]).toEqual({
    HasValue: true,
    NewValue: "sesame",
  });
  expect(writeBody(kind, body, options)["Password"]).toEqual({ HasValue: true, NewValue: null });
  expect(dropSecrets(kind, body)).toEqual({ Name: "Docker Hub" });
});

test("keeps a sensitive variable when its secret is dropped", () => {
  const kind = getKind("variableSet");
  const body: JsonObject = {
    Variables: [{ Name: "Password", IsSensitive: true, Value: { $secret: { variable: "Password" } } }],
  };

  expect(writeBody(kind, dropSecrets(kind, body), options)).toEqual({
    Variables: [{ Name: "Password", IsSensitive: true, Value: null }],
  });
});

test("joins the pieces of a text", () => {
  const body: JsonObject = {
    Notes: { $text: ["in ", reference("environment", ["Test"]), " of ", reference("space", ["."])] },
  };

  expect(writeBody(getKind("project"), body, options)).toEqual({ Notes: "in Environments-10 of Spaces-7" });
});
