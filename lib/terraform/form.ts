import type { GraphNode, Target } from "../model/graph.ts";
import type { HclExpression, HclValue } from "./hcl.ts";
import type { TerraformModule } from "./module.ts";

/** How a resource kind looks in Terraform: as a resource, as what is expected to be in the space, or both. */
export interface TerraformForm {
  resource?: ResourceForm;
  lookUp?: LookUpForm;
  /** Of what no data source finds: what the variable that has its id is called after. */
  asksForId?: string;
  /** Writes what finds one in a space that may have it, where that is no data source of {@link lookUp}'s kind. @returns a list of what was found, each with `id` */
  find?(node: GraphNode, module: TerraformModule, place: FindingPlace): HclExpression | undefined;
  /** Where to find what else the module makes of the node. @param items - the list of what was found @returns lists of ids, by address */
  findParts?(node: GraphNode, module: TerraformModule, items: HclExpression): [address: string, ids: HclExpression][];
  /** Of a kind that is carried along and has no resource: where the module says it instead. */
  saidIn?: string;
  /** Why the module has none, in a phrase. */
  lacking?: string;
}

export interface ResourceForm {
  /** Tells the module what the node and its items are called, before any node is written: nodes point to each other in both directions. */
  declare?(node: GraphNode, module: TerraformModule): void;
  write(node: GraphNode, module: TerraformModule): void;
}

/** Where something is looked for that may be there. */
export interface FindingPlace {
  /** What the module calls the data source. */
  label: string;
  /** The name. */
  wanted: string | HclExpression;
  file: string;
}

/** The data source that finds a resource by name. */
export interface LookUpForm {
  dataSource: string;
  /** The attribute with what was found; each has `id` and `name`. */
  collection: string;
  /** What its label begins with: `environment` for `environment_development`. */
  label: string;
  /** The filter by name, `partial_name` where nothing else is told: it finds more than the exact name. */
  filter?: "name" | "partial_name" | "filter";
  /** What the names of its items are, where that is not `name`. */
  nameAttribute?: string;
  /** The filters for the details of a look-up, in the words of the data source; undefined where it cannot find such a thing at all. */
  toFilters?: (details: Readonly<Record<string, string>>) => Record<string, HclValue | undefined> | undefined;
  /** Keys that are types of what every space has exactly one of. */
  knownByType?: readonly string[];
  /** Further filters. */
  filters?: Readonly<Record<string, HclValue>>;
  /** Whether a variable `<label>_name` may name another one. */
  isRenamable?: boolean;
}

/** What stands for a part that others point to and that is no kind of its own, such as a tag. */
export type PartForm = (target: Target) => HclExpression | string;
