import { isSecretMark } from "../../model/graph.ts";
import { isJsonObject, type JsonValue } from "../../model/json.ts";
import { parameters } from "../parameters.ts";
import { name, secret } from "../references.ts";
import { description, nameField, type Section } from "../section.ts";
import { list } from "../shape.ts";
import { leaf, required, type Field } from "../value.ts";
import { map, text, texts, word } from "../words.ts";

const plain = text("");
const hidden = secret("");

/** Most are texts; some types of step have secrets in them. */
const property: Field = {
  ...leaf("", undefined, {
    schema: { anyOf: [plain.schema(), hidden.schema()] },
    wanted: 'a text, or "variable" with the name of an Octopus variable',
    isSaid: (value: JsonValue) => typeof value === "string" || hidden.check(value, []).length === 0,
    toBody: (value: JsonValue) => (isJsonObject(value) ? hidden : plain).toBody(value, []),
    fromBody: () => undefined,
  }),
  fromBody: (value, reading) => (isSecretMark(value) ? hidden : plain).fromBody(value, reading),
};

export const stepTemplates: Section = {
  key: "stepTemplates",
  kind: "stepTemplate",
  about: "Steps that people made once for many processes.",
  fields: {
    name: nameField,
    description,
    actionType: required(word("ActionType", "In the API's words, such as `Octopus.Script`.")),
    properties: map("Properties", "As the API has them.", property),
    parameters: parameters("Parameters", "What a step of this kind asks for."),
    packages: list("Packages", "Packages that it refers to.", {
      fields: {
        name: text("Name", "Left out for the package that the step is about."),
        packageId: text("PackageId"),
        feed: name("feed", "FeedId"),
        acquisitionLocation: text("AcquisitionLocation", "`Server`, `ExecutionTarget` or `NotAcquired`."),
        properties: map("Properties"),
      },
    }),
    gitDependencies: list("GitDependencies", "Repositories that it refers to.", {
      fields: {
        name: text("Name"),
        url: required(text("RepositoryUri")),
        defaultBranch: required(text("DefaultBranch")),
        credentialType: required(text("GitCredentialType", "Such as `Anonymous` or `Library`.")),
        credential: name("gitCredential", "GitCredentialId"),
        pathFilters: texts("FilePathFilters"),
      },
    }),
  },
  isWhole: true,
};
