import { textOf } from "../../model/json.ts";
import { parameters } from "../parameters.ts";
import { description, nameField, one, type Section } from "../section.ts";
import { variables } from "../variables.ts";

export const libraryVariableSets: Section = {
  key: "libraryVariableSets",
  kind: "libraryVariableSet",
  about: "Variables that projects may include.",
  fields: {
    name: nameField,
    description,
    templates: parameters("Templates", "Variables for which every tenant has a value of its own."),
  },
  parts: { variables: one("variableSet", variables) },
  implied: () => [["ContentType", "Variables"]],
  isOf: (body) => textOf(body, "ContentType") !== "ScriptModule",
};
