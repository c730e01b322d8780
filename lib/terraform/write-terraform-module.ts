import { withoutIdentity } from "../model/identity.ts";
import { targetId, type GraphNode, type Key, type Remark, type ResourceGraph } from "../model/graph.ts";
import { addImports, listResources, type ImportedResource } from "./add-imports.ts";
import { listCommonFiles } from "./common-files.ts";
import { createModule, type FillingModule } from "./create-module.ts";
import { findForm } from "./forms/index.ts";
import type { HclBlock } from "./hcl.ts";
import { createBlockFiles, createTextFiles, type ModuleFiles } from "./module-files.ts";
import { renderBlocks } from "./render-blocks.ts";
import { indexResources, renderResourceIndex, resourceIndexPath, type IndexedResource } from "./resource-index.ts";
import { listSpaceCreation } from "./space-creation.ts";
import { listInEverySpace, withLookUps } from "./with-look-ups.ts";

export interface TerraformModuleOptions {
  /** Type of the backend, such as `s3`; its settings come from `terraform init`. */
  backend?: string | undefined;
  /** Whether steps with templates are written as plain steps. */
  detachStepTemplates?: boolean;
  /** Of the variables that a run may have besides those of the graph. */
  variableNames?: readonly string[];
  /** The name of the space that was read, for a module beside this one that makes such a space; absent for none. */
  spaceName?: string | undefined;
  /** Keys of the step templates that are resources; of all others steps find the one that the space has. */
  stepTemplates?: readonly Key[];
  /** Whether the module adopts what the space has already. */
  importExisting?: boolean;
  /** Which of the graph's resources have to be in the space already: what refers to them finds them by name. */
  isLookedUp?: (node: GraphNode) => boolean;
}

/** A module before it is text. */
export interface TerraformModuleBlocks {
  /** By path. */
  files: Map<string, HclBlock[]>;
  /** What the provider cannot say. */
  remarks: Remark[];
}

/** The graph as a Terraform module in files below `space_population/`, and where it is asked for another below `space_creation/`, which keep to what users of octoterra's modules rely on. */
export function writeTerraformModule(
  graph: ResourceGraph,
  options: TerraformModuleOptions = {},
): { files: Map<string, string>; remarks: Remark[] } {
  const { files, remarks, index } = fill(graph, createTextFiles(), options);
  const indexed = index.length === 0 ? [] : [[resourceIndexPath, renderResourceIndex(index)] as const];
  return { files: new Map([...render(listSpaceFiles(options)), ...files, ...indexed]), remarks };
}

/** {@link writeTerraformModule} as data, for what wants to look at the module rather than to write it. */
export function buildTerraformModule(
  graph: ResourceGraph,
  options: TerraformModuleOptions = {},
): TerraformModuleBlocks {
  const { files, remarks } = fill(graph, createBlockFiles(), options);
  return { files: new Map([...listSpaceFiles(options), ...files]), remarks };
}

/** Terraform keeps in its state which resource is which, so a module has no identities. */
function fill<Content>(
  identified: ResourceGraph,
  files: ModuleFiles<Content>,
  options: TerraformModuleOptions,
): { files: Map<string, Content>; remarks: Remark[]; index: IndexedResource[] } {
  const { backend, detachStepTemplates = false, variableNames = [], isLookedUp = () => false } = options;
  const graph = withLookUps(withoutIdentity(identified), isLookedUp);
  const own = new Set((options.stepTemplates ?? []).map((key) => JSON.stringify(key)));
  const makesStepTemplate = (node: GraphNode) => own.has(JSON.stringify(node.key)) && !isLookedUp(node);
  const imported: ImportedResource[] = [];
  const index: IndexedResource[] = [];
  let written: GraphNode | undefined;
  const addTo = (file: string, blocks: readonly HclBlock[]): void => {
    if (options.importExisting === true) imported.push(...listResources(file, blocks));
    if (written !== undefined) index.push(...indexResources(written, blocks));
    files.add(file, blocks);
  };
  const module = createModule(graph, { addTo, detachStepTemplates, variableNames, makesStepTemplate });
  for (const [file, blocks] of listCommonFiles(backend)) module.add(file, ...blocks);
  for (const node of graph.nodes) findForm(node.kind)?.resource?.declare?.(node, module);
  for (const node of graph.nodes) {
    written = node;
    writeNode(node, module);
  }
  written = undefined;
  for (const node of listInEverySpace(identified.nodes))
    module.remark(node, "every space has it: it is found there, and stays as it is");
  addImports(graph.nodes, imported, module);
  addProjectOutput(graph, module);
  remarkRecomposed(graph, files.listRecomposed(), module);
  return { files: below("space_population", files.contents), remarks: module.remarks(), index };
}

function render(files: ReadonlyMap<string, HclBlock[]>): Map<string, string> {
  return new Map([...files].map(([path, blocks]) => [path, renderBlocks(blocks)]));
}

function listSpaceFiles({ spaceName, backend }: TerraformModuleOptions): Map<string, HclBlock[]> {
  return spaceName === undefined ? new Map() : below("space_creation", listSpaceCreation(spaceName, backend));
}

function below<Content>(folder: string, files: ReadonlyMap<string, Content>): Map<string, Content> {
  return new Map([...files].map(([file, content]) => [`${folder}/${file}`, content]));
}

function writeNode(node: GraphNode, module: FillingModule): void {
  const form = findForm(node.kind);
  if (form?.resource !== undefined) form.resource.write(node, module);
  else if (form?.saidIn === undefined)
    module.remark(node, `${form?.lacking ?? "there is no resource for it"}: it is left out`);
}

/** Which project it is, for steps behind the one that applies the module. */
function addProjectOutput({ nodes }: ResourceGraph, module: FillingModule): void {
  const [project, another] = nodes.filter(({ kind }) => kind === "project");
  if (project === undefined || another !== undefined) return;
  const value = module.refer(project, project);
  module.add("provider_output_vars.tf", { type: "output", labels: ["octopus_project_id"], attributes: { value } });
}

/** Terraform composes every text; what is written otherwise would come back as another one. */
function remarkRecomposed(graph: ResourceGraph, files: readonly string[], module: FillingModule): void {
  const root = findRoot(graph);
  if (files.length === 0 || root === undefined) return;
  module.remark(
    root,
    `characters that are written as a letter and a mark become one, since Terraform composes all text: in ${list(files)}`,
  );
}

/** What the others belong to, such as the project. */
function findRoot({ nodes }: ResourceGraph): GraphNode | undefined {
  const owners = new Set(nodes.flatMap(({ owner }) => (owner === undefined ? [] : [targetId(owner)])));
  return nodes.find((node) => node.owner === undefined && owners.has(targetId(node))) ?? nodes[0];
}

/** The first few of many. */
function list(files: readonly string[]): string {
  const shown = files.slice(0, 3).join(", ");
  return files.length <= 3 ? shown : `${shown} and ${files.length - 3} more`;
}
