import { targetId, type GraphNode, type Remark, type ResourceGraph, type Target } from "../model/graph.ts";
import { createExpressionCheck } from "../octopus/expressible-names.ts";
import { findPartForm } from "./forms/index.ts";
import { expression, type HclBlock, type HclExpression } from "./hcl.ts";
import type { TerraformModule, TerraformVariable } from "./module.ts";
import { createNameRegistry } from "./names.ts";
import { listOwnVariableNames } from "./own-variable-names.ts";
import { addLookUp } from "./write-look-up.ts";
import { createValueWriter } from "./write-value.ts";
import { describeByKind } from "../resources/describe-by-kind.ts";

/** A module as it fills, and what can be read from it when it is done. */
export interface FillingModule extends TerraformModule {
  remarks(): Remark[];
  /** The expression for the id of what the module defines. */
  addressOf(target: Target): string | undefined;
}

export interface ModuleChoices extends Pick<TerraformModule, "detachStepTemplates" | "makesStepTemplate"> {
  /** Takes what is added to a file. */
  addTo(file: string, blocks: readonly HclBlock[]): void;
  variableNames: readonly string[];
}

/** An empty module, for the nodes of a graph to write themselves into. */
export function createModule(graph: ResourceGraph, { variableNames, addTo, ...choices }: ModuleChoices): FillingModule {
  const { claim } = createNameRegistry();
  const references = new Map<string, HclExpression | undefined>();
  const remarks = new Map<string, Remark>();
  const lookUps = new Map(graph.lookUps.map((lookUp) => [targetId(lookUp), lookUp]));

  const projects = groupByProject(graph.nodes);

  const add: TerraformModule["add"] = (file, ...blocks) => addTo(file, blocks);
  // A whole node may be given; its body would make every package hold it twice.
  const remark: TerraformModule["remark"] = ({ kind, key }, text) =>
    void remarks.set(`${targetId({ kind, key })} ${text}`, { about: { kind, key }, text: `in Terraform, ${text}` });
  const addVariable: TerraformModule["addVariable"] = (file, variable) => {
    add(file, toVariableBlock(variable));
    return expression(`var.${variable.name}`);
  };

  function refer(target: Target, by: Target): HclExpression | string | undefined {
    const id = targetId(target);
    const part = findPartForm(target.kind);
    if (part !== undefined) return references.get(id) ?? part(target);
    const lookUp = lookUps.get(id);
    if (!references.has(id) && lookUp !== undefined) references.set(id, addLookUp(lookUp, { claim, add, addVariable }));
    const found = references.get(id);
    if (found === undefined) remark(by, `there is no way to refer to ${describeByKind(target)}: that is left out`);
    return found;
  }

  return {
    nodes: graph.nodes,
    ofProject: (name) => projects.get(name) ?? [],
    ...choices,
    claim,
    add,
    addVariable,
    define: (target, to) => void references.set(targetId(target), to),
    refer,
    ...createValueWriter(refer),
    remark,
    explainInexpressible: createExpressionCheck([...listOwnVariableNames(graph), ...variableNames]),
    remarks: () => [...remarks.values()],
    addressOf: (target) => references.get(targetId(target))?.expression,
  };
}

/** By the first name of their keys. */
function groupByProject(nodes: readonly GraphNode[]): Map<string, GraphNode[]> {
  const groups = new Map<string, GraphNode[]>();
  for (const node of nodes) {
    const [name = ""] = node.key;
    const group = groups.get(name) ?? [];
    group.push(node);
    groups.set(name, group);
  }
  return groups;
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
