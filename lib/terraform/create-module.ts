import {
  describeTarget,
  isReference,
  isSecretMark,
  isText,
  targetId,
  type LookUp,
  type Reference,
  type Remark,
  type ResourceGraph,
  type Target,
} from "../model/graph.ts";
import { isJsonObject, type JsonValue } from "../model/json.ts";
import { findKind } from "../resources/index.ts";
import { findForm } from "./forms/index.ts";
import { expression, quote, type HclBlock, type HclExpression, type HclValue } from "./hcl.ts";
import { createNameRegistry, toLabel } from "./names.ts";
import type { LookUpForm, TerraformModule, TerraformVariable } from "./form.ts";

/** A module as it fills, and what can be read from it when it is done. */
export interface FillingModule extends TerraformModule {
  /** By path below the module. */
  files(): Map<string, HclBlock[]>;
  remarks(): Remark[];
}

/** An empty module, for the nodes of a graph to write themselves into. */
export function createModule(
  graph: ResourceGraph,
  { detachStepTemplates }: { detachStepTemplates: boolean },
): FillingModule {
  const { claim } = createNameRegistry();
  const files = new Map<string, HclBlock[]>();
  const references = new Map<string, HclExpression | undefined>();
  const remarks = new Map<string, Remark>();
  const lookUps = new Map(graph.lookUps.map((lookUp) => [targetId(lookUp), lookUp]));

  const add: TerraformModule["add"] = (file, ...blocks) =>
    void files.set(file, [...(files.get(file) ?? []), ...blocks]);
  const remark: TerraformModule["remark"] = (about, text) =>
    void remarks.set(`${targetId(about)} ${text}`, { about, text: `in Terraform, ${text}` });
  const addVariable: TerraformModule["addVariable"] = (file, variable) => {
    add(file, toVariableBlock(variable));
    return expression(`var.${variable.name}`);
  };

  function refer(target: Target, by: Target): HclExpression | undefined {
    if (target.kind === "space") return expression("trimspace(var.octopus_space_id)");
    const id = targetId(target);
    const lookUp = lookUps.get(id);
    if (!references.has(id) && lookUp !== undefined) references.set(id, addLookUp(lookUp, { claim, add, addVariable }));
    const found = references.get(id);
    if (found === undefined) remark(by, `there is no way to refer to ${describe(target)}: that is left out`);
    return found;
  }

  return {
    nodes: graph.nodes,
    detachStepTemplates,
    claim,
    add,
    addVariable,
    define: (target, to) => void references.set(targetId(target), to),
    refer,
    ...createValueWriter(refer),
    remark,
    files: () => files,
    remarks: () => [...remarks.values()],
  };
}

function toVariableBlock({
  name,
  description,
  default: initial,
  isSensitive,
  validation,
}: TerraformVariable): HclBlock {
  const attributes = {
    type: expression("string"),
    nullable: false,
    sensitive: isSensitive === true,
    description,
    default: initial,
  };
  const blocks = validation === undefined ? [] : [toValidation(validation)];
  return { type: "variable", labels: [name], attributes, blocks };
}

function toValidation({ condition, message }: NonNullable<TerraformVariable["validation"]>): HclBlock {
  return { type: "validation", attributes: { condition: expression(condition), error_message: message } };
}

function createValueWriter(refer: TerraformModule["refer"]): Pick<TerraformModule, "value" | "list"> {
  const list: TerraformModule["list"] = (json, by) =>
    Array.isArray(json) ? json.flatMap((item) => value(item, by) ?? []) : [];

  function value(json: JsonValue | undefined, by: Target): HclValue | undefined {
    if (json === undefined || json === null || isSecretMark(json)) return undefined;
    if (isReference(json)) return referTo(json.$ref, by);
    if (isText(json)) return { template: json.$text.map((piece) => toPiece(piece, by)) };
    if (Array.isArray(json)) return list(json, by);
    if (!isJsonObject(json)) return json;
    const entries = Object.entries(json).flatMap(([field, inner]) => toEntry(field, value(inner, by)));
    return { entries: Object.fromEntries(entries) };
  }

  /** A tag is known by its name everywhere. */
  function referTo(target: Target, by: Target): HclExpression | string | undefined {
    return target.kind === "tag" ? target.key.join("/") : refer(target, by);
  }

  function toPiece(piece: string | Reference, by: Target): string | HclExpression {
    return typeof piece === "string" ? piece : (referTo(piece.$ref, by) ?? "");
  }

  return { value, list };
}

function addLookUp(
  lookUp: LookUp,
  { claim, add, addVariable }: Pick<TerraformModule, "claim" | "add" | "addVariable">,
): HclExpression | undefined {
  const by = findForm(lookUp.kind)?.lookUp;
  if (by === undefined || lookUp.key.length !== 1) return undefined;
  const [name = ""] = lookUp.key;
  const id = targetId(lookUp);
  const label = claim("lookup", `${by.label}_${toLabel(name)}`, id);
  const file = `${label}.tf`;
  const variable = (): TerraformVariable => ({
    name: claim("variable", `${label}_name`, id),
    description: `The name of ${describe(lookUp)} in this space.`,
    default: name,
  });
  const wanted = by.isRenamable === true ? addVariable(file, variable()) : name;
  add(file, toDataBlock({ lookUp, by, label, wanted }), toLocalBlock({ lookUp, by, label, wanted }));
  return expression(`local.${label}_id`);
}

interface Search {
  lookUp: LookUp;
  by: LookUpForm;
  label: string;
  wanted: HclValue;
}

/** What every space has one of is known by its type, since servers name it as they like. */
function isKnownByType({ lookUp, by }: Search): boolean {
  return by.knownByType?.includes(lookUp.key.at(-1) ?? "") === true;
}

function toDataBlock(form: Search): HclBlock {
  const { lookUp, by, label, wanted } = form;
  const details = Object.fromEntries(
    Object.entries(by.details ?? {}).map(([detail, attribute]) => [attribute, lookUp.details?.[detail]]),
  );
  const byName = isKnownByType(form) ? {} : { [by.filter ?? "partial_name"]: wanted };
  const found = `[for item in self.${by.collection} : item${toCondition(form)}]`;
  const postcondition = {
    type: "postcondition",
    attributes: {
      condition: expression(`length(${found}) == 1`),
      error_message: `This space needs exactly one ${labelOf(lookUp)} "${lookUp.key.at(-1) ?? ""}". Create it, or run Populate Space first.`,
    },
  };
  return {
    type: "data",
    labels: [by.dataSource, label],
    attributes: { ...byName, ...details, ...by.filters, skip: 0, take: 10_000 },
    blocks: [{ type: "lifecycle", blocks: [postcondition] }],
  };
}

/** The filters of the data sources match parts of names, so the exact one is picked here. */
function toLocalBlock(form: Search): HclBlock {
  const { by, label } = form;
  return {
    type: "locals",
    attributes: {
      [`${label}_id`]: expression(
        `one([for item in data.${by.dataSource}.${label}.${by.collection} : item.id${toCondition(form)}])`,
      ),
    },
  };
}

function toCondition(form: Search): string {
  if (isKnownByType(form)) return "";
  return ` if item.name == ${typeof form.wanted === "string" ? quote(form.wanted) : isExpression(form.wanted) ? form.wanted.expression : '""'}`;
}

function isExpression(value: HclValue): value is HclExpression {
  return typeof value === "object" && "expression" in value;
}

function toEntry(field: string, value: HclValue | undefined): [string, HclValue][] {
  return value === undefined ? [] : [[field, value]];
}

function describe(target: Target): string {
  return describeTarget(target, labelOf(target));
}

function labelOf(target: Target): string {
  return findKind(target.kind)?.label ?? target.kind;
}
