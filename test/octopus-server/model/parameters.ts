import { randomUUID } from "node:crypto";
import { fieldsOf, isFields, propertyOf, type Fields } from "./fields.ts";
import { normalizePropertyValue } from "./processes.ts";

/**
 * Parameters of step templates and variable templates of projects and library variable sets: ids are given to new ones and kept for
 * others; a secret default is kept when a client sends back what it was shown.
 * @param stored - the parameters before the change
 */
export function normalizeParameters(sent: unknown, stored: readonly Fields[]): Fields[] {
  return (Array.isArray(sent) ? sent : []).filter(isFields).map((parameter) => {
    const id = textAt(parameter, "Id") || randomUUID();
    const before = stored.find((candidate) => candidate["Id"] === id);
    return {
      Id: id,
      Name: textAt(parameter, "Name"),
      Label: propertyOf(parameter, "Label") ?? null,
      HelpText: propertyOf(parameter, "HelpText") ?? null,
      DefaultValue: toDefault(propertyOf(parameter, "DefaultValue"), before?.["DefaultValue"]),
      DisplaySettings: fieldsOf({ Value: propertyOf(parameter, "DisplaySettings") }, "Value"),
    };
  });
}

/** A secret default that is none is shown as such: the Terraform provider reads it without a look whether it is there. */
function toDefault(sent: unknown, stored: unknown): unknown {
  return (
    normalizePropertyValue(sent, stored) ?? (isFields(sent) ? { HasValue: false, NewValue: null, Hint: null } : null)
  );
}

/** Names that more than one parameter has, compared case-insensitively. */
export function repeatedNames(parameters: readonly Fields[]): string[] {
  const seen = new Set<string>();
  return parameters
    .map((parameter) => textAt(parameter, "Name"))
    .filter((name) => {
      const key = name.toLowerCase();
      const isRepeated = seen.has(key);
      seen.add(key);
      return isRepeated;
    });
}

function textAt(fields: Fields, name: string): string {
  const value = propertyOf(fields, name);
  return typeof value === "string" ? value : "";
}
