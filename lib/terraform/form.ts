import type { GraphNode, Target } from "../model/graph.ts";
import type { JsonValue } from "../model/json.ts";
import type { HclBlock, HclExpression, HclValue } from "./hcl.ts";

/** How a resource kind looks in Terraform. */
export interface TerraformForm {
  /** The data source that finds it by name, for what a module expects to be in the space. */
  lookUp?: LookUpForm;
  /** Tells the module what the node and its items are called, before any node is written: nodes point to each other in both directions. */
  declare?(node: GraphNode, module: TerraformModule): void;
  write?(node: GraphNode, module: TerraformModule): void;
}

export interface LookUpForm {
  dataSource: string;
  /** The attribute with what was found; each has `id` and `name`. */
  collection: string;
  /** What its label begins with: `environment` for `environment_development`. */
  label: string;
  /** The filter by name, `partial_name` where nothing else is told: it finds more than the exact name. */
  filter?: "name" | "partial_name";
  /** Details of a look-up that are attributes of the data source, and of what it finds. */
  details?: Readonly<Record<string, string>>;
  /** Keys that are types of what every space has exactly one of. */
  knownByType?: readonly string[];
  /** Further filters. */
  filters?: Readonly<Record<string, HclValue>>;
  /** Whether a variable `<label>_name` may name another one. */
  isRenamable?: boolean;
}

export interface TerraformVariable {
  name: string;
  description: string;
  default?: HclValue;
  isSensitive?: boolean;
  /** A condition and what is said when it does not hold. */
  validation?: { condition: string; message: string };
}

/** The module being written. */
export interface TerraformModule {
  readonly nodes: readonly GraphNode[];
  readonly detachStepTemplates: boolean;
  /** Takes a name of a family for `identity`; a second one that sanitizes alike gets a suffix. */
  claim(family: string, wanted: string, identity: string): string;
  add(file: string, ...blocks: HclBlock[]): void;
  /** Declares a variable. @returns `var.<name>` */
  addVariable(file: string, variable: TerraformVariable): HclExpression;
  /** Says how others refer to the target. @param to - undefined for what Terraform has no id of */
  define(target: Target, to: HclExpression | undefined): void;
  /** How to refer to the target: defined by the module, or looked up in the space; undefined (and a remark) when there is no way. */
  refer(target: Target, by: Target): HclExpression | undefined;
  /** A value of a body; parts that cannot be said are remarks and missing. */
  value(value: JsonValue | undefined, by: Target): HclValue | undefined;
  /** A list of a body, without what cannot be said. */
  list(value: JsonValue | undefined, by: Target): HclValue[];
  remark(about: Target, text: string): void;
}
