import { withoutIdentity } from "../model/identity.ts";
import type { Remark, ResourceGraph, Target } from "../model/graph.ts";
import { findKind } from "../resources/index.ts";
import { createModule } from "./create-module.ts";
import { expression, renderBlocks, type HclBlock } from "./hcl.ts";

export interface TerraformModuleOptions {
  /** Type of the backend, such as `s3`; its settings come from `terraform init`. */
  backend?: string | undefined;
  /** Whether steps with templates are written as plain steps. */
  detachStepTemplates?: boolean;
}

/** A module before it is text. */
export interface TerraformModuleBlocks {
  /** By path. */
  files: Map<string, HclBlock[]>;
  /** What the provider cannot say. */
  remarks: Remark[];
}

/** The graph as a Terraform module in files below `space_population/`, which keeps to what users of octoterra's modules rely on. */
export function writeTerraformModule(
  graph: ResourceGraph,
  options: TerraformModuleOptions = {},
): { files: Map<string, string>; remarks: Remark[] } {
  const { files, remarks } = buildTerraformModule(graph, options);
  return { files: new Map([...files].map(([path, blocks]) => [path, renderBlocks(blocks)])), remarks };
}

/**
 * {@link writeTerraformModule} as data, for what wants to look at the module rather than to write it. Terraform keeps in its state
 * which resource is which, so a module has no identities.
 */
export function buildTerraformModule(
  identified: ResourceGraph,
  { backend, detachStepTemplates = false }: TerraformModuleOptions = {},
): TerraformModuleBlocks {
  const graph = withoutIdentity(identified);
  const module = createModule(graph, { detachStepTemplates });
  addCommonFiles(module.add, backend);
  for (const node of graph.nodes) findKind(node.kind)?.terraform?.declare?.(node, module);
  for (const node of graph.nodes) {
    const write = findKind(node.kind)?.terraform?.write;
    if (write === undefined) module.remark(node, "there is no resource for it: it is left out");
    else write(node, module);
  }
  const recomposed = [...module.files()].filter(([, blocks]) => blocks.some(isRecomposed)).map(([file]) => file);
  if (recomposed.length > 0)
    module.remark(
      aboutProject(graph),
      `characters that are written as a letter and a mark become one, since Terraform composes all text: in ${list(recomposed)}`,
    );
  return {
    files: new Map([...module.files()].map(([file, blocks]) => [`space_population/${file}`, blocks])),
    remarks: module.remarks(),
  };
}

/** Terraform normalizes every string to NFC; what is not in that form would come back as another text. */
function isRecomposed(block: HclBlock): boolean {
  const text = renderBlocks([block]);
  return text !== text.normalize("NFC");
}

function aboutProject({ nodes }: ResourceGraph): Target {
  const { kind, key } = nodes.find((node) => node.kind === "project") ?? { kind: "project", key: [] };
  return { kind, key };
}

function addCommonFiles(add: (file: string, ...blocks: HclBlock[]) => void, backend: string | undefined): void {
  const provider = { entries: { source: "OctopusDeploy/octopusdeploy", version: "~> 1.17" } };
  const required: HclBlock = { type: "required_providers", attributes: { octopusdeploy: provider } };
  const backends = backend === undefined || backend === "" ? [] : [{ type: "backend", labels: [backend] }];
  add("config.tf", {
    type: "terraform",
    attributes: { required_version: ">= 1.6.0" },
    blocks: [required, ...backends],
  });
  const connection = { address: "octopus_server", api_key: "octopus_apikey", space_id: "octopus_space_id" };
  const attributes = Object.fromEntries(
    Object.entries(connection).map(([name, variable]) => [name, expression(`trimspace(var.${variable})`)]),
  );
  add("provider.tf", { type: "provider", labels: ["octopusdeploy"], attributes });
  add(
    "provider_vars.tf",
    toInput("octopus_server", "The URL of the Octopus Server, such as https://octopus.example.com."),
    toInput("octopus_apikey", "An API key for that server."),
    toInput("octopus_space_id", "The id of the space, such as Spaces-1."),
  );
  add("provider_output_vars.tf", ...toOutputs());
}

function toInput(name: string, description: string): HclBlock {
  return {
    type: "variable",
    labels: [name],
    attributes: { type: expression("string"), nullable: false, sensitive: name === "octopus_apikey", description },
  };
}

function toOutputs(): HclBlock[] {
  const output = (name: string, value: string): HclBlock => ({
    type: "output",
    labels: [name],
    attributes: { value: expression(value) },
  });
  const space: HclBlock = {
    type: "data",
    labels: ["octopusdeploy_spaces", "octopus_space_name"],
    attributes: { ids: [expression("trimspace(var.octopus_space_id)")], skip: 0, take: 1 },
  };
  return [
    output("octopus_server", "var.octopus_server"),
    output("octopus_space_id", "var.octopus_space_id"),
    space,
    output("octopus_space_name", "data.octopusdeploy_spaces.octopus_space_name.spaces[0].name"),
  ];
}

/** The first few of many. */
function list(files: string[]): string {
  const shown = files.slice(0, 3).join(", ");
  return files.length <= 3 ? shown : `${shown} and ${files.length - 3} more`;
}
