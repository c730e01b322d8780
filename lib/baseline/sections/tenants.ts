import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { Path, Problem } from "../../yaml/problem.ts";
import { name, names, tags } from "../references.ts";
import { description, nameField, one, type Section } from "../section.ts";
import { list } from "../shape.ts";
import { required, type Fields } from "../value.ts";
import { accountType, checkValue, typeOfReference, valueFields } from "../variable-value.ts";
import { flag, word } from "../words.ts";

const owners: Fields = {
  project: name("project", "OwnerId", "Whose template it is."),
  libraryVariableSet: name("libraryVariableSet", "OwnerId", "Whose template it is, instead."),
};

const values = list("Values", "What it has for the templates of its projects and of their variable sets.", {
  fields: {
    ...owners,
    template: required(word("Template", "The template's name.")),
    environments: names("environment", "EnvironmentIds", "Environments in which it has this value. Left out: all."),
    ...valueFields,
    accountType,
  },
  implied: ({ Value: value }): [string, JsonValue][] => {
    const type = typeOfReference(value);
    return type === undefined ? [] : [["Type", type]];
  },
  isWhole: true,
  check: checkTenantValue,
  identify: ({ project, libraryVariableSet: set, template, environments }) =>
    JSON.stringify([project ?? null, set ?? null, template ?? null, environments ?? null]),
});

function checkTenantValue(said: JsonObject, path: Path): Problem[] {
  const isOne = (said["project"] === undefined) !== (said["libraryVariableSet"] === undefined);
  const told = 'A value is for a template of a "project" or of a "libraryVariableSet".';
  return [...(isOne ? [] : [{ path, text: told }]), ...checkValue(said, path)];
}

export const tenants: Section = {
  key: "tenants",
  kind: "tenant",
  about: "Whom projects are deployed for.",
  fields: {
    name: nameField,
    description,
    isDisabled: flag("IsDisabled"),
    tags: tags("TenantTags", "As `Set/Tag`."),
    projects: list("ProjectEnvironments", "Projects that are deployed for it.", {
      fields: {
        project: required(name("project", "ProjectId")),
        environments: names("environment", "EnvironmentIds", "To which they are."),
      },
      identify: ({ project }) => String(project).toLowerCase(),
    }),
  },
  parts: { values: one("tenantVariables", values) },
  unsaid: ["Slug"],
};
