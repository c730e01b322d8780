import { fieldsOf, isFields, textOf as fieldText, textsOf as fieldTexts, type Fields } from "../model/fields.ts";
import {
  attributes,
  block,
  blocksOf,
  dictionaryOf,
  flagOf,
  textOf,
  textsOf,
  type OclBlock,
  type OclItem,
} from "./items.ts";
import { idOf } from "./process-ocl.ts";
import type { ReferencedKind, References } from "./references.ts";

export interface VariablesContext {
  references: References;
  projectId: string;
  /** Ids of actions, with their slugs; what is not there stays as it is. */
  actionSlugs: ReadonlyMap<string, string>;
  /** Ids of runbooks in the database, with their slugs. */
  runbookSlugs: ReadonlyMap<string, string>;
}

/** What the value of a variable of this type names by its id. */
const kindsOfTypes: Readonly<Record<string, ReferencedKind>> = {
  AmazonWebServicesAccount: "accounts",
  AzureAccount: "accounts",
  GoogleCloudAccount: "accounts",
  UsernamePasswordAccount: "accounts",
  GenericOidcAccount: "accounts",
  Certificate: "certificates",
  WorkerPool: "workerpools",
};

/** One block a name, one value block a value; a type that all values share stands with the variable (read in files of public repositories). */
export function variablesToOcl(variables: readonly Fields[], context: VariablesContext): OclItem[] {
  const names = [...new Set(variables.map((variable) => fieldText(variable, "Name")))];
  return names.map((name) => {
    const values = variables.filter((variable) => variable["Name"] === name);
    const types = new Set(values.map((variable) => fieldText(variable, "Type") || "String"));
    const [type = "String"] = types.size === 1 ? types : [];
    const items = values.map((variable) => valueToOcl(variable, { context, isTyped: types.size > 1 }));
    return block("variable", [name], [...attributes({ type: type === "String" ? undefined : type }), ...items]);
  });
}

function valueToOcl(variable: Fields, { context, isTyped }: { context: VariablesContext; isTyped: boolean }): OclBlock {
  const type = fieldText(variable, "Type") || "String";
  const kind = kindsOfTypes[type];
  const plain = typeof variable["Value"] === "string" ? variable["Value"] : undefined;
  const value = plain !== undefined && kind !== undefined ? context.references.toSlug(kind, plain) : plain;
  const isLong = value !== undefined && /[\r\n]/.test(value);
  const items = attributes({
    ...scopeToOcl(fieldsOf(variable, "Scope"), context),
    description: fieldText(variable, "Description") || undefined,
    type: isTyped && type !== "String" ? type : undefined,
    value: isLong ? value : undefined,
  }).toSorted((a, b) => a.name.localeCompare(b.name, "en"));
  return block("value", value === undefined || isLong ? [] : [value], [...items, ...promptToOcl(variable["Prompt"])]);
}

function scopeToOcl(
  scope: Fields,
  { references, projectId, actionSlugs, runbookSlugs }: VariablesContext,
): Record<string, string[]> {
  const slugs = (dimension: string, kind: ReferencedKind): string[] =>
    fieldTexts(scope, dimension).map((id) => references.toSlug(kind, id));
  return {
    action: fieldTexts(scope, "Action").map((id) => actionSlugs.get(id) ?? id),
    channel: slugs("Channel", "channels"),
    environment: slugs("Environment", "environments"),
    machine: slugs("Machine", "machines"),
    process: fieldTexts(scope, "ProcessOwner").map((id) =>
      id === projectId ? deploymentProcess : `${runbookPrefix}${runbookSlugs.get(id) ?? id}`,
    ),
    role: fieldTexts(scope, "Role"),
    tenant_tag: fieldTexts(scope, "TenantTag"),
  };
}

const deploymentProcess = "deployment-process";
const runbookPrefix = "runbook/";

function promptToOcl(prompt: unknown): OclBlock[] {
  if (!isFields(prompt)) return [];
  const settings = Object.entries(fieldsOf(prompt, "DisplaySettings")).flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value] as const] : [],
  );
  return [
    block(
      "prompt",
      [],
      attributes({
        description: fieldText(prompt, "Description"),
        display_settings: Object.fromEntries(settings),
        label: fieldText(prompt, "Label"),
        required: prompt["Required"] === true,
      }),
    ),
  ];
}

/** The variables of a file. Ids follow from name, place and value, so the same file gives the same ids. */
export function variablesFromOcl(
  items: readonly OclItem[],
  context: Pick<VariablesContext, "references" | "projectId">,
): Fields[] {
  return blocksOf(items, "variable").flatMap((variable) => {
    const name = variable.labels[0] ?? "";
    const shared = textOf(variable.items, "type") ?? "String";
    return blocksOf(variable.items, "value").map((value, index) =>
      valueFromOcl(value, { name, index, shared, context }),
    );
  });
}

interface ValuePlace {
  name: string;
  index: number;
  shared: string;
  context: Pick<VariablesContext, "references" | "projectId">;
}

function valueFromOcl({ labels, items }: OclBlock, { name, index, shared, context }: ValuePlace): Fields {
  const type = textOf(items, "type") ?? shared;
  const where = `variable '${name}'`;
  const written = labels[0] ?? textOf(items, "value") ?? null;
  const kind = kindsOfTypes[type];
  return {
    Id: idOf(JSON.stringify([name, index, items, written])),
    Name: name,
    Value: written !== null && kind !== undefined ? context.references.toId(kind, written, where) : written,
    Description: textOf(items, "description") ?? "",
    Scope: scopeFromOcl(items, context, where),
    IsEditable: true,
    Prompt: promptFromOcl(blocksOf(items, "prompt")[0]),
    Type: type,
    IsSensitive: type === "Sensitive",
  };
}

function scopeFromOcl(
  items: readonly OclItem[],
  { references, projectId }: Pick<VariablesContext, "references" | "projectId">,
  where: string,
): Fields {
  const ids = (name: string, kind: ReferencedKind): string[] =>
    textsOf(items, name).map((slug) => references.toId(kind, slug, where));
  const owners = textsOf(items, "process").map((owner) =>
    owner === deploymentProcess ? projectId : owner.replace(runbookPrefix, ""),
  );
  const scope = {
    Environment: ids("environment", "environments"),
    Machine: ids("machine", "machines"),
    Action: textsOf(items, "action"),
    Role: textsOf(items, "role"),
    Channel: ids("channel", "channels"),
    TenantTag: textsOf(items, "tenant_tag"),
    ProcessOwner: owners,
  };
  return Object.fromEntries(Object.entries(scope).filter(([, values]) => values.length > 0));
}

function promptFromOcl(prompt: OclBlock | undefined): Fields | null {
  if (prompt === undefined) return null;
  const settings = dictionaryOf(prompt.items, "display_settings");
  return {
    Label: textOf(prompt.items, "label") ?? "",
    Description: textOf(prompt.items, "description") ?? "",
    Required: flagOf(prompt.items, "required"),
    DisplaySettings: Object.keys(settings).length === 0 ? { "Octopus.ControlType": "SingleLineText" } : settings,
  };
}
