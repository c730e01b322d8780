import {
  describeTarget,
  isReference,
  isSecretMark,
  isText,
  targetId,
  type LookUp,
  type Remark,
  type ResourceGraph,
  type Target,
} from "../graph/graph.ts";
import { isJsonObject, type JsonValue } from "../json.ts";
import { findKind } from "../resources/index.ts";
import { expression, quote, type HclBlock, type HclExpression, type HclValue } from "./hcl.ts";
import { createNameRegistry, toLabel } from "./names.ts";
import type { TerraformLookUp, TerraformModule, TerraformVariable } from "./terraform-kind.ts";

/** A module as it fills, and what can be read from it when it is done. */
export interface FillingModule extends TerraformModule {
  /** By path below the module. */
  files(): Map<string, HclBlock[]>;
  remarks(): Remark[];
}

export function createModule(
  graph: ResourceGraph,
  { detachStepTemplates }: { detachStepTemplates: boolean },
): FillingModule {
  const registry = createNameRegistry();
  const files = new Map<string, HclBlock[]>();
  const references = new Map<string, HclExpression | undefined>();
  const remarks = new Map<string, Remark>();
  const lookUps = new Map(graph.lookUps.map((lookUp) => [targetId(lookUp), lookUp]));

  const add: TerraformModule["add"] = (file, ...blocks) =>
    void files.set(file, [...(files.get(file) ?? []), ...blocks]);
  const remark: TerraformModule["remark"] = (about, text) =>
    void remarks.set(`${targetId(about)} ${text}`, { about, text: `in Terraform, ${text}` });

  function addVariable(
    file: string,
    { name, description, default: initial, isSensitive = false, validation }: TerraformVariable,
  ): HclExpression {
    const blocks =
      validation === undefined
        ? []
        : [
            {
              type: "validation",
              attributes: { condition: expression(validation.condition), error_message: validation.message },
            },
          ];
    const attributes = {
      type: expression("string"),
      nullable: false,
      sensitive: isSensitive,
      description,
      default: initial,
    };
    add(file, { type: "variable", labels: [name], attributes, blocks });
    return expression(`var.${name}`);
  }

  function refer(target: Target, by: Target): HclExpression | undefined {
    if (target.kind === "space") return expression("var.octopus_space_id");
    const id = targetId(target);
    const lookUp = lookUps.get(id);
    if (!references.has(id) && lookUp !== undefined) references.set(id, addLookUp(lookUp));
    const found = references.get(id);
    if (found === undefined)
      remark(
        by,
        `there is no way to refer to ${describeTarget(target, findKind(target.kind)?.label)}: that is left out`,
      );
    return found;
  }

  function addLookUp(lookUp: LookUp): HclExpression | undefined {
    const by = findKind(lookUp.kind)?.terraform?.lookUp;
    if (by === undefined || lookUp.key.length !== 1) return undefined;
    const [name = ""] = lookUp.key;
    const label = registry.claim("lookup", `${by.label}_${toLabel(name).replace(/^_(?=\d)/, "_")}`, targetId(lookUp));
    const file = `${label}.tf`;
    const wanted =
      by.isRenamable === true
        ? addVariable(file, {
            name: `${label}_name`,
            description: `The name of ${describeTarget(lookUp, labelOf(lookUp))} in this space.`,
            default: name,
          })
        : name;
    add(file, toDataBlock({ lookUp, by, label, wanted }), toLocalBlock({ lookUp, by, label, wanted }));
    return expression(`local.${label}_id`);
  }

  function value(json: JsonValue | undefined, by: Target): HclValue | undefined {
    if (json === undefined || json === null || isSecretMark(json)) return undefined;
    if (isReference(json)) return referTo(json.$ref, by);
    if (isText(json))
      return {
        template: json.$text
          .map((piece) => (isReference(piece) ? (referTo(piece.$ref, by) ?? "") : piece))
          .map(toPiece),
      };
    if (Array.isArray(json)) return list(json, by);
    if (isJsonObject(json))
      return {
        entries: Object.fromEntries(Object.entries(json).flatMap(([field, inner]) => toEntry(field, value(inner, by)))),
      };
    return json;
  }

  function list(json: JsonValue | undefined, by: Target): HclValue[] {
    return Array.isArray(json) ? json.flatMap((item) => value(item, by) ?? []) : [];
  }

  /** A tag is known by its name everywhere. */
  function referTo(target: Target, by: Target): HclExpression | string | undefined {
    return target.kind === "tag" ? target.key.join("/") : refer(target, by);
  }

  return {
    nodes: graph.nodes,
    detachStepTemplates,
    claim: registry.claim,
    add,
    addVariable,
    define: (target, to) => void references.set(targetId(target), to),
    refer,
    value,
    list,
    remark,
    files: () => files,
    remarks: () => [...remarks.values()],
  };
}

interface LookUpForm {
  lookUp: LookUp;
  by: TerraformLookUp;
  label: string;
  wanted: HclValue;
}

/** Kinds that every space has one of are known by their type: their key is a value of the detail itself. */
function isKnownByType({ lookUp }: LookUpForm): boolean {
  return Object.values(lookUp.details ?? {}).includes(lookUp.key.at(-1) ?? "");
}

function toDataBlock(form: LookUpForm): HclBlock {
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
function toLocalBlock(form: LookUpForm): HclBlock {
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

function toCondition(form: LookUpForm): string {
  if (isKnownByType(form)) return "";
  return ` if item.name == ${typeof form.wanted === "string" ? quote(form.wanted) : isExpression(form.wanted) ? form.wanted.expression : '""'}`;
}

function isExpression(value: HclValue): value is HclExpression {
  return typeof value === "object" && "expression" in value;
}

function toPiece(piece: HclValue): string | HclExpression {
  return typeof piece === "string" || isExpression(piece) ? piece : "";
}

function toEntry(field: string, value: HclValue | undefined): [string, HclValue][] {
  return value === undefined ? [] : [[field, value]];
}

function labelOf(target: Target): string {
  return findKind(target.kind)?.label ?? target.kind;
}
