import type { GraphNode, Key, Remark, ResourceGraph } from "../model/graph.ts";
import type { JsonObject } from "../model/json.ts";

/** A way in which packages get into managed spaces. */
export interface Engine {
  /** What it needs in a package; absent where that is the manifest, which every package has. */
  pack?(graph: ResourceGraph, options: PackOptions): PackedPart;
  /** The steps of a deploying runbook, behind those that look up the space and fork the repository. */
  listSteps(deployment: Deployment): DeployingStep[];
}

/** What people choose of what the engines have in a package. */
export interface PackChoices {
  /** Type of the Terraform backend that modules are made for, such as `pg`; undefined for none. */
  terraformBackend: string | undefined;
  /** Whether Terraform adopts what a space has already. */
  importsExisting: boolean;
  /** Whether Terraform makes machines that poll, too. */
  withPolling: boolean;
  /** What Terraform finds in a space instead of making it. */
  isLookedUp: (node: GraphNode) => boolean;
  /** Whether steps with templates become plain steps, where the engine has to say so in the package. */
  detachStepTemplates: boolean;
}

export interface PackOptions extends PackChoices {
  /** What a space is called that the module is to make; undefined where it only fills one. */
  spaceName: string | undefined;
  /** The keys of the step templates that the package is to bring; others are there for the steps that use them. */
  stepTemplates: readonly Key[];
  /** Of the variables that the deploying run may have besides those of the graph. */
  variableNames: readonly string[];
}

export interface PackedPart {
  /** By path in the package. */
  files: ReadonlyMap<string, string>;
  /** What the engine cannot bring along. */
  remarks: Remark[];
}

/** What a runbook deploys, and what the steps before tell. */
export interface Deployment {
  /** Name of the template. */
  project: string;
  package: PackageChoice;
  /** The space to deploy into. */
  spaceId: string;
  /** Of a template in Git, the copy's repository. */
  git: GitRepository | undefined;
  terraform: TerraformChoice;
  /** Those that the management space has already: what they have is kept. */
  tenants: readonly { id: string; name: string }[];
}

/** Where Terraform's states are. */
export interface TerraformChoice {
  /** Type of the backend, such as `pg`; "" where nothing was said. */
  backend: string;
  /** What `terraform init` gets besides; {@link stateMark} in it stands for where the state of a copy is. */
  initParameters: string;
  /** The workspace that a runbook has already; undefined for a new one. */
  workspace: string | undefined;
  /** Which of this somebody asked for this time, so that it replaces what forms have: all of it with another backend. */
  isSaid: "all" | "initParameters" | "nothing";
}

export interface PackageChoice {
  packageId: string;
  feedId: string;
}

export interface GitRepository {
  cloneUrl: string;
  /** The parameters by which a step with that prefix knows the Git host. */
  toParameters(prefix: string): JsonObject;
}

export interface DeployingStep {
  name: string;
  /** The folder of its step template; absent for a step of Octopus's own. */
  stepTemplate?: string;
  actionType?: string;
  properties: JsonObject;
  /** Values of `properties` that replace what the form has. */
  said?: JsonObject;
  /** Values of earlier versions, by property, that become those of `properties` where people left them. */
  replaces?: Record<string, string>;
  /** By the names of package parameters; "" is the step's own package. */
  packages: Record<string, PackageChoice>;
}
