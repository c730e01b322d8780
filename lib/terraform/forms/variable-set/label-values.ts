import { targetId, type GraphNode } from "../../../model/graph.ts";
import { objectsOf, textOf, type JsonObject } from "../../../model/json.ts";
import { expression, type HclBlock } from "../../hcl.ts";
import type { TerraformModule } from "../../module.ts";
import { createNameRegistry, digest, joinLabels } from "../../names.ts";
import { listScope } from "./scope.ts";

/** A value of a variable, and what the module calls it. */
export interface LabeledValue {
  variable: JsonObject;
  /** Of the module's own variable: `hello_world_database_password_production`, or `…_1` for a value without a scope. */
  label: string;
  /** Of the resource: the same, but for `…_1_unscoped`, since `…_1` was what the first value of a name had. */
  resource: string;
  /** Where modules had the resource that counted the values of a name. */
  moved: HclBlock[];
}

/**
 * Values are called after their variable and what they are for. Whatever values come beside one, none takes over the label of another, and
 * with that its place in the state and what people give to it.
 */
export function labelValues(node: GraphNode, module: TerraformModule): LabeledValue[] {
  const former = node.owner?.kind === "libraryVariableSet" ? [] : listFormerLabels(node);
  const values = withLabels(objectsOf(node.body, "Variables").map((variable) => toValue(variable, node)));
  const resources = values.map(({ label, identity, isScoped }) =>
    module.claim(type, isScoped ? label : `${label}_unscoped`, identity),
  );
  return values.map(({ variable, label, identity }, index) => {
    const resource = resources[index] ?? "";
    const from = former[index] ?? "";
    const moved = from === "" || resources.includes(from) ? [] : [toMoved(from, resource)];
    return { variable, label: module.claim("variable", label, identity), resource, moved };
  });
}

const type = "octopusdeploy_variable";

interface Value {
  variable: JsonObject;
  label: string;
  identity: string;
  isScoped: boolean;
}

function toValue(variable: JsonObject, node: GraphNode): Value {
  const name = textOf(variable, "Name");
  const scope = listScope(variable);
  const words = scope.flatMap(([dimension, names]) => (dimension === "Environment" ? names : [dimension, ...names]));
  const isScoped = scope.length > 0;
  return {
    variable,
    label: `${joinLabels(...ownerOf(node), name)}_${isScoped ? joinLabels(...words) : "1"}`,
    identity: JSON.stringify([node.kind, ...node.key, name, scope]),
    isScoped,
  };
}

/** A library variable set is told from a project of its name as octoterra does. */
function ownerOf({ key: [name = ""], owner }: GraphNode): string[] {
  return [owner?.kind === "libraryVariableSet" ? `Variables ${name}` : name];
}

/** Names that sanitize alike get a suffix each. One name for the same thing twice is allowed, and no value of it is another. */
function withLabels(values: Value[]): Value[] {
  const counts = new Map<string, number>();
  return values.map((value) => {
    const { label, identity } = value;
    const isShared = values.some((other) => other.label === label && other.identity !== identity);
    const own = isShared ? `${label}_${digest(identity, 6)}` : label;
    const count = (counts.get(identity) ?? 0) + 1;
    counts.set(identity, count);
    return count === 1
      ? { ...value, label: own }
      : { ...value, label: `${own}_${count}`, identity: `${identity} ${count}` };
  });
}

/** The number told which of the values of its name it was, and was that of another as soon as one came before it. */
function listFormerLabels(node: GraphNode): string[] {
  const names = createNameRegistry();
  const counts = new Map<string, number>();
  return objectsOf(node.body, "Variables").map((variable) => {
    const name = textOf(variable, "Name");
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    const identity = `${targetId(node)} ${name} ${count}`;
    return names.claim("variable", `${joinLabels(node.key[0] ?? "", name)}_${count}`, identity);
  });
}

function toMoved(from: string, to: string): HclBlock {
  const attributes = { from: expression(`${type}.${from}`), to: expression(`${type}.${to}`) };
  return { type: "moved", attributes };
}
