import { isSecretMark } from "../model/graph.ts";
import { isJsonObject, textOf, type JsonObject, type JsonValue } from "../model/json.ts";
import type { Path, Problem } from "../yaml/problem.ts";
import { secret } from "./references.ts";
import { list, type Shape } from "./shape.ts";
import { leaf, required, type Field, type Fields } from "./value.ts";
import { choice, text, word } from "./words.ts";

/** How Octopus asks for a value. */
const controls = [
  ["SingleLineText", "MultiLineText", "Sensitive", "Checkbox", "Select"],
  ["StepName", "Package", "Certificate", "WorkerPool", "AzureAccount", "AmazonWebServicesAccount"],
  ["GoogleCloudAccount", "UsernamePasswordAccount", "GenericOidcAccount"],
].flat();

/** What people are asked for: of a variable that is prompted for, and of a template. */
export const control: Fields = {
  type: choice(
    ["DisplaySettings", "Octopus.ControlType"],
    undefined,
    Object.fromEntries(controls.map((name) => [name, name])),
  ),
  options: selectOptions(),
};

/** Choices are one text in the API, a line for each. */
function selectOptions(): Field {
  const toBody = (value: JsonValue): JsonValue =>
    Object.entries(isJsonObject(value) ? value : {})
      .map(([option, shown]) => `${option}|${String(shown)}`)
      .join("\n");
  return leaf(["DisplaySettings", "Octopus.SelectOptions"], "Choices of a Select: value to text.", {
    schema: { type: "object", additionalProperties: { type: "string" } },
    wanted: "a group of texts",
    isSaid: (value) => isJsonObject(value) && Object.values(value).every((shown) => typeof shown === "string"),
    toBody,
    fromBody: (value) => {
      const options = Object.fromEntries(String(value).split("\n").map(splitOption));
      return toBody(options) === value ? options : undefined;
    },
  });
}

function splitOption(line: string): [string, string] {
  const [option = "", ...shown] = line.split("|");
  return [option, shown.join("|")];
}

const initialSecret = secret("DefaultValue");
const initialText = text("DefaultValue");

/** A text; for what is secret, the variable that has it. */
const initial: Field = {
  ...leaf("DefaultValue", "A text; for a Sensitive template, the variable whose value it is.", {
    schema: { anyOf: [initialText.schema(), initialSecret.schema()] },
    wanted: 'a text, or "variable" with the name of an Octopus variable',
    isSaid: (value) => typeof value === "string" || initialSecret.check(value, []).length === 0,
    toBody: (value) => (isJsonObject(value) ? initialSecret : initialText).toBody(value, []),
    fromBody: () => undefined,
  }),
  fromBody: (value, reading) => (isSecretMark(value) ? initialSecret : initialText).fromBody(value, reading),
};

const parameter: Shape = {
  fields: {
    name: required(word("Name", "The name in Octopus.")),
    label: text("Label"),
    help: text("HelpText", "Markdown."),
    ...control,
    default: initial,
  },
  check: checkParameter,
};

function checkParameter(said: JsonObject, path: Path): Problem[] {
  const { default: own } = said;
  const isSecret = textOf(said, "type") === "Sensitive";
  const told =
    'The default of a Sensitive template, and only that, is given as "variable" with the name of an Octopus variable.';
  const isMisfit = own !== undefined && isJsonObject(own) !== isSecret;
  return [...(isMisfit ? [{ path: [...path, "default"], text: told }] : []), ...checkOptions(said, path)];
}

/** Choices are for what is chosen. */
export function checkOptions(said: JsonObject, path: Path): Problem[] {
  if (said["options"] === undefined || said["type"] === "Select") return [];
  return [{ path: [...path, "options"], text: 'Only a template of the type "Select" has options.', isAboutKey: true }];
}

/** Variables for which others have values of their own: tenants, or steps of a template. */
export function parameters(at: string, about: string): Field {
  return list(at, about, parameter);
}
