import { targetId, type GraphNode } from "../model/graph.ts";
import type { FillingModule } from "./create-module.ts";
import { expression, type HclBlock, type HclExpression, type HclValue } from "./hcl.ts";
import { toLookUp } from "./with-look-ups.ts";
import { addFinding } from "./write-look-up.ts";

/**
 * An `import` block for each resource, so that what the space has already is adopted instead of made anew: found by its name where a
 * data source finds such a thing, else by the id that somebody gives as a variable. What is not there is made as ever.
 */
export function addImports(nodes: readonly GraphNode[], module: FillingModule): void {
  const named = new Map(nodes.flatMap((node) => toAddress(node, module)));
  for (const [file, blocks] of module.files())
    for (const block of blocks.filter(({ type }) => type === "resource")) {
      const address = (block.labels ?? []).join(".");
      addImport({ block, address, file, node: named.get(address) }, module);
    }
}

interface Imported {
  block: HclBlock;
  address: string;
  file: string;
  /** Where the resource is one of the graph's, and not a part of one. */
  node: GraphNode | undefined;
}

function toAddress(node: GraphNode, module: FillingModule): [string, GraphNode][] {
  const id = module.addressOf(node);
  return id === undefined ? [] : [[id.replace(/\.id$/, ""), node]];
}

function addImport({ block, address, file, node }: Imported, module: FillingModule): void {
  const label = module.claim("lookup", `existing_${address.replace(/^octopusdeploy_/, "").replace(".", "_")}`, address);
  const found = node === undefined ? undefined : find({ block, file, node, label }, module);
  const ids = found ?? expression(`compact([${addGiven({ address, file, label }, module).expression}])`);
  const attributes = {
    for_each: expression(`toset(${ids.expression})`),
    to: expression(address),
    id: expression("each.value"),
  };
  module.add(file, { type: "import", attributes });
}

function find(
  { block, file, node, label }: { block: HclBlock; file: string; node: GraphNode; label: string },
  module: FillingModule,
): HclExpression | undefined {
  const wanted = nameIn(block.attributes?.["name"]);
  return wanted === undefined ? undefined : addFinding(toLookUp(node), { label, wanted, file }, module);
}

function nameIn(name: HclValue | undefined): string | HclExpression | undefined {
  if (typeof name === "string") return name;
  return typeof name === "object" && "expression" in name ? name : undefined;
}

function addGiven(
  { address, file, label }: { address: string; file: string; label: string },
  module: FillingModule,
): HclExpression {
  return module.addVariable(file, {
    name: module.claim("variable", label, targetId({ kind: "existing", key: [address] })),
    description: `The id of what ${address} is to adopt, or nothing where it is to be made.`,
    default: "",
  });
}
