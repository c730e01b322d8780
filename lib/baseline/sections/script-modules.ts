import { isJsonObject, objectsOf, textOf, type JsonObject, type JsonValue } from "../../model/json.ts";
import { description, nameField, one, type Section } from "../section.ts";
import { object } from "../shape.ts";
import { required, type Field } from "../value.ts";
import { choice, text } from "../words.ts";

const said = object("", "What other scripts import.", {
  fields: {
    language: required(
      choice("language", undefined, {
        powerShell: "PowerShell",
        bash: "Bash",
        cSharp: "CSharp",
        fSharp: "FSharp",
        python: "Python",
      }),
    ),
    text: required(text("text")),
  },
});

/** Octopus keeps a script and its language as variables that have the module's name in theirs. */
const script: Field = {
  ...said,
  toBody(value, key) {
    const group = said.toBody(value, key);
    const [name = ""] = key;
    return isJsonObject(group) ? { Variables: Object.entries(variableNames(name)).map(toVariable(group)) } : group;
  },
  fromBody(value, reading) {
    const [name = ""] = reading.key;
    const variables = isJsonObject(value) ? objectsOf(value, "Variables") : [];
    const entries = Object.entries(variableNames(name)).flatMap(([field, variable]) => {
      const found = variables.find((other) => textOf(other, "Name") === variable);
      return found === undefined ? [] : [[field, textOf(found, "Value")]];
    });
    return variables.length === entries.length ? said.fromBody(Object.fromEntries(entries), reading) : undefined;
  },
};

function variableNames(name: string): { language: string; text: string } {
  return { language: `Octopus.Script.Module.Language[${name}]`, text: `Octopus.Script.Module[${name}]` };
}

function toVariable(group: JsonObject): (entry: [field: string, name: string]) => JsonObject {
  const own: Record<string, JsonValue> = { Type: "String", IsSensitive: false };
  return ([field, name]) => ({ Name: name, Value: group[field] ?? "", ...own });
}

export const scriptModules: Section = {
  key: "scriptModules",
  kind: "scriptModule",
  about: "Scripts for other scripts.",
  fields: { name: nameField, description },
  parts: { script: one("variableSet", script) },
  implied: () => [["ContentType", "ScriptModule"]],
};
