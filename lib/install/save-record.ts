import { objectsOf, textOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { recordSetName } from "./installation-record.ts";
import { idToBe, type Installer } from "./installer.ts";

/** Writes down what was noted, as the last thing: a run that is cut off before has claimed nothing that it did not do. */
export async function saveRecord(installer: Installer): Promise<void> {
  const { noted } = installer.record;
  if (noted.size === 0) return;
  const set = await installer.ensure({
    label: "library variable set",
    collection: "libraryvariablesets",
    name: recordSetName,
    create: {
      Description:
        "What managed-spaces install put into the runbooks, so that an upgrade leaves out what you took out. No project includes it.",
      ContentType: "Variables",
      Templates: [],
    },
  });
  const variables = await readVariables(installer.space, set);
  const present = objectsOf(variables, "Variables");
  const wanted = [...noted].map(([Name, steps]) => ({ Name, Value: JSON.stringify(steps) }));
  const changed = wanted.filter(
    ({ Name, Value }) => !present.some((one) => textOf(one, "Name") === Name && textOf(one, "Value") === Value),
  );
  if (changed.length === 0) return;
  const kept = present.filter((one) => !changed.some(({ Name }) => textOf(one, "Name") === Name));
  await installer.change({ verb: "update", what: `the record of what is installed in "${recordSetName}"` }, () =>
    installer.space.put(`/variables/${textOf(set, "VariableSetId")}`, {
      ...variables,
      Variables: [...kept, ...changed.map(toVariable)],
    }),
  );
}

function readVariables(space: OctopusSpace, set: OctopusDocument): Promise<OctopusDocument> {
  if (set.Id === idToBe) return Promise.resolve({ Id: idToBe, Variables: [] });
  return space.get(`/variables/${textOf(set, "VariableSetId")}`);
}

function toVariable({ Name, Value }: { Name: string; Value: string }): JsonObject {
  return {
    Name,
    Value,
    Type: "String",
    Description: "",
    IsEditable: true,
    IsSensitive: false,
    Prompt: null,
    Scope: {},
  };
}
