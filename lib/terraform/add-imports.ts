import { targetId, type GraphNode } from "../model/graph.ts";
import type { FillingModule } from "./create-module.ts";
import type { FindingPlace } from "./form.ts";
import { findForm } from "./forms/index.ts";
import { expression, type HclBlock, type HclExpression, type HclValue } from "./hcl.ts";
import { toLookUp } from "./with-look-ups.ts";
import { addFinding } from "./write-look-up.ts";

/**
 * An `import` block for each resource, so that what the space has already is adopted instead of made anew: found by its name where a
 * data source finds such a thing, else by the id that somebody gives as a variable. What is not there is made as ever.
 */
export function addImports(
  nodes: readonly GraphNode[],
  resources: readonly ImportedResource[],
  module: FillingModule,
): void {
  const found = findAll(nodes, new Map(resources.map((resource) => [resource.address, resource])), module);
  for (const resource of resources) addImport(resource, found.get(resource.address), module);
}

/** A resource of the module, and the file that it is in. */
export interface ImportedResource {
  block: HclBlock;
  address: string;
  file: string;
}

/** Those among the blocks of a file. */
export function listResources(file: string, blocks: readonly HclBlock[]): ImportedResource[] {
  return blocks
    .filter(({ type }) => type === "resource")
    .map((block) => ({ block, address: (block.labels ?? []).join("."), file }));
}

/** Lists with the id of each resource that a data source finds, by its address. */
function findAll(
  nodes: readonly GraphNode[],
  resources: ReadonlyMap<string, ImportedResource>,
  module: FillingModule,
): Map<string, HclExpression> {
  const found = new Map<string, HclExpression>();
  for (const node of nodes) {
    const resource = resources.get(module.addressOf(node)?.replace(/\.id$/, "") ?? "");
    if (resource === undefined || found.has(resource.address)) continue;
    const items = find(node, resource, module);
    if (items === undefined) continue;
    found.set(resource.address, expression(`${items.expression}[*].id`));
    const parts = findForm(node.kind)?.findParts?.(node, module, items) ?? [];
    for (const [address, ids] of parts) found.set(address, ids);
  }
  return found;
}

function find(
  node: GraphNode,
  { block, address, file }: ImportedResource,
  module: FillingModule,
): HclExpression | undefined {
  const wanted = nameIn(block.attributes?.["name"]);
  if (wanted === undefined) return undefined;
  const place: FindingPlace = { label: claimLabel(address, module), wanted, file };
  return findForm(node.kind)?.find?.(node, module, place) ?? addFinding(toLookUp(node), place, module);
}

function nameIn(name: HclValue | undefined): string | HclExpression | undefined {
  if (typeof name === "string") return name;
  return typeof name === "object" && "expression" in name ? name : undefined;
}

function addImport(resource: ImportedResource, found: HclExpression | undefined, module: FillingModule): void {
  const { address, file } = resource;
  const ids = found ?? expression(`compact([${addGiven(resource, module).expression}])`);
  const attributes = {
    for_each: expression(`toset(${ids.expression})`),
    to: expression(address),
    id: expression("each.value"),
  };
  module.add(file, { type: "import", attributes });
}

function addGiven({ address, file }: ImportedResource, module: FillingModule): HclExpression {
  const identity = targetId({ kind: "existing", key: [address] });
  return module.addVariable(file, {
    name: module.claim("variable", claimLabel(address, module), identity),
    description: `The id of what ${address} is to adopt, or nothing where it is to be made.`,
    default: "",
  });
}

function claimLabel(address: string, module: FillingModule): string {
  return module.claim("lookup", `existing_${address.replace(/^octopusdeploy_/, "").replace(".", "_")}`, address);
}
