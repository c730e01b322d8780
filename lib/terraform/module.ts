import type { GraphNode, Target } from "../model/graph.ts";
import type { JsonValue } from "../model/json.ts";
import type { HclBlock, HclExpression, HclValue } from "./hcl.ts";

/** The module being written, as the forms see it. */
export interface TerraformModule {
  readonly nodes: readonly GraphNode[];
  /** The project of that name, all that belongs to it, and whatever else is called so. */
  ofProject(name: string): readonly GraphNode[];
  readonly detachStepTemplates: boolean;
  /** Whether a step template is one of the module's resources; else it is found in the space. */
  makesStepTemplate(node: GraphNode): boolean;
  /** Takes a name of a family for `identity`; a second one that sanitizes alike gets a suffix. */
  claim(family: string, wanted: string, identity: string): string;
  add(file: string, ...blocks: HclBlock[]): void;
  /** Declares a variable. @returns `var.<name>` */
  addVariable(file: string, variable: TerraformVariable): HclExpression;
  /** Says how others refer to the target. @param to - undefined for what Terraform has no id of */
  define(target: Target, to: HclExpression | undefined): void;
  /** How to refer to the target: defined by the module, or looked up in the space; undefined (and a remark) when there is no way. */
  refer(target: Target, by: Target): HclExpression | string | undefined;
  /** A value of a body; parts that cannot be said are remarks and missing. */
  value(value: JsonValue | undefined, by: Target): HclValue | undefined;
  /** A list of a body, without what cannot be said. */
  list(value: JsonValue | undefined, by: Target): HclValue[];
  remark(about: Target, text: string): void;
  /** Why an expression may not bring what the variable of this name has in a run with all names of the graph: `cannot stand in an expression`. */
  explainInexpressible(name: string): string | undefined;
}

export interface TerraformVariable {
  name: string;
  description: string;
  default?: HclValue;
  isSensitive?: boolean;
  /** A condition and what is said when it does not hold. */
  validation?: { condition: string; message: string };
}
